"""Combines the records of a batch, and tells which of them are repeated, stale or replaced by a later one.

Pure: what was applied before is given, so that a batch that is read again after a crash gives the same.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from chalicelib.ingest.record_cells import Cells

REPEATED = "repeated"  # its event was applied before
STALE = "stale"  # older than what was applied
COMBINED = "combined"  # applied together with a later record of the batch
MOST_EVENTS = 20  # of one record that are remembered


@dataclass(frozen=True, slots=True)
class Applied:
    """What is known of the record that was last applied, for one key."""

    #: its time, as the source says it, in milliseconds since 1970; None if it never did
    at: int | None = None
    #: when it was received, in milliseconds since 1970
    received: int = 0
    #: the ids of the last events
    events: tuple[str, ...] = ()
    #: all cells, as the records together left them
    cells: Mapping[str, str] = field(default_factory=dict)
    #: the job that wrote the record which these cells made; "" if the cells are not all that it says
    job: str = ""


@dataclass(frozen=True, slots=True)
class Received:
    """A record as it was received, with what it says of itself."""

    key: str
    cells: Cells
    received: int = 0
    event_id: str = ""
    at: int | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """What to do with one record of the batch."""

    key: str
    #: why nothing is done with it; "" if it is applied
    skipped: str = ""
    #: what it says, together with the records that it is combined with
    cells: Cells = field(default_factory=dict)
    #: the time and the events of the record from then on
    at: int | None = None
    received: int = 0
    events: tuple[str, ...] = ()


@dataclass
class _State:
    at: int | None
    received: int
    events: list[str]
    cells: Cells = field(default_factory=dict)
    last: int | None = None


def combine(
    records: Sequence[Received],
    applied: Mapping[str, Applied],
    *,
    null_clears: bool = False,
    empty_clears: bool = False,
) -> list[Step]:
    """One step for each record, in their order.

    Args:
        applied: what was applied before, by key.
        null_clears, empty_clears: whether such a value takes the place of an earlier one.
    """
    states: dict[str, _State] = {}
    steps: list[Step] = []
    for record in records:
        state = states.get(record.key)
        if state is None:
            before = applied.get(record.key, Applied())
            state = states[record.key] = _State(before.at, before.received, list(before.events))
        if record.event_id and record.event_id in state.events:
            steps.append(Step(record.key, REPEATED))
        elif _is_older(record, state):
            steps.append(Step(record.key, STALE))
        else:
            if state.last is not None:
                steps[state.last] = Step(record.key, COMBINED)
            state.last = len(steps)
            steps.append(_apply(record, state, null_clears=null_clears, empty_clears=empty_clears))
    return steps


def _is_older(record: Received, state: _State) -> bool:
    """By the times that the source says; else by when the records were received."""
    if record.at is not None and state.at is not None:
        return record.at < state.at
    return record.received < state.received


def _apply(record: Received, state: _State, *, null_clears: bool, empty_clears: bool) -> Step:
    for name, text in record.cells.items():
        if name not in state.cells or text or (null_clears and text is None) or (empty_clears and text == ""):
            state.cells[name] = text
    state.at = state.at if record.at is None else record.at
    state.received = max(state.received, record.received)
    if record.event_id:
        state.events = [*state.events, record.event_id][-MOST_EVENTS:]
    return Step(record.key, "", state.cells, state.at, state.received, tuple(state.events))


def after(step: Step, before: Mapping[str, str], *, null_clears: bool, empty_clears: bool) -> dict[str, str]:
    """The cells of a record after a step: absent fields stay, and null and empty ones as the source's rules say."""
    cells = dict(before)
    for name, text in step.cells.items():
        if text:
            cells[name] = text
        elif (null_clears and text is None) or (empty_clears and text == ""):
            cells.pop(name, None)
    return cells


def cleared(step: Step, *, null_clears: bool, empty_clears: bool) -> list[str]:
    """The fields of a record that a step clears."""
    return [
        name for name, text in step.cells.items() if (null_clears and text is None) or (empty_clears and text == "")
    ]
