"""The version and state of a book, and which contacts people edited last. Pure rules; `book_store` reads and writes."""

from dataclasses import dataclass
from typing import NamedTuple

from chalicelib.jobs.job import Job
from chalicelib.jobs.queue import JobQueue


class BookVersion(NamedTuple):
    """Changes with every write to a book's contacts, and never becomes again what it was before.

    Contacts are written by people, who add to `edits`, and by the job at the front of the book's line, whose chunks
    count up in `head`. A job that changed something and leaves the front leaves its mark in `changed`. An import that
    finds everything unchanged changes none of the three.

    Args:
        head: "<job id>.<generation>.<chunk>" of the job at the front, "" while it has not changed anything.
    """

    edits: int
    changed: str
    head: str

    def after_edit(self) -> "BookVersion":
        """The version after one edit of a person, if nothing else happened."""
        return self._replace(edits=self.edits + 1)


@dataclass(frozen=True, slots=True)
class Edits:
    """The edits that people made to a book.

    Args:
        count: of all edits. recent: of the last ones, oldest first, the ids of the contacts that each changed.
        unlinked: contacts that may share a new address or number with others and are not linked to those yet.
    """

    count: int = 0
    recent: tuple[tuple[str, ...], ...] = ()
    unlinked: frozenset[str] = frozenset()

    @property
    def recent_ids(self) -> tuple[str, ...]:
        """Ids of all contacts that the recent edits changed, each once."""
        return tuple(dict.fromkeys(contact_id for edit in self.recent for contact_id in edit))

    def since(self, count: int) -> tuple[str, ...] | None:
        """Ids of the contacts edited since there were `count` edits, each once; None if that is too long ago.

        Also None if there are fewer edits than then: the book was erased in between.
        """
        behind = self.count - count
        if behind < 0 or behind > len(self.recent):
            return None
        newer = self.recent[len(self.recent) - behind :]
        return tuple(dict.fromkeys(contact_id for edit in newer for contact_id in edit))


@dataclass(frozen=True, slots=True)
class BookState:
    """Args:
    edits: those that the version counts, but for any that older code counted elsewhere.
    is_changing: a job that has changed contacts is under way. is_erasing: the person is being erased.
    """

    version: BookVersion
    edits: Edits
    is_changing: bool
    is_erasing: bool


def book_state(line: JobQueue, front: Job | None, *, edits: Edits, older_edits: int, is_erasing: bool) -> BookState:
    """The state of a book, from its line, the job at the front and the edits. The line must have been read first."""
    is_changing = front is not None and front.has_changed
    progress = f"{front.job_id}.{front.generation}.{front.chunk}" if front is not None and is_changing else ""
    version = BookVersion(edits.count + older_edits, line.changed, progress)
    return BookState(version, edits, is_changing, is_erasing or line.erasing)
