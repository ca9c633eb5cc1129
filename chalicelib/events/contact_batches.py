"""The contacts that a job changed, as events in batches: its ledger lists them, so nothing else is stored of them."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace

from chalicelib.jobs.contact_changes import ContactChanges
from chalicelib.jobs.events import EventType
from chalicelib.jobs.job import Job
from chalicelib.jobs.reads import JobReads, LedgerChunk

MOST_CONTACTS = 100  # of one event; 4 KB of ids
_CHUNKS = 1_000_000  # more than a generation has


@dataclass(frozen=True, slots=True)
class ContactBatch:
    """Contacts of one event."""

    type: EventType
    contact_ids: Sequence[str]
    #: Where it begins: the chunk of the ledger, counted over its generations, and how many contacts are before it.
    position: tuple[int, int]

    @property
    def after(self) -> tuple[int, int]:
        """Where the next one begins."""
        chunk, begin = self.position
        return chunk, begin + len(self.contact_ids)

    def half(self) -> "ContactBatch":
        """Its first half; the rest follows in the next one."""
        return replace(self, contact_ids=self.contact_ids[: len(self.contact_ids) // 2])


@dataclass(frozen=True)
class ContactBatches:
    """Reads the ledger of a job as events of contacts."""

    jobs: JobReads

    def first(self, owner: str, job_id: str, start: tuple[int, int], types: Collection[str]) -> ContactBatch | None:
        """The first batch from `start` on that has one of these types; None if there is none, or no such job."""
        job = self.jobs.find(job_id)
        if job is None or job.owner != owner:
            return None
        for number, chunk in self._chunks(job, start[0]):
            after = start[1] if number == start[0] else 0
            for kind, begin, contact_ids in _groups(_changes(job, chunk)):
                rest = contact_ids[max(0, after - begin) :][:MOST_CONTACTS]
                if rest and kind in types:
                    return ContactBatch(kind, rest, (number, max(begin, after)))
        return None

    def _chunks(self, job: Job, first: int) -> Iterator[tuple[int, LedgerChunk]]:
        """The chunks from the first one on. What a job changed before it was restarted is in an earlier generation."""
        begun, chunk = divmod(first, _CHUNKS)
        for generation in range(begun, job.generation + 1):
            after = chunk - 1 if generation == begun else -1
            for each in self.jobs.ledger(replace(job, generation=generation), after=after, page_size=10):
                yield generation * _CHUNKS + each.chunk, each


def _changes(job: Job, chunk: LedgerChunk) -> ContactChanges:
    if chunk.contacts is not None:
        return chunk.contacts
    return ContactChanges.told_by(chunk.lines, job.counts.outcomes.changing)


def _groups(changes: ContactChanges) -> Iterator[tuple[EventType, int, Sequence[str]]]:
    """The contacts of each event of a chunk, always in the same order, with the number of those before them."""
    begin = 0
    for kind, contact_ids in (
        (EventType.CONTACT_CREATED, changes.created),
        (EventType.CONTACT_UPDATED, changes.updated),
        (EventType.CONTACT_DELETED, changes.removed),
    ):
        yield kind, begin, contact_ids
        begin += len(contact_ids)
