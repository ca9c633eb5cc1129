"""What everybody may see: the way in, the pages' style and script, and the API's description of itself."""

from collections.abc import Sequence
from typing import Protocol

from chalicelib.foundation.door import Access, Door, Query, Route
from chalicelib.foundation.http import Answer, Asked, Json, found, page, redirect
from chalicelib.web.pages import NAVIGATION, asset, version_of

KEPT = {"Cache-Control": "public, max-age=31536000, immutable"}  # under an address that changes with the content
ASKED_AGAIN = {"Cache-Control": "public, max-age=300"}
VERSION = Query("v", "Which version; one that is the newest may be kept for good.")


class Pages(Protocol):
    def home(self, asked: Asked) -> str: ...


class Parts(Protocol):
    @property
    def public_url(self) -> str: ...
    @property
    def pages(self) -> Pages: ...
    def described(self, routes: Sequence[Route]) -> Json: ...


def routes(door: Door, parts: Parts) -> None:
    @door.get("/", Access.ANYONE, "The way in", {200: "page", 303: ""}, shows_pages=True)
    def home(asked: Asked) -> Answer:
        if asked.person is not None:
            return redirect(parts.public_url + NAVIGATION[0][0])
        return page(parts.pages.home(asked))

    @door.get("/style.css", Access.ANYONE, "How the pages look", {200: "style"}, query=[VERSION])
    def style(asked: Asked) -> Answer:
        return _file(asked, "style.css", "text/css; charset=utf-8")

    @door.get("/page.js", Access.ANYONE, "What the pages do by themselves", {200: "script"}, query=[VERSION])
    def script(asked: Asked) -> Answer:
        return _file(asked, "page.js", "text/javascript; charset=utf-8")

    @door.get("/icon.svg", Access.ANYONE, "The pages' sign in a browser's tabs", {200: "picture"}, query=[VERSION])
    def icon(asked: Asked) -> Answer:
        return _file(asked, "icon.svg", "image/svg+xml")

    @door.get("/api/v1/openapi.json", Access.ANYONE, "This description", {200: "OpenApi", 304: ""})
    def openapi(asked: Asked) -> Answer:
        return found(asked, parts.described(door.routes))


def _file(asked: Asked, name: str, content_type: str) -> Answer:
    headers = KEPT if asked.query.get("v") == version_of(name) else ASKED_AGAIN
    return Answer(asset(name), headers=headers, content_type=content_type)
