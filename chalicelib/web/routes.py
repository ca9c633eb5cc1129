"""What everybody may see: the way in, the pages' style, and the API's description of itself."""

from collections.abc import Sequence
from typing import Protocol

from chalicelib.foundation.door import Access, Door, Route
from chalicelib.foundation.http import Answer, Asked, Json, found, page


class Pages(Protocol):
    def home(self) -> str: ...
    def style(self) -> str: ...


class Parts(Protocol):
    @property
    def pages(self) -> Pages: ...
    def described(self, routes: Sequence[Route]) -> Json: ...


def routes(door: Door, parts: Parts) -> None:
    @door.get("/", Access.ANYONE, "The way in", {200: "page"}, shows_pages=True)
    def home(_: Asked) -> Answer:
        return page(parts.pages.home())

    @door.get("/style.css", Access.ANYONE, "How the pages look", {200: "style"})
    def style(_: Asked) -> Answer:
        return Answer(parts.pages.style(), content_type="text/css; charset=utf-8")

    @door.get("/api/v1/openapi.json", Access.ANYONE, "This description", {200: "OpenApi", 304: ""})
    def openapi(asked: Asked) -> Answer:
        return found(asked, parts.described(door.routes))
