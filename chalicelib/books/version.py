"""The version and state of a book, and which contacts people edited last. Pure rules; `book_store` reads and writes."""

from dataclasses import dataclass
from typing import NamedTuple

from chalicelib.jobs.job import Job
from chalicelib.jobs.queue import JobQueue


class BookVersion(NamedTuple):
    """Changes with every write to a book's contacts, and never repeats.

    Contacts are written by people's edits and by the job at the front of the book's queue. An import that changes no
    contact changes none of the three.
    """

    edits: int  #: the number of people's edits
    changed: str  #: "<job id>.<rev>" of the last job that left the front after changing something; "" for none
    front: str  #: "<job id>.<generation>.<chunk>" of the job at the front; "" while it has not changed anything

    def after_edit(self) -> "BookVersion":
        """The version after one edit, if nothing else has happened."""
        return self._replace(edits=self.edits + 1)

    def after_job(self, job: Job, *, edits: int) -> "BookVersion":
        """The version after the job at the front ends, as it is then, and after this many edits."""
        return BookVersion(self.edits + edits, f"{job.job_id}.{job.rev}" if job.has_changed else self.changed, "")


#: of a book to which nothing was written. Older versions of the service did not count what imports wrote.
UNWRITTEN = BookVersion(0, "", "")


@dataclass(frozen=True, slots=True)
class Edits:
    """The edits that people made to a book."""

    count: int = 0  #: of all edits
    recent: tuple[tuple[str, ...], ...] = ()  #: the contact ids of each of the last ones, oldest first
    unlinked: frozenset[str] = frozenset()  #: contact ids that wait to be linked to possible duplicates
    has_statuses: bool = False  #: whether a status of enrichment was ever stored beside a contact of the book

    @property
    def recent_ids(self) -> tuple[str, ...]:
        """The distinct ids of all contacts that the recent edits changed."""
        return tuple(dict.fromkeys(contact_id for edit in self.recent for contact_id in edit))

    @property
    def moved_ids(self) -> frozenset[str]:
        """The ids of the contacts between which recent edits may have moved records: those that changed together."""
        return frozenset(contact_id for edit in self.recent if len(edit) > 1 for contact_id in edit)

    def may_have_moved(self, count: int) -> bool:
        """Whether an edit since there were `count` may have moved records between contacts."""
        behind = self.count - count
        if behind < 0 or behind > len(self.recent):
            return True
        return any(len(edit) > 1 for edit in self.recent[len(self.recent) - behind :])

    def since(self, count: int) -> tuple[str, ...] | None:
        """The distinct ids of the contacts edited since there were `count` edits.

        None if that is too long ago, or if there are fewer edits now because the book was erased in between.
        """
        behind = self.count - count
        if behind < 0 or behind > len(self.recent):
            return None
        newer = self.recent[len(self.recent) - behind :]
        return tuple(dict.fromkeys(contact_id for edit in newer for contact_id in edit))


@dataclass(frozen=True, slots=True)
class BookState:
    """The state of a book, read before the book itself."""

    version: BookVersion
    edits: Edits  #: without those that older versions counted elsewhere; the version has them too
    is_changing: bool  #: whether a job that has changed contacts is at the front
    is_erasing: bool  #: whether the owner is being erased

    @property
    def has_statuses(self) -> bool:
        """Whether a status of enrichment was ever stored beside a contact of the book."""
        return self.edits.has_statuses

    def may_follow(self, before: BookVersion) -> bool:
        """Whether the book can have had this version before; not if it was erased in between."""
        now = self.version
        if now.edits < before.edits or (before.changed and not now.changed):
            return False
        return not before.front or bool(now.front or now.changed)


def book_state(queue: JobQueue, front: Job | None, *, edits: Edits, older_edits: int, is_erasing: bool) -> BookState:
    """The state of a book, from its queue, the job at the front, and the edits. The queue must have been read first."""
    is_changing = front is not None and front.has_changed
    progress = f"{front.job_id}.{front.generation}.{front.chunk}" if front is not None and is_changing else ""
    version = BookVersion(edits.count + older_edits, queue.changed, progress)
    return BookState(version, edits, is_changing, is_erasing or queue.erasing)
