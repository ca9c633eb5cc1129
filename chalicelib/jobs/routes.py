"""The schedule's work by hand, for whoever knows the secret."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from chalicelib.foundation.http import Request, Response
from chalicelib.foundation.router import Access, Router

if TYPE_CHECKING:
    from chalicelib.jobs.run_now import RunNow

CRON = "/api/cron/process-imports"


class Parts(Protocol):
    @property
    def run_now(self) -> RunNow: ...


def routes(router: Router, parts: Parts) -> None:
    def process_imports_now(request: Request) -> Response:
        return Response(parts.run_now(request.seconds_left))

    about, answers = "Run the schedule's work now", {200: "ScheduleRun"}
    router.get(CRON, Access.CRON, about, answers, head=lambda _: Response({}))(process_imports_now)
    router.post(CRON, Access.CRON, about, answers)(process_imports_now)
