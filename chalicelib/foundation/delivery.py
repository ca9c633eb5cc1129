"""Downloads: a file is sent in the response, or through the bucket if it is too large for a response.

The whole file is written to a temporary file first, so that no client gets half of one. A response of Lambda has 6 MB
at most, as JSON, in which a quote takes two bytes and a letter beyond ASCII up to twelve. A larger file goes to the
bucket, and the response redirects to a URL that is valid for a few minutes. A script in a browser cannot follow that
redirect to another origin, so it asks for the URL instead (`delivery=link`).
"""

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from tempfile import SpooledTemporaryFile
from typing import IO, Protocol, TypeVar

from chalicelib.foundation.clock import Clock, rfc3339
from chalicelib.foundation.errors import OutOfTime
from chalicelib.foundation.http import Request, Response, attachment, redirect
from chalicelib.foundation.ids import fresh_id, id_of
from chalicelib.foundation.request_time import LONGEST_SECONDS

LARGEST_RESPONSE = 4 * 1024 * 1024  # bytes of a body in the JSON that Lambda sends
KEPT_IN_MEMORY = 16 * 1024 * 1024  # bytes of the temporary file; the rest goes to the disk
LINK_LASTS = timedelta(minutes=5)
RESERVE = timedelta(seconds=6)  # of a request's time, for storing the file and for the response
TRY_AGAIN = timedelta(minutes=1)
T = TypeVar("T")


class Bucket(Protocol):
    """The port for files that people download by a link."""

    def put(self, key: str, content: bytes | IO[bytes]) -> None: ...
    def link(self, key: str, *, file_name: str, content_type: str, lasts: timedelta) -> str: ...


def exports_prefix(owner: str) -> str:
    """The prefix of the keys of an owner's downloads. It contains a hash of the owner instead of their id."""
    return f"exports/{id_of(owner)}/"


@dataclass(frozen=True)
class File:
    """A file to be downloaded."""

    #: the name under which it is saved; never text from outside
    name: str
    content_type: str
    #: its text, generated piece by piece
    pieces: Iterable[str]


@dataclass(frozen=True)
class TimeLeft:
    """The time that a request has for generating a file."""

    clock: Clock
    #: when it must stop and respond; None without a limit
    until: datetime | None

    @classmethod
    def of(cls, request: Request, clock: Clock) -> "TimeLeft":
        left = request.seconds_left
        if left is None:
            return cls(clock, None)
        return cls(clock, clock.now() + timedelta(seconds=min(left, LONGEST_SECONDS)) - RESERVE)

    def watch(self, things: Iterable[T]) -> Iterator[T]:
        """Yields `things` while there is time.

        Raises:
            OutOfTime: there is no time left.
        """
        for thing in things:
            if self.until is not None and self.clock.now() >= self.until:
                detail = "The file could not be generated within the time limit of a request. Try again in a minute."
                raise OutOfTime(detail, retry_after=TRY_AGAIN)
            yield thing


@dataclass(frozen=True)
class Deliver:
    """Sends files to clients."""

    #: loads the bucket; called only for a file that needs it
    store: Callable[[], Bucket]
    clock: Clock
    largest_response: int = LARGEST_RESPONSE

    def __call__(self, owner: str, file: File, *, as_link: bool = False, headers_only: bool = False) -> Response:
        """The file, or a redirect to it; with `as_link`, JSON with its URL.

        Args:
            headers_only: store nothing, so the response names no URL.

        Raises:
            OutOfTime: generating it takes longer than the request has.
        """
        with SpooledTemporaryFile(KEPT_IN_MEMORY) as written:
            size = self._write(written, file.pieces)
            written.seek(0)
            if size <= self.largest_response and not as_link:
                headers = {"Content-Disposition": attachment(file.name)}
                return Response(written.read().decode(), 200, headers, content_type=file.content_type)
            if headers_only:
                return Response({}) if as_link else Response(None, 303)
            url = self._store(owner, file, written)
            return self._link(file, url) if as_link else redirect(url)

    def _link(self, file: File, url: str) -> Response:
        expires_at = rfc3339(self.clock.now() + LINK_LASTS)
        return Response(
            {"url": url, "file_name": file.name, "content_type": file.content_type, "expires_at": expires_at}
        )

    def _write(self, written: IO[bytes], pieces: Iterable[str]) -> int:
        """Writes all pieces; returns their size as a response, exact up to the largest one."""
        size = 0
        for piece in pieces:
            written.write(piece.encode())
            if size <= self.largest_response:
                size += len(json.dumps(piece)) - 2  # without the quotes around it
        return size

    def _store(self, owner: str, file: File, written: IO[bytes]) -> str:
        store = self.store()
        key = f"{exports_prefix(owner)}{fresh_id()}/{file.name}"
        store.put(key, written)
        return store.link(key, file_name=file.name, content_type=file.content_type, lasts=LINK_LASTS)
