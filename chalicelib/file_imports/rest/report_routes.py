"""The route of the reports of a commit, as CSV files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.file_imports.rest.routes import ONE
from chalicelib.foundation.download_link import DELIVERY, wants_link
from chalicelib.foundation.errors import Conflict
from chalicelib.foundation.http import Request, Response
from chalicelib.foundation.router import Access, Router, not_found
from chalicelib.foundation.scopes import Scope

if TYPE_CHECKING:
    from chalicelib.file_imports.parts import FileImportParts


def routes(router: Router, parts: FileImportParts) -> None:
    @router.get(
        f"{ONE}/reports/{{report}}",
        Access.PERSON,
        "Download the rows of a file with what became of them: all.csv, or those with one outcome, such as failed.csv",
        {200: "csv|DownloadLink", 303: ""},
        problems=lambda: [Conflict],
        query=[DELIVERY],
        strict_query=True,
        is_download=True,
        scopes=[Scope.CONTACTS_READ, Scope.IMPORTS_WRITE],
    )
    def download_file_import_report(request: Request, import_id: str, report: str) -> Response:
        """The columns of the file, then `outcome`, `reason`, `row` and `contact_id`, of a file without columns also its
        `format`; it can be imported again.

        There is none while rows are imported. If the import was stopped, all.csv says which rows it has not come to,
        and the name of each report has "incomplete". removed.csv has the rows that the file no longer had.
        """
        from chalicelib.file_imports.records.report import REMOVED, REPORTS
        from chalicelib.foundation.delivery import File, TimeLeft
        from chalicelib.foundation.safe_csv import CSV, csv_pieces

        as_link, headers_only = wants_link(request), request.is_head
        followed = parts.follow(request.owner, import_id)
        kind = report.removesuffix(".csv")
        if not report.endswith(".csv") or (kind not in REPORTS and kind != REMOVED):
            raise not_found()
        header, rows = parts.removed_report(followed) if kind == REMOVED else parts.report(followed, REPORTS[kind])
        pieces = csv_pieces(header, TimeLeft.of(request, parts.shared.clock).watch(rows))
        incomplete = "" if followed.found.is_committed else "incomplete-"
        name = f"import-{followed.found.created_at:%Y-%m-%d}-{incomplete}{report}"
        file = File(name, CSV, pieces)
        return parts.shared.deliver(request.owner, file, as_link=as_link, headers_only=headers_only)
