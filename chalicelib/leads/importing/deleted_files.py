"""Files of imports that are no longer there, and why: what is not there is named, and not linked to.

An erasure notes each file before it deletes it, under a name made of its key: several imports may be of one file. Such
a note expires like the files.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from typing import NamedTuple, Protocol

from chalicelib.foundation.clock import Clock, instant, milliseconds
from chalicelib.leads.importing.result_blobs import FOLDER


class Reason(StrEnum):
    """Why a file is no longer there."""

    LEAD_ERASED = "lead_erased"  # it may have held a lead that was erased
    EXPIRED = "expired"
    MISSING = "missing"  # it was never written, or somebody deleted it in the bucket


class DeletedFile(NamedTuple):
    """What is known of a file that is no longer there."""

    reason: Reason
    at: datetime | None  #: None for a missing file


class Blobs(Protocol):
    """What is needed of the bucket."""

    def put(self, key: str, content: bytes) -> None: ...
    def find(self, key: str) -> bytes | None: ...


@dataclass(frozen=True)
class DeletedFiles:
    """Notes of erasures in the bucket."""

    blobs: Callable[[], Blobs]
    clock: Clock
    lasts: timedelta  #: how long the bucket keeps files

    def note(self, keys: Sequence[str]) -> None:
        """Note that these files are deleted now, since a lead is erased. May be repeated."""
        at = str(milliseconds(self.clock.now())).encode()
        for key in keys:
            self.blobs().put(_note_key(key), at)

    def find(self, key: str, since: datetime) -> DeletedFile:
        """What became of a file that is not there.

        Args:
            since: when it was there, or written.
        """
        noted = self.blobs().find(_note_key(key))
        if noted is not None:
            return DeletedFile(Reason.LEAD_ERASED, instant(int(noted)))
        expired_at = since + self.lasts
        if expired_at <= self.clock.now():
            return DeletedFile(Reason.EXPIRED, expired_at)
        return DeletedFile(Reason.MISSING, None)


def _note_key(key: str) -> str:
    organization = key.split("/")[1]
    return f"{FOLDER}/{organization}/deleted/{sha256(key.encode()).hexdigest()[:32]}"
