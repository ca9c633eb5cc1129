"""The route that runs the schedule, for callers with the cron secret."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.foundation.http import Request, Response
from chalicelib.foundation.router import Access, Router

if TYPE_CHECKING:
    from chalicelib.operating.parts import OperatingParts

CRON = "/api/cron/process-imports"


def routes(router: Router, parts: OperatingParts) -> None:
    def process_imports_now(request: Request) -> Response:
        return Response(parts.run_now(request.seconds_left))

    summary, responses = "Run due jobs now", {200: "ScheduleRun"}
    router.get(CRON, Access.CRON, summary, responses, head=lambda _: Response({}))(process_imports_now)
    router.post(CRON, Access.CRON, summary, responses)(process_imports_now)
