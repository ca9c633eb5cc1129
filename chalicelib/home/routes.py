"""What everybody may see: the way in, the pages' style and script, and the API's description of itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.foundation.http import Request, Response, conditional_response, page, redirect
from chalicelib.foundation.router import Access, Query, Router
from chalicelib.web.pages import asset, version_of

if TYPE_CHECKING:
    from chalicelib.home.parts import HomeParts

KEPT = {"Cache-Control": "public, max-age=31536000, immutable"}  # under an address that changes with the content
ASKED_AGAIN = {"Cache-Control": "public, max-age=300"}
VERSION = Query("v", "Which version; one that is the newest may be kept for good.")


def routes(router: Router, parts: HomeParts) -> None:
    @router.get("/", Access.ANYONE, "The way in", {200: "page", 303: ""}, shows_pages=True)
    def home(request: Request) -> Response:
        if request.person is not None:
            return redirect(parts.shared.public_url + parts.first_page)
        return page(parts.shared.pages.home(request))

    @router.get("/style.css", Access.ANYONE, "How the pages look", {200: "style"}, query=[VERSION])
    def style(request: Request) -> Response:
        return _file(request, "style.css", "text/css; charset=utf-8")

    @router.get("/page.js", Access.ANYONE, "What the pages do by themselves", {200: "script"}, query=[VERSION])
    def script(request: Request) -> Response:
        return _file(request, "page.js", "text/javascript; charset=utf-8")

    @router.get("/icon.svg", Access.ANYONE, "The pages' sign in a browser's tabs", {200: "picture"}, query=[VERSION])
    def icon(request: Request) -> Response:
        return _file(request, "icon.svg", "image/svg+xml")

    @router.get("/api/v1/openapi.json", Access.ANYONE, "This description", {200: "OpenApi", 304: ""})
    def openapi(request: Request) -> Response:
        return conditional_response(request, parts.describe(router.routes))


def _file(request: Request, name: str, content_type: str) -> Response:
    headers = KEPT if request.query.get("v") == version_of(name) else ASKED_AGAIN
    return Response(asset(name), headers=headers, content_type=content_type)
