"""The REST route of decisions about rows that a commit has left as conflicts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.file_imports.rest.routes import LARGEST_BODY, ONE
from chalicelib.foundation.bodies import read_body
from chalicelib.foundation.http import Request, Response
from chalicelib.foundation.router import Access, Router
from chalicelib.foundation.scopes import Scope

if TYPE_CHECKING:
    from chalicelib.file_imports.parts import FileImportParts
    from chalicelib.file_imports.rest.bodies import DecisionsBody


def routes(router: Router, parts: FileImportParts) -> None:
    @router.post(
        f"{ONE}/decisions",
        Access.PERSON,
        "Decide about rows that are in conflict with contacts; a job does it",
        {202: "FileImportDecisions"},
        body=_body,
        scopes=[Scope.IMPORTS_WRITE],
    )
    def decide_file_import_rows(request: Request, import_id: str) -> Response:
        """A row that was decided otherwise is a conflict; among several rows, it is left out."""
        from chalicelib.file_imports.rest.responses import decisions_body
        from chalicelib.file_imports.storing.row_decision import RowDecision, Verdict

        body = read_body(request, _body(), LARGEST_BODY)
        decided = [
            RowDecision(each.row, Verdict(each.verdict), each.contact_id, each.choices or {}) for each in body.decisions
        ]
        job = parts.decide_rows(request.owner, import_id, decided)
        return Response(decisions_body(job), 202)


def _body() -> type[DecisionsBody]:
    from chalicelib.file_imports.rest.bodies import DecisionsBody

    return DecisionsBody
