"""The contacts that a job changed, as events in batches: its ledger lists them, so nothing else is stored of them."""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass

from chalicelib.foundation.outcomes import Outcome
from chalicelib.jobs.events import EventType
from chalicelib.jobs.job import Job, LedgerLine
from chalicelib.jobs.reads import JobReads

MOST_CONTACTS = 100  # of one event; 4 KB of ids


@dataclass(frozen=True, slots=True)
class ContactBatch:
    """Contacts of one event."""

    type: EventType
    contact_ids: Sequence[str]
    #: Where it is: the chunk of the ledger, and the part of the chunk.
    position: tuple[int, int]

    @property
    def after(self) -> tuple[int, int]:
        """Where the next one begins."""
        chunk, part = self.position
        return chunk, part + 1


@dataclass(frozen=True)
class ContactBatches:
    """Reads the ledger of a job as events of contacts."""

    jobs: JobReads
    #: Which of these contacts of an owner exist.
    existing: Callable[[str, Sequence[str]], Collection[str]]

    def first(self, owner: str, job_id: str, start: tuple[int, int], types: Collection[str]) -> ContactBatch | None:
        """The first batch from `start` on that has one of these types; None if there is none, or no such job."""
        job = self.jobs.find(job_id)
        if job is None or job.owner != owner:
            return None
        chunk, part = start
        for each in self.jobs.ledger(job, after=chunk - 1, page_size=10):
            parts = self._parts(job, each.lines)
            for number, (kind, contact_ids) in enumerate(parts):
                is_before = each.chunk == chunk and number < part
                if not is_before and kind in types and contact_ids:
                    return ContactBatch(kind, contact_ids, (each.chunk, number))
        return None

    def _parts(self, job: Job, lines: Sequence[LedgerLine]) -> Iterator[tuple[EventType, Sequence[str]]]:
        """The parts of a chunk, always in the same order. Some may be empty."""
        changing, names_contacts = job.counts.outcomes.changing, self.jobs.kinds.lines_name_contacts(job.kind)
        by_outcome: dict[str, dict[str, None]] = {}
        for line in lines:
            contact_id = line.contact_id or (line.source_id if names_contacts else None)
            if line.outcome in changing and contact_id:
                by_outcome.setdefault(line.outcome, {})[contact_id] = None
        for outcome, contact_ids in by_outcome.items():
            for some in _slices(list(contact_ids)):
                if outcome != Outcome.REMOVED:
                    yield (EventType.CONTACT_CREATED if outcome == Outcome.CREATED else EventType.CONTACT_UPDATED), some
                    continue
                left = self.existing(job.owner, some)  # a source's record was removed, and maybe the contact with it
                yield EventType.CONTACT_DELETED, [each for each in some if each not in left]
                yield EventType.CONTACT_UPDATED, [each for each in some if each in left]


def _slices(contact_ids: Sequence[str]) -> Iterator[Sequence[str]]:
    for at in range(0, len(contact_ids), MOST_CONTACTS):
        yield contact_ids[at : at + MOST_CONTACTS]
