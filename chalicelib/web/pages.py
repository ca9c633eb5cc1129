"""The pages: one frame for all of them. The templates escape everything that comes from outside.

jinja2 is loaded with the first page. Nothing is inline and nothing comes from elsewhere, so that the
Content-Security-Policy can forbid both.
"""

import hashlib
from collections.abc import Mapping, Sequence
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from chalicelib.foundation.http import Request

if TYPE_CHECKING:
    from jinja2 import Environment

    from chalicelib.room import NavigationEntry

HERE = Path(__file__).parent
SIGN_IN = "/sign-in"


class WebPages:
    """Renders the pages, each in the frame that all of them share."""

    def __init__(
        self,
        base: str,
        places: Mapping[str, str],
        navigation: "Sequence[NavigationEntry]" = (),
        *,
        can_sign_in: bool = False,
    ) -> None:
        """Args:
        base: the public URL.
        places: the URLs that a page may lead back to, by their configured names.
        navigation: the links in the header.
        can_sign_in: whether people can sign in on the page itself.
        """
        self._base, self._places, self._can_sign_in = base, places, can_sign_in
        self._navigation = navigation

    def render(self, request: Request, template: str, *, return_to: str | None = None, **values: Any) -> str:
        """A page for whoever asked: with the navigation where somebody is signed in.

        Args:
            template: its file. return_to: the name of a place to lead back to; what is not configured leads nowhere.
            values: what the template shows.
        """
        person = request.person
        return self._templates.get_template(template).render(
            person=person,
            csrf_token=request.csrf,
            here=request.path,
            navigation=[
                (entry.path, entry.label)
                for entry in self._navigation
                if person is not None and (person.is_operator or not entry.for_operators)
            ],
            back=self._place(return_to),
            **values,
        )

    def home(self, request: Request) -> str:
        return self.render(request, "home.html", can_sign_in=self._can_sign_in)

    def message(
        self, request: Request, title: str, detail: str, *, return_to: str | None = None, sign_in: str | None = None
    ) -> str:
        """A page of a few words.

        Args:
            sign_in: where signing in leads back to, when that is what is needed.
        """
        return self.render(request, "message.html", return_to=return_to, title=title, detail=detail, sign_in=sign_in)

    def question(self, request: Request, *, action: str, key: str, title: str, account: str, person: str) -> str:
        """Whether these contacts may be added to that person's book."""
        told = {"action": action, "key": key, "provider": title, "account": account, "owner": person}
        return self.render(request, "question.html", **told)

    def _place(self, name: str | None) -> str | None:
        """Where a name leads; never anything that was not configured."""
        place = self._places.get(name or "")
        return self._base + place if place and place.startswith("/") else place

    @cached_property
    def _templates(self) -> "Environment":
        from jinja2 import Environment, FileSystemLoader, StrictUndefined

        from chalicelib.web import template_filters

        made = Environment(
            loader=FileSystemLoader(HERE / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            auto_reload=False,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        filters = (
            template_filters.number,
            template_filters.percent,
            template_filters.at_least,
            template_filters.counted,
            template_filters.when,
            template_filters.day,
            template_filters.moment,
            template_filters.shortened,
            template_filters.strip_bidi,
        )
        made.filters |= {each.__name__: each for each in filters}
        made.globals |= {
            "base": self._base,
            "style": f"{self._base}/style.css?v={version_of('style.css')}",
            "script": f"{self._base}/page.js?v={version_of('page.js')}",
            "icon": f"{self._base}/icon.svg?v={version_of('icon.svg')}",
        }
        return made


@cache
def asset(name: str) -> str:
    """The text of one of our own files."""
    return (HERE / name).read_text()


@cache
def version_of(name: str) -> str:
    """Changes with the file, so that a browser may keep each version for good."""
    return hashlib.sha256(asset(name).encode()).hexdigest()[:12]
