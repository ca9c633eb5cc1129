"""Public routes: the home page, the pages' style and script, and the OpenAPI description."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.foundation.http import Request, Response, conditional_response, page, redirect
from chalicelib.foundation.router import Access, Query, Router
from chalicelib.web.pages import asset, version_of

if TYPE_CHECKING:
    from chalicelib.home.parts import HomeParts

CACHED_FOREVER = {"Cache-Control": "public, max-age=31536000, immutable"}  # for a URL that changes with the content
CACHED_BRIEFLY = {"Cache-Control": "public, max-age=300"}
VERSION = Query("v", "The version of the file; the current one may be cached forever.")


def routes(router: Router, parts: HomeParts) -> None:
    @router.get("/", Access.ANYONE, "Home page", {200: "page", 303: ""}, shows_pages=True)
    def home(request: Request) -> Response:
        if request.person is not None:
            return redirect(parts.shared.public_url + parts.first_page)
        return page(parts.shared.pages.home(request, parts.provider_titles()))

    @router.get("/style.css", Access.ANYONE, "Page style sheet", {200: "style"}, query=[VERSION])
    def style(request: Request) -> Response:
        return _file(request, "style.css", "text/css; charset=utf-8")

    @router.get("/uploads.js", Access.ANYONE, "Script of pages with uploads", {200: "script"}, query=[VERSION])
    def uploads_script(request: Request) -> Response:
        return _file(request, "uploads.js", "text/javascript; charset=utf-8")

    @router.get("/page.js", Access.ANYONE, "Page script", {200: "script"}, query=[VERSION])
    def script(request: Request) -> Response:
        return _file(request, "page.js", "text/javascript; charset=utf-8")

    @router.get("/icon.svg", Access.ANYONE, "Favicon", {200: "picture"}, query=[VERSION])
    def icon(request: Request) -> Response:
        return _file(request, "icon.svg", "image/svg+xml")

    @router.get("/api/v1/openapi.json", Access.ANYONE, "OpenAPI description", {200: "OpenApi", 304: ""})
    def openapi(request: Request) -> Response:
        return conditional_response(request, parts.describe(router.routes))


def _file(request: Request, name: str, content_type: str) -> Response:
    headers = CACHED_FOREVER if request.query.get("v") == version_of(name) else CACHED_BRIEFLY
    return Response(asset(name), headers=headers, content_type=content_type)
