"""The REST route that erases the signed-in person."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.foundation.forms import check_fields
from chalicelib.foundation.http import Request, Response
from chalicelib.foundation.router import Access, Router

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chalicelib.erasing.parts import ErasingParts
    from chalicelib.foundation.errors import ServiceError


def routes(router: Router, parts: ErasingParts) -> None:
    @router.delete("/api/v1/me", Access.PERSON, "Erase all my data", {202: "Erasing"}, problems=_problems)
    def erase_me(request: Request) -> Response:
        from chalicelib.foundation.bodies import json_object
        from chalicelib.jobs.job_result import result_word

        check_fields(json_object(request), ())
        job = parts.erase_person(request.owner)
        parts.shared.work_queue.send(job.job_id)
        return Response({"job_id": job.job_id, "status": job.state.value, "result": result_word(job)}, 202)


def _problems() -> Sequence[type[ServiceError]]:
    from chalicelib.foundation.bodies import NotJson
    from chalicelib.foundation.errors import InvalidInput, TooLarge

    return [InvalidInput, NotJson, TooLarge]
