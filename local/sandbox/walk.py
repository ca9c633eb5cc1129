"""Goes through the consent screens like a person with a browser, for the demo and tests."""

from html.parser import HTMLParser
from urllib.parse import urljoin

import requests

_CONTACTS = ("https://www.googleapis.com/auth/contacts", "https://www.googleapis.com/auth/contacts.readonly")


class ConsentStopped(Exception):
    """The screen has no way to continue; `text` is its HTML."""

    def __init__(self, text: str) -> None:
        super().__init__(text[:300])
        self.text = text


def consent(authorization_url: str, account: str, *, answer: str = "allow", ticks: bool = True) -> str:
    """Choose the account, tick the boxes or leave them, answer "allow" or "deny".

    Returns:
        The address of the application that the provider sends the person back to, with code or error.

    Raises:
        ConsentStopped: the provider shows an error page, or the wall that only an administrator gets over.
    """
    with requests.Session() as browser:
        browser.trust_env = False
        reply = browser.get(authorization_url, allow_redirects=False, timeout=20)
        while reply.status_code == 200:
            screen = _Screen(reply.text)
            fields = screen.fill_in(account, answer, ticks=ticks)
            target = urljoin(reply.url, screen.action).partition("?")[0]
            reply = browser.post(target, data=fields, allow_redirects=False, timeout=20)
    if "Location" not in reply.headers:
        raise ConsentStopped(reply.text)
    return reply.headers["Location"]


class _Screen(HTMLParser):
    """The one form of a screen."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.action, self._text = "", text
        self._hidden: list[tuple[str, str]] = []
        self._boxes: list[str] = []
        self._buttons: list[tuple[str, str]] = []
        self.feed(text)

    def fill_in(self, account: str, answer: str, *, ticks: bool) -> list[tuple[str, str]]:
        """The fields a browser would send after these choices."""
        button = next((each for each in self._buttons if each in (("account", account), ("answer", answer))), None)
        if button is None:
            raise ConsentStopped(self._text)
        return [*self._hidden, *(("scope", box) for box in self._boxes if ticks or box not in _CONTACTS), button]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        match tag, attributes.get("type"):
            case "form", _:
                self.action = attributes.get("action", "")
            case "button", _:
                self._buttons.append((attributes.get("name", ""), attributes.get("value", "")))
            case "input", "hidden":
                self._hidden.append((attributes["name"], attributes["value"]))
            case "input", "checkbox":
                self._boxes.append(attributes["value"])
