"""Why a write of the engine was refused: what its callers must know, and how it is read off a transaction."""

from collections.abc import Sequence
from dataclasses import dataclass

from chalicelib.foundation.dynamo import CancellationReason, Item, Write


class Fenced(Exception):
    """The job is not ours any more: canceled, finished, or somebody else's. Whatever was planned is void."""


@dataclass(frozen=True, slots=True)
class RefusedWrite:
    """A write of a chunk whose own condition was false.

    Args:
        index: which of `progress.writes`. key: of its item. old: the item as it stands; None if there is none.
    """

    index: int
    key: Item
    old: Item | None


class Replan(Exception):
    """What the chunk was planned on has moved: read it again and plan again. Nothing was written.

    `refused` are the writes that were refused for themselves.
    """

    def __init__(self, refused: Sequence[RefusedWrite]) -> None:
        super().__init__(len(refused))
        self.refused = tuple(refused)


class StoreBusy(Exception):
    """Throttling, other transactions or a queue that kept moving refused every try. Nothing was written; try later."""


class ExtraWriteRefused(Exception):
    """A write that was to land with the job's was refused; `index` says which, `old` shows the item as it stands."""

    def __init__(self, index: int, old: Item | None) -> None:
        super().__init__(index)
        self.index, self.old = index, old


def refused_writes(writes: Sequence[Write], reasons: Sequence[CancellationReason]) -> list[RefusedWrite]:
    return [
        RefusedWrite(index, _key_of(write), reason.old)
        for index, (write, reason) in enumerate(zip(writes, reasons, strict=False))
        if reason.is_condition
    ]


def _key_of(write: Write) -> Item:
    (request,) = write.values()
    key: Item = request.get("Key") or {name: request["Item"][name] for name in ("pk", "sk")}
    return key


def raise_for_extra_writes(reasons: Sequence[CancellationReason]) -> None:
    for index, reason in enumerate(reasons):
        if reason.is_condition:
            raise ExtraWriteRefused(index, reason.old)
