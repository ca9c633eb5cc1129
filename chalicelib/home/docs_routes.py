"""Public routes: the documentation of the API, a page for each problem, and llms.txt."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from chalicelib.foundation.errors import NotFound
from chalicelib.foundation.http import Request, Response, page
from chalicelib.foundation.router import Access, Router
from chalicelib.home.parts import API_VERSION

if TYPE_CHECKING:
    from collections.abc import Callable

    from markupsafe import Markup

    from chalicelib.home.docs.documentation import Documentation
    from chalicelib.home.parts import HomeParts

MARKDOWN = "text/markdown; charset=utf-8"
TEXT = "text/plain; charset=utf-8"
CACHED = {"Cache-Control": "public, max-age=300"}


def routes(router: Router, parts: HomeParts) -> None:
    @cache
    def documentation() -> Documentation:
        from chalicelib.home.docs.documentation import Documentation

        return Documentation(parts.shared.public_url, lambda: parts.describe(router.routes))

    _page_routes(router, parts, documentation)
    _problem_routes(router, parts)
    _text_routes(router, documentation)


def _page_routes(router: Router, parts: HomeParts, documentation: Callable[[], Documentation]) -> None:
    @cache
    def reference() -> Markup:
        return parts.shared.pages.fragment("docs/reference.html", reference=documentation().reference)

    @router.page("/docs", Access.ANYONE, "Documentation of the API")
    def docs_page(request: Request) -> Response:
        texts = documentation()
        return _shown(
            parts,
            request,
            "docs.html",
            guide=texts.guide,
            headings=texts.headings,
            version=API_VERSION,
            reference=reference(),
        )

    @router.page("/docs/versions", Access.ANYONE, "What may change in the API, and when")
    def versions_page(request: Request) -> Response:
        return _shown(parts, request, "versions.html", text=documentation().versions)


def _problem_routes(router: Router, parts: HomeParts) -> None:
    @router.page("/problems", Access.ANYONE, "The types of problems")
    def problems_page(request: Request) -> Response:
        from chalicelib.home.docs.problem_texts import PROBLEM_TEXTS

        return _shown(parts, request, "problems.html", problems=PROBLEM_TEXTS)

    @router.page("/problems/{slug}", Access.ANYONE, "What a type of problem means, and how to mend it")
    def problem_page(request: Request, slug: str) -> Response:
        from chalicelib.home.docs.documentation import in_html
        from chalicelib.home.docs.problem_texts import PROBLEM_TEXTS

        problem = PROBLEM_TEXTS.get(slug)
        if problem is None:
            raise NotFound("There is no problem of this type.")
        meaning, mending = in_html(problem)
        return _shown(parts, request, "problem.html", slug=slug, problem=problem, meaning=meaning, mending=mending)


def _text_routes(router: Router, documentation: Callable[[], Documentation]) -> None:
    @router.get("/llms.txt", Access.ANYONE, "Documentation for language models", {200: "text"})
    def llms(_request: Request) -> Response:
        return Response(documentation().llms, headers=CACHED, content_type=TEXT)

    @router.get("/docs/guide.md", Access.ANYONE, "Guide to the API", {200: "markdown"})
    def guide_text(_request: Request) -> Response:
        return Response(documentation().guide_markdown, headers=CACHED, content_type=MARKDOWN)

    @router.get("/docs/versions.md", Access.ANYONE, "What may change in the API, and when", {200: "markdown"})
    def versions_text(_request: Request) -> Response:
        return Response(documentation().versions_markdown, headers=CACHED, content_type=MARKDOWN)

    @router.get("/docs/problems.md", Access.ANYONE, "The types of problems", {200: "markdown"})
    def problems_text(_request: Request) -> Response:
        return Response(documentation().problems_markdown, headers=CACHED, content_type=MARKDOWN)


def _shown(parts: HomeParts, request: Request, template: str, **values: Any) -> Response:
    return page(parts.shared.pages.render(request, f"docs/{template}", **values))
