"""Reasons why the store refused a write of the engine.

Written, Retry                what the store itself acts on: the write was made after all, or is tried again
Fenced                        final for this worker
Replan, ExtraWriteRefused     the caller plans the chunk again
StoreBusy                     the caller tries again later
"""

from collections.abc import Sequence
from dataclasses import dataclass

from chalicelib.foundation.dynamo import CancellationReason, Item, Write
from chalicelib.jobs.job import Job


@dataclass(frozen=True, slots=True)
class Written:
    """An earlier try was written; only its response was lost."""


@dataclass(frozen=True, slots=True)
class Retry:
    """The write can be tried again at once."""

    job: Job  #: as it is stored now


class Fenced(Exception):
    """The job no longer belongs to this worker: it was canceled, has ended, or another worker claimed it."""


@dataclass(frozen=True, slots=True)
class RefusedWrite:
    """A write of a chunk whose own condition failed."""

    index: int  #: in `progress.writes`
    key: Item  #: of its item
    old: Item | None  #: the item as it is stored; None if there is none


class Replan(Exception):
    """Contacts of the chunk have changed since it was planned; nothing was written. Read them and plan again."""

    def __init__(self, refused: Sequence[RefusedWrite]) -> None:
        super().__init__(len(refused))
        self.refused = tuple(refused)


class StoreBusy(Exception):
    """The store refused every try (throttling, concurrent transactions, a changing queue); nothing was written."""


class ExtraWriteRefused(Exception):
    """One of the extra writes was refused; nothing was written."""

    def __init__(self, index: int, old: Item | None) -> None:
        super().__init__(index)
        self.index, self.old = index, old  # which of the extra writes; the item as it is stored


def refused_writes(writes: Sequence[Write], reasons: Sequence[CancellationReason]) -> list[RefusedWrite]:
    """The writes whose condition failed."""
    return [
        RefusedWrite(index, _key_of(write), reason.old)
        for index, (write, reason) in enumerate(zip(writes, reasons, strict=False))
        if reason.is_condition
    ]


def refused_extra_write(reasons: Sequence[CancellationReason]) -> ExtraWriteRefused | None:
    """The first of the extra writes whose condition failed."""
    for index, reason in enumerate(reasons):
        if reason.is_condition:
            return ExtraWriteRefused(index, reason.old)
    return None


def _key_of(write: Write) -> Item:
    (request,) = write.values()
    key: Item = request.get("Key") or {name: request["Item"][name] for name in ("pk", "sk")}
    return key
