"""The REST route that erases the signed-in person."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.foundation.http import Request, Response
from chalicelib.foundation.router import Access, Router

if TYPE_CHECKING:
    from chalicelib.erasing.parts import ErasingParts


def routes(router: Router, parts: ErasingParts) -> None:
    @router.delete("/api/v1/me", Access.PERSON, "Erase all my data", {202: "Erasing"})
    def erase_me(request: Request) -> Response:
        job = parts.erase_person(request.owner)
        parts.shared.work_queue.send(job.job_id)
        return Response({"job_id": job.job_id, "status": job.state.value}, 202)
