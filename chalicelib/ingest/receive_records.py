"""Receives the records of a request: proves who sends, reads them, and stores them for the job that imports them."""

import base64
import binascii
import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from chalicelib.foundation.clock import Clock
from chalicelib.foundation.errors import CallerError, NotSignedIn, ServiceError
from chalicelib.foundation.http import Request
from chalicelib.foundation.ids import fresh_id
from chalicelib.foundation.seal import Seal
from chalicelib.ingest.arrival_store import ArrivalStore, RequestNote
from chalicelib.ingest.envelope import Element, Envelope, ObjectKind, read_envelope, unpacked
from chalicelib.ingest.gate_store import GateStore
from chalicelib.ingest.signature_rule import Signed, WrongSignature
from chalicelib.ingest.signed_urls import signed_urls
from chalicelib.ingest.soap import is_soap, read_notifications
from chalicelib.ingest.source import IngestSource, SourceState
from chalicelib.ingest.source_key import PREFIX, is_key_valid
from chalicelib.ingest.source_store import SourceStore
from chalicelib.ingest.start_ingest import StartIngest

PAUSE = timedelta(minutes=5)  # after which a sender may try a paused source again
_UNKNOWN = "This source does not exist, or its key is wrong."
_IN_URL = "key"  # the query parameter with the key


class SourcePaused(ServiceError):
    """The source takes nothing for now; senders try again after `retry_after`."""

    status, slug, title = 503, "source-paused", "Source paused"
    retry_after = PAUSE


def seal_context(owner: str, source_id: str) -> dict[str, str]:
    """Where a signing secret belongs."""
    return {"owner": owner, "source": source_id, "purpose": "ingest signature"}


@dataclass(frozen=True)
class ReceiveRecords:
    """Answers a request of a source."""

    sources: SourceStore
    arrivals: ArrivalStore
    gates: GateStore
    start: StartIngest
    seal: Callable[[], Seal]
    clock: Clock
    public_url: str

    def __call__(self, request: Request, source_id: str) -> Mapping[str, Any]:
        """Store the records, and say which of them were refused.

        Raises:
            NotSignedIn: there is no such source, or its key or the signature is wrong.
            SourcePaused: its owner has paused it.
            NotRecords, TooLarge, InvalidInput: nothing can be read.
            TooMany: the source has sent as much as it may.
            RequestKeyUsed: the id of the request was used for another body.
        """
        source = self.known_source(request, source_id)
        if source.state is SourceState.PAUSED:
            raise SourcePaused("Its owner has paused this source. Try again later.")
        signed_id = self._check_signature(request, source)
        envelope = self._read(request, source)
        accepted = [{"cells": each.cells} for each in envelope.elements if not each.refused]
        now = self.clock.now()
        limits = {"per_minute": source.requests_per_minute, "per_day": source.records_per_day}
        self.gates.count(source_id, len(accepted), now, envelope=envelope.kind, **limits)
        answer = _answer(source_id, envelope)
        note = _note(request, signed_id, answer)
        known = self.arrivals.put(source.owner, source_id, fresh_id(), accepted, now, note)
        if known is not None:
            return {**known, "repeated": True, "job_id": self.gates.get(source_id).job}
        return {**answer, "job_id": self._job_of(source)}

    def known_source(self, request: Request, source_id: str) -> IngestSource:
        """The source, if the request has its key. An unknown source takes the same work, and has the same answer."""
        source = self.sources.find(source_id)
        given = _presented(request, in_url=source is not None and source.key_in_url)
        is_valid = is_key_valid(given, () if source is None else source.keys, self.clock.now())
        if source is None or not is_valid:
            raise NotSignedIn(_UNKNOWN)
        return source

    def _check_signature(self, request: Request, source: IngestSource) -> str | None:
        if source.signature is None or source.sealed_secret is None:
            return None
        secret = self.seal().open(source.sealed_secret, seal_context(source.owner, source.source_id)).decode()
        signed = Signed(request.headers, request.body, request.method, signed_urls(self.public_url, request))
        try:
            return source.signature.verify(signed, secret, self.clock.now())
        except WrongSignature:
            self._count_refused(source, is_proved=False)
            raise NotSignedIn("The signature is missing, wrong or too old.") from None

    def _read(self, request: Request, source: IngestSource) -> Envelope:
        try:
            return read_request(request, source.of_object)
        except CallerError:
            self._count_refused(source, is_proved=True)
            raise

    def _count_refused(self, source: IngestSource, *, is_proved: bool) -> None:
        now, most = self.clock.now(), source.requests_per_minute
        self.gates.count_refused(source.source_id, now, per_minute=most, is_proved=is_proved)

    def _job_of(self, source: IngestSource) -> str | None:
        """The job that takes the records. Without one, the source may have been deleted with all that it sent."""
        job_id = self.start(source)
        if job_id is None and self.sources.find(source.source_id) is None:
            raise NotSignedIn(_UNKNOWN)
        return job_id


def read_request(request: Request, of_object: ObjectKind) -> Envelope:
    """The records of a request. Takes and raises the same as `read_envelope`."""
    body = unpacked(request.body, request.headers.get("content-encoding", "").strip().lower())
    content_type = request.headers.get("content-type", "")
    return read_notifications(body) if is_soap(content_type) else read_envelope(body, content_type, of_object)


def _presented(request: Request, *, in_url: bool) -> str:
    """The key in a request, or "": as a bearer token, a password, a header of its own or, if allowed, in the URL."""
    scheme, _, value = request.headers.get("authorization", "").partition(" ")
    match scheme.lower():
        case "bearer":
            return value.strip()
        case "basic":
            return _basic(value.strip())
    own = request.headers.get("x-api-key", "").strip()
    return own or (request.query.get(_IN_URL, "") if in_url else "")


def _basic(value: str) -> str:
    """The key in the user name or the password of Basic authentication."""
    try:
        text = base64.b64decode(value, validate=True).decode()
    except (ValueError, binascii.Error):
        return ""
    name, _, password = text.partition(":")
    return name if name.startswith(PREFIX) else password


def _note(request: Request, signed_id: str | None, answer: Mapping[str, Any]) -> RequestNote | None:
    """What is noted of a request with an id of its own; None if it has none."""
    if signed_id is not None:
        request_id = f"signed:{signed_id}"
    elif request.idempotency_key is not None:
        request_id = f"key:{request.idempotency_key}"
    elif webhook_id := request.headers.get("webhook-id", ""):
        request_id = f"key:{webhook_id}"
    else:
        return None
    return RequestNote(request_id, hashlib.sha256(request.body).hexdigest(), answer)


def _answer(source_id: str, envelope: Envelope) -> dict[str, Any]:
    refused = _refused(envelope.elements)
    return {
        "source_id": source_id,
        "envelope": envelope.kind,
        "received": len(envelope.elements),
        "accepted": len(envelope.elements) - len(refused),
        "refused": len(refused),
        "repeated": False,
        "results": refused,
        "job_id": None,
    }


def _refused(elements: Sequence[Element]) -> list[dict[str, Any]]:
    return [
        {"index": index, "status": "refused", "reason": each.refused}
        for index, each in enumerate(elements)
        if each.refused
    ]
