"""Reasons why the store refused a write of the engine.

Written, Retry                what the store itself acts on: the write was made after all, or is tried again
Fenced                        final for this worker
Replan, ExtraWriteRefused     the caller plans the chunk again
StoreBusy                     the caller tries again later
"""

from collections.abc import Sequence
from dataclasses import dataclass

from chalicelib.foundation.dynamo import CancellationReason, Item, Write
from chalicelib.jobs.job import Job, JobState
from chalicelib.jobs.progress import Progress


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


def judge_commit(
    job: Job, progress: Progress, reasons: Sequence[CancellationReason], *, queue: int, own: int
) -> Retry | Exception:
    """The meaning of a refused commit, of which no earlier try was written.

    Args:
        reasons: one for each write: the job's, those of its queue, the ledger's, the extra ones, the contacts'.
        queue: the number of writes of the queue.
        own: the number of writes before the extra ones.
    """
    extra = own + len(progress.extra_writes)
    queue_changed = any(reason.is_condition for reason in reasons[1 : 1 + queue])
    if reasons[0].is_condition:
        return Fenced()
    if not queue_changed and (refused := refused_extra_write(reasons[own:extra])) is not None:
        return refused
    if changed := _refused_writes(progress.writes, reasons[extra:]):
        return Replan(changed)
    if queue_changed:  # only a job that ends may write without being at the front
        return Fenced() if progress.state is None else Retry(job)
    return StoreBusy()


def judge_park(job: Job, stored: Job | None) -> Written | Retry | Fenced:
    """The meaning of a refused park, from the job as it is stored."""
    if stored is None or stored.rev == job.rev:
        return Retry(job)  # the queue changed, not the job
    if stored.rev == job.rev + 1 and stored.holder == job.holder and not stored.is_finished:
        return Retry(stored)  # our last commit was written after all
    if stored.rev == job.rev + 1 and stored.state is JobState.QUEUED and stored.not_before is not None:
        return Written()
    return Fenced()


def refused_extra_write(reasons: Sequence[CancellationReason]) -> ExtraWriteRefused | None:
    """The first of the extra writes whose condition failed."""
    for index, reason in enumerate(reasons):
        if reason.is_condition:
            return ExtraWriteRefused(index, reason.old)
    return None


def _refused_writes(writes: Sequence[Write], reasons: Sequence[CancellationReason]) -> list[RefusedWrite]:
    """The writes whose condition failed."""
    return [
        RefusedWrite(index, _key_of(write), reason.old)
        for index, (write, reason) in enumerate(zip(writes, reasons, strict=False))
        if reason.is_condition
    ]


def _key_of(write: Write) -> Item:
    (request,) = write.values()
    key: Item = request.get("Key") or {name: request["Item"][name] for name in ("pk", "sk")}
    return key
