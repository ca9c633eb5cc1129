"""Handing a file to whoever asked for it: in the answer itself, or by way of the bucket where it is too large for that.

A file is written to a temporary file before anything is answered, so that nobody ever gets half of one. Lambda answers
6 MB at most, as JSON, in which a quote takes two bytes and a letter beyond ASCII up to twelve; what may be larger goes
to the bucket, and the answer leads there by an address that is good for a few minutes. A script in a browser cannot
follow such a redirect to another origin; it asks for the address itself (`delivery=link`).
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

LARGEST_ANSWER = 4 * 1024 * 1024  # bytes of a body as Lambda sends it
HELD_IN_MEMORY = 16 * 1024 * 1024  # bytes of a file in the making; what is more goes to the disk
LINK_LASTS = timedelta(minutes=5)
RESERVE = timedelta(seconds=6)  # of a request's time, for storing the file and for the answer
TRY_AGAIN = timedelta(minutes=1)
T = TypeVar("T")


class Store(Protocol):
    def put(self, key: str, content: bytes | IO[bytes]) -> None: ...
    def link(self, key: str, *, file_name: str, content_type: str, lasts: timedelta) -> str: ...


def exports_prefix(owner: str) -> str:
    """Where all downloads of one owner are; the owner's own name is not in it."""
    return f"exports/{id_of(owner)}/"


@dataclass(frozen=True)
class File:
    """A file to be delivered.

    Args:
        name: under which it is kept; of our own making. pieces: of its text, made one by one as they are asked for.
    """

    name: str
    content_type: str
    pieces: Iterable[str]


@dataclass(frozen=True)
class TimeLeft:
    """Args:
    until: when a request must stop working and answer; None where nobody waits.
    """

    clock: Clock
    until: datetime | None

    @classmethod
    def of(cls, request: Request, clock: Clock) -> "TimeLeft":
        left = request.seconds_left
        if left is None:
            return cls(clock, None)
        return cls(clock, clock.now() + timedelta(seconds=min(left, LONGEST_SECONDS)) - RESERVE)

    def watch(self, things: Iterable[T]) -> Iterator[T]:
        """`things`, as long as there is time for them.

        Raises:
            OutOfTime: there is none left.
        """
        for thing in things:
            if self.until is not None and self.clock.now() >= self.until:
                told = "This is more than can be written in the time one request has. Try again in a minute."
                raise OutOfTime(told, retry_after=TRY_AGAIN)
            yield thing


@dataclass(frozen=True)
class Deliver:
    """Args:
    store: gives the bucket, when a file is too large without.
    """

    store: Callable[[], Store]
    clock: Clock
    largest_answer: int = LARGEST_ANSWER

    def __call__(self, owner: str, file: File, *, as_link: bool = False) -> Response:
        """The file itself, a redirect to it, or JSON with its link if `delivery` asks for one.

        Raises:
            OutOfTime: as its pieces do.
        """
        with SpooledTemporaryFile(HELD_IN_MEMORY) as made:
            size = self._write(made, file.pieces)
            made.seek(0)
            if as_link:
                return self._link(file, self._stored(owner, file, made))
            if size <= self.largest_answer:
                headers = {"Content-Disposition": attachment(file.name)}
                return Response(made.read().decode(), 200, headers, content_type=file.content_type)
            return redirect(self._stored(owner, file, made))

    def _link(self, file: File, url: str) -> Response:
        expires_at = rfc3339(self.clock.now() + LINK_LASTS)
        return Response(
            {"url": url, "file_name": file.name, "content_type": file.content_type, "expires_at": expires_at}
        )

    def _write(self, made: IO[bytes], pieces: Iterable[str]) -> int:
        """Writes all of them; returns the bytes they take as an answer, at least where they are few enough for one."""
        size = 0
        for piece in pieces:
            made.write(piece.encode())
            if size <= self.largest_answer:
                size += len(json.dumps(piece)) - 2  # without the quotes around it
        return size

    def _stored(self, owner: str, file: File, made: IO[bytes]) -> str:
        store = self.store()
        key = f"{exports_prefix(owner)}{fresh_id()}/{file.name}"
        store.put(key, made)
        return store.link(key, file_name=file.name, content_type=file.content_type, lasts=LINK_LASTS)
