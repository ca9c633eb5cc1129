"""A browser without a screen: keeps cookies, follows redirects and fills in forms."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urljoin

import requests

TIMEOUT_SECONDS = 60.0  # of one response, on a machine that may be busy


@dataclass
class Form:
    """A form on a page: its fields with their values, and its buttons by their labels."""

    action: str
    method: str
    fields: list[tuple[str, str]] = field(default_factory=list)
    boxes: dict[tuple[str, str], bool] = field(default_factory=dict)  # (name, value) of a box to whether it is ticked
    buttons: dict[str, tuple[str, str]] = field(default_factory=dict)  # its words to the (name, value) it sends


@dataclass(frozen=True)
class Page:
    """A page as the browser received it."""

    url: str
    status: int
    headers: Mapping[str, str]
    text: str

    @property
    def forms(self) -> list[Form]:
        reader = _FormReader()
        reader.feed(self.text)
        return reader.forms


class Browser:
    """One person's browser."""

    def __init__(self) -> None:
        self.session = requests.Session()
        self.session.trust_env = False  # no proxy between parts of one machine
        self.session.headers["Accept"] = "text/html,application/xhtml+xml"

    def open(self, url: str, **more: Any) -> Page:
        return _page(self.session.get(url, timeout=TIMEOUT_SECONDS, **more))

    def press(self, page: Page, button: str, *, tick_all: bool = False, fill: Mapping[str, str] | None = None) -> Page:
        """Press the button whose label begins with `button`, after checking every box and filling in the given fields.

        Raises:
            LookupError: the page has no such button.
        """
        form, pressed = _find_button(page, button)
        fields = [(name, (fill or {}).get(name, value)) for name, value in form.fields]
        boxes = [box for box, ticked in form.boxes.items() if ticked or tick_all]
        url, sent = urljoin(page.url, form.action), fields + boxes + pressed
        if form.method == "get":
            return self.open(url, params=sent)
        return _page(self.session.post(url, data=sent, timeout=TIMEOUT_SECONDS))


def _find_button(page: Page, button: str) -> tuple[Form, list[tuple[str, str]]]:
    for form in page.forms:
        for words, (name, value) in form.buttons.items():
            if words.lower().startswith(button.lower()):
                return form, [(name, value)] if name else []
    seen = [words for form in page.forms for words in form.buttons]
    raise LookupError(f"{page.url} ({page.status}) has no button {button!r}; it has {seen}.")


def _page(answer: requests.Response) -> Page:
    return Page(answer.url, answer.status_code, answer.headers, answer.text)


class _FormReader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self._button: tuple[str, str] | None = None
        self._words = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append(Form(given.get("action", ""), given.get("method", "get").lower()))
        elif self.forms and tag == "button":
            self._button, self._words = (given.get("name", ""), given.get("value", "")), ""
        elif self.forms and tag == "input":
            self._input(self.forms[-1], given, ticked="checked" in given)

    def _input(self, form: Form, given: Mapping[str, str], *, ticked: bool) -> None:
        name, value, kind = given.get("name", ""), given.get("value", ""), given.get("type", "text").lower()
        if kind == "submit":
            form.buttons[value] = (name, value)
        elif kind in ("checkbox", "radio") and name:
            form.boxes[name, value or "on"] = ticked
        elif name:
            form.fields.append((name, value))

    def handle_data(self, data: str) -> None:
        if self._button is not None:
            self._words += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "button" and self._button is not None:
            self.forms[-1].buttons[" ".join(self._words.split())] = self._button
            self._button = None
