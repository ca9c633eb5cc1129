"""Renders the pages, all in one layout. The templates escape all values.

jinja2 is loaded with the first page. Scripts and styles are never inline and never from another host, so that the
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
    from markupsafe import Markup

    from chalicelib.room import NavigationEntry

HERE = Path(__file__).parent
SIGN_IN = "/sign-in"


class WebPages:
    """Renders the pages of one deployment.

    Args:
        base: the public URL.
        return_urls: the configured URLs to which a page may link back, by name.
        navigation: the links in the header.
        can_sign_in: whether people can sign in on our own pages.
    """

    def __init__(
        self,
        base: str,
        return_urls: Mapping[str, str],
        navigation: "Sequence[NavigationEntry]" = (),
        *,
        can_sign_in: bool = False,
    ) -> None:
        self._base, self._return_urls, self._can_sign_in = base, return_urls, can_sign_in
        self._navigation = navigation

    def render(self, request: Request, template: str, *, return_to: str | None = None, **values: Any) -> str:
        """A page, with the navigation if the person is signed in.

        Args:
            template: its file.
            return_to: the name of a configured URL for a link back; any other name gives no link.
            values: the variables of the template.
        """
        person = request.person
        return self._templates.get_template(template).render(
            person=person,
            csrf_token=request.csrf,
            here=request.path,
            navigation=[
                (entry.path, entry.label) for entry in self._navigation if person is not None and entry.is_for(person)
            ],
            back=self._return_url(return_to),
            **values,
        )

    def fragment(self, template: str, **values: Any) -> "Markup":
        """A part of a page that is the same for everybody, so that it can be kept."""
        from markupsafe import Markup

        return Markup(self._templates.get_template(template).render(**values))  # noqa: S704 # templates escape

    def home(self, request: Request, providers: Sequence[str]) -> str:
        """The home page.

        Args:
            providers: the titles of the providers, at least one.
        """
        return self.render(request, "home.html", can_sign_in=self._can_sign_in, providers=providers)

    def message(
        self, request: Request, title: str, detail: str, *, return_to: str | None = None, sign_in: str | None = None
    ) -> str:
        """A page with a heading and a sentence.

        Args:
            return_to: as in `render`.
            sign_in: the URL of a link to sign in; None for no link.
        """
        return self.render(request, "message.html", return_to=return_to, title=title, detail=detail, sign_in=sign_in)

    def question(self, request: Request, *, action: str, key: str, title: str, account: str, person: str) -> str:
        """A page that asks whether to add an account's contacts to a person's address book.

        Args:
            action: the path to which the form is sent.
            key: the confirmation key, which the form sends.
            title: the provider.
            account: the address of the account.
            person: who gets the contacts.
        """
        return self.render(
            request, "question.html", action=action, key=key, provider=title, account=account, owner=person
        )

    def _return_url(self, name: str | None) -> str | None:
        """The configured URL of that name, or None."""
        url = self._return_urls.get(name or "")
        return self._base + url if url and url.startswith("/") else url

    @cached_property
    def _templates(self) -> "Environment":
        from jinja2 import Environment, FileSystemLoader, StrictUndefined

        from chalicelib.web import template_filters

        environment = Environment(
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
            template_filters.alternatives,
            template_filters.when,
            template_filters.day,
            template_filters.moment,
            template_filters.shortened,
            template_filters.strip_bidi,
        )
        environment.filters |= {each.__name__: each for each in filters}
        environment.globals |= {
            "base": self._base,
            "style": f"{self._base}/style.css?v={version_of('style.css')}",
            "script": f"{self._base}/page.js?v={version_of('page.js')}",
            "uploads_script": f"{self._base}/uploads.js?v={version_of('uploads.js')}",
            "icon": f"{self._base}/icon.svg?v={version_of('icon.svg')}",
        }
        return environment


@cache
def asset(name: str) -> str:
    """The text of a static file."""
    return (HERE / name).read_text()


@cache
def version_of(name: str) -> str:
    """A version of a static file that changes with its content, so that browsers can cache each version forever."""
    return hashlib.sha256(asset(name).encode()).hexdigest()[:12]
