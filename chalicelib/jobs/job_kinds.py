"""Declarations of the kinds of jobs. Rooms declare their kinds; the wiring passes them to the store."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from chalicelib.jobs.counts import Outcomes
from chalicelib.jobs.events import JobEvents, NewEvent, end_events, start_events
from chalicelib.jobs.job import BOOK_LANE, Job


class KindError(Exception):
    """A job does something that its kind does not declare: a bug of ours, not an invalid request."""


@dataclass(frozen=True, slots=True)
class JobKind:
    """One kind of job."""

    name: str
    outcomes: Outcomes  #: what can happen to the items its jobs read
    changes_book: bool = True  #: whether its jobs change the owner's contacts; if so, they run in the book's lane
    is_undoable: bool = True  #: whether what its jobs changed can be undone as any run; False if its room does that
    events: JobEvents = JobEvents()  # noqa: RUF009 # frozen #: what others are told of its jobs
    expires: bool = False  #: whether its jobs are of no use some weeks later, and are deleted then


@dataclass(frozen=True)
class JobKinds:
    """The declared kinds.

    Jobs of other kinds, which a newer version created, can be read and ended, but not counted.
    """

    declared: Iterable[JobKind] = ()
    _by_name: dict[str, JobKind] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_by_name", {kind.name: kind for kind in self.declared})

    def outcomes(self, name: str) -> Outcomes | None:
        """The outcomes of a kind; None if it is not declared."""
        kind = self._by_name.get(name)
        return None if kind is None else kind.outcomes

    def changes_book(self, name: str) -> bool:
        """Whether the kind is declared, and its jobs change the owner's contacts."""
        kind = self._by_name.get(name)
        return kind is not None and kind.changes_book

    def spares_book(self, name: str) -> bool:
        """Whether the kind is declared, and none of its jobs changes the owner's contacts."""
        kind = self._by_name.get(name)
        return kind is not None and not kind.changes_book

    def is_undoable(self, name: str) -> bool:
        """Whether the jobs of this kind change the owner's contacts, and that can be undone as any run."""
        kind = self._by_name.get(name)
        return kind is not None and kind.changes_book and kind.is_undoable

    def expires(self, name: str) -> bool:
        """Whether the jobs of this kind are deleted after some weeks."""
        kind = self._by_name.get(name)
        return kind is not None and kind.expires

    def start_events(self, job: Job) -> list[NewEvent]:
        """What others are told of a job that is created."""
        kind = self._by_name.get(job.kind)
        return [] if kind is None else start_events(kind.events, job)

    def end_events(self, job: Job) -> list[NewEvent]:
        """What others are told of a job, as it is when it has ended."""
        kind = self._by_name.get(job.kind)
        return [] if kind is None else end_events(kind.events, job)

    def check_lane(self, name: str, lane: str) -> None:
        """Raises KindError if a job of this kind must not run in that lane."""
        if lane != BOOK_LANE and not self.spares_book(name):
            raise KindError(f"A {name} job may change the book, so it runs in the book's lane, not in {lane!r}.")

    def check_outcomes(self, name: str, outcomes: Iterable[str]) -> None:
        """Raises KindError for outcomes that this kind does not declare."""
        declared = self.outcomes(name)
        unknown = set(outcomes) - set(declared.names if declared else ())
        if unknown:
            raise KindError(f"A {name} job declares no outcome {', '.join(sorted(unknown))}.")
