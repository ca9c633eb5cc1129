"""The pages of imports: all of mine, one live, what became of each contact, and the buttons."""

from __future__ import annotations

from typing import Any, Protocol

from chalicelib.foundation.door import Access, Door, Query
from chalicelib.foundation.http import Answer, Asked, page
from chalicelib.provider_imports import import_routes
from chalicelib.provider_imports.status import TITLES, status_body

IMPORTS = "/imports"
ONE = f"{IMPORTS}/{{job_id}}"
ON_A_PAGE = 50


class Pages(Protocol):
    def shown(self, asked: Asked, template: str, *, return_to: str | None = None, **values: Any) -> str: ...


class Parts(import_routes.Parts, Protocol):
    @property
    def pages(self) -> Pages: ...


def routes(door: Door, parts: Parts) -> None:
    _looking_routes(door, parts)


def _looking_routes(door: Door, parts: Parts) -> None:
    @door.get(
        IMPORTS,
        Access.PERSON,
        "The page of my imports",
        {200: "page"},
        query=[import_routes.CURSOR],
        shows_pages=True,
    )
    def imports_page(asked: Asked) -> Answer:
        from chalicelib.provider_imports.list_imports import Wish

        cursor = asked.query.get("cursor") or None
        jobs, following = parts.list_imports(asked.owner, Wish(), cursor=cursor, limit=ON_A_PAGE)
        imports = parts.follow_import.bodies(jobs)
        shown = parts.pages.shown(asked, "imports/imports.html", imports=imports, following=following, titles=TITLES)
        return page(shown)

    @door.get(
        ONE,
        Access.VIEWER,
        "The import's page",
        {200: "page"},
        query=[Query("return_to", "The name of the place to lead back to.")],
        shows_pages=True,
    )
    def one_import_page(asked: Asked, job_id: str) -> Answer:
        from chalicelib.provider_imports.import_view import view

        job = parts.follow_import.job(asked, job_id)
        around = parts.follow_import.around(job)
        is_own = asked.person is not None and asked.person.sub == job.owner
        values = view(job, status_body(job, around), around, is_own=is_own)
        return_to = asked.query.get("return_to")
        return page(parts.pages.shown(asked, "imports/import.html", return_to=return_to, **values))
