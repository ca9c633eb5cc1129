"""Plans the removal of contacts that are still as a run created them. That needs no book: each contact tells by itself.

Every removal requires that the contact still has its first version, so the store has the last word.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime

from chalicelib.books.book import Book
from chalicelib.books.chunk import Chunk, Draft, Limits, Result
from chalicelib.books.contact_store import ContactStore
from chalicelib.books.planner import Planner
from chalicelib.books.prepared_contact import LONGEST_NAME
from chalicelib.books.replaced_words import RecordKey
from chalicelib.contacts.contact import FIRST_VERSION, Contact
from chalicelib.contacts.fold_records import display_of
from chalicelib.foundation.outcomes import Outcome
from chalicelib.undoing.run_words import RunWords


class UntouchedPlanner(Planner):
    """Plans on contacts as they are read. Those that have changed since the run are left to `UndoPlanner`."""

    def __init__(self, store: ContactStore, words: RunWords, *, now: Callable[[], datetime]) -> None:
        """Plan for the owner of the run."""
        super().__init__(store, owner=words.run.owner, source="", now=now, book=Book())
        self._words = words
        self._is_worthwhile = True  # whether most contacts have been untouched so far

    def plan_untouched(self, contact_ids: Sequence[str], limits: Limits) -> Chunk:
        """Remove those of the first of these contacts that are untouched, as many as fit.

        Once most of a chunk have changed, the rest is passed over unread, since it has to be read again with the book.
        """
        if not self._is_worthwhile:
            return Chunk([], [], len(contact_ids))
        chunk = self._plan_each(contact_ids, limits, lambda contact_id: [contact_id], self._take_away)
        self._is_worthwhile = 2 * len(chunk.results) >= chunk.consumed
        return chunk

    def _take_away(self, contact_id: str, draft: Draft) -> Result | None:
        try:
            contact = draft.contact(contact_id)
        except KeyError:  # it was deleted, or merged into another one
            return None
        if not self._is_untouched(contact):
            return None
        self._plan_removal(contact, contact.merged, draft)
        return Result(contact_id, Outcome.REMOVED, None, None, display_of(contact.records)[:LONGEST_NAME])

    def _is_untouched(self, contact: Contact) -> bool:
        """Whether the contact is as the run created it, and no words of the run are about its records."""
        run, mentioned, records = self._words.run.job_id, self._words.mentioned, contact.records
        is_first = contact.version == FIRST_VERSION and all(each.stamp.job == run for each in records)
        return is_first and not any(RecordKey(each.source, each.source_id) in mentioned for each in records)

    def _update_book(self, requested: Iterable[str], stored: Mapping[str, Contact], *, is_forced: bool = False) -> None:
        """Do nothing: the plan depends on no other contact."""
