"""The route of the reports of a commit, as CSV files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.file_imports.routes import ONE
from chalicelib.foundation.download_link import DELIVERY, wants_link
from chalicelib.foundation.http import Request, Response
from chalicelib.foundation.router import Access, Router, not_found

if TYPE_CHECKING:
    from chalicelib.file_imports.parts import FileImportParts


def routes(router: Router, parts: FileImportParts) -> None:
    @router.get(
        f"{ONE}/reports/{{report}}",
        Access.PERSON,
        "Download the rows of a file with what became of them: all.csv, or those with one outcome, such as failed.csv",
        {200: "csv|DownloadLink", 303: ""},
        query=[DELIVERY],
        strict_query=True,
        is_download=True,
    )
    def download_file_import_report(request: Request, import_id: str, report: str) -> Response:
        """The columns of the file, then `outcome`, `reason`, `row` and `contact_id`; it can be imported again."""
        from chalicelib.file_imports.report import REPORTS
        from chalicelib.foundation.delivery import File, TimeLeft
        from chalicelib.foundation.safe_csv import CSV, csv_pieces

        as_link = wants_link(request)
        followed = parts.follow(request.owner, import_id)
        outcomes = REPORTS.get(report.removesuffix(".csv")) if report.endswith(".csv") else None
        if outcomes is None:
            raise not_found()
        header, rows = parts.report(followed, outcomes)
        pieces = csv_pieces(header, TimeLeft.of(request, parts.shared.clock).watch(rows))
        name = f"import-{followed.found.created_at:%Y-%m-%d}-{report}"
        return parts.shared.deliver(request.owner, File(name, CSV, pieces), as_link=as_link)
