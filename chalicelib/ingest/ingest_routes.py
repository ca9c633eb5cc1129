"""The route to which sources send their records."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.foundation.errors import Conflict, NotAllowed, NotSignedIn, TooMany
from chalicelib.foundation.http import Request, Response
from chalicelib.foundation.router import Access, Router

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chalicelib.foundation.errors import ServiceError
    from chalicelib.ingest.parts import IngestParts

INGEST = "/api/v1/ingest/{source}"


def routes(router: Router, parts: IngestParts) -> None:
    @router.post(
        INGEST,
        Access.SOURCE,
        "Send records of a source",
        {202: "ReceivedRecords", 200: "acknowledgment"},
        takes_file=True,
        takes_key=True,
        problems=_problems,
    )
    def post_records(request: Request, source: str) -> Response:
        """JSON, lines of JSON or a form; an outbound message of Salesforce gets the acknowledgment that it expects."""
        from chalicelib.ingest.soap import ACK, CONTENT_TYPE, is_soap

        answer = parts.receive(request, source)
        if is_soap(request.headers.get("content-type", "")):
            return Response(ACK, content_type=CONTENT_TYPE)
        return Response(dict(answer), 202)


def _problems() -> Sequence[type[ServiceError]]:
    from chalicelib.ingest.envelope import NotRecords

    return [NotRecords, NotSignedIn, NotAllowed, Conflict, TooMany]
