"""Keeps two contacts apart: remembers that they are different, so that nothing asks again, and undoes that."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from chalicelib.books.book_store import BookStore
from chalicelib.books.contact_store import ContactStore
from chalicelib.books.matching import with_possible_duplicates
from chalicelib.books.pair_store import PairStore
from chalicelib.books.pairs import Verdict, pair_of
from chalicelib.contacts.contact import Contact
from chalicelib.foundation.clock import Clock, milliseconds
from chalicelib.foundation.dynamo import Write
from chalicelib.merging.book_index import BookIndexes
from chalicelib.reviews.deciding import DecidedPair
from chalicelib.reviews.review import Answer, contacts_in
from chalicelib.reviews.review_store import Decided, ReviewStore


@dataclass(frozen=True)
class KeepApart:
    """Remembers that two contacts are different people."""

    contacts: ContactStore
    books: BookStore
    pairs: PairStore
    store: ReviewStore
    indexes: BookIndexes
    clock: Clock

    def __call__(self, owner: str, pair: DecidedPair, by_job: str = "") -> Decided | None:
        """The decision; None if something has changed meanwhile. Raises Conflict if the person is being erased."""
        decided, contacts = self.planned(owner, pair, by_job)
        changed = [each for each in contacts if each.contact_id in decided.linked]
        unchanged = [each for each in contacts if each.contact_id not in decided.linked]
        writes = [
            *(self.contacts.put_write(owner, each) for each in changed),
            *(self.contacts.unchanged_check(owner, each) for each in unchanged),
            *self.other_writes(owner, pair, decided),
        ]
        return decided if self._commit(owner, changed, writes) else None

    def planned(self, owner: str, pair: DecidedPair, by_job: str = "") -> tuple[Decided, Sequence[Contact]]:
        """The decision, and the two contacts without the other one as a possible duplicate."""
        sides = pair.left, pair.right
        remembered = pair_of(*sides, Verdict.DIFFERENT, at=milliseconds(self.clock.now()), by=owner)
        linked = [each for each, other in (sides, sides[::-1]) if other.contact_id in each.possible_duplicates]
        decided = Decided(
            pair.review_id,
            Answer.DIFFERENT,
            remembered.at,
            owner,
            pair_id=remembered.pair_id,
            linked=tuple(each.contact_id for each in linked),
            by_job=by_job,
        )
        return decided, [_unlinked(each, other) for each, other in (sides, sides[::-1])]

    def other_writes(self, owner: str, pair: DecidedPair, decided: Decided) -> list[Write]:
        """The writes of a decision beside those of the contacts."""
        remembered = pair_of(pair.left, pair.right, Verdict.DIFFERENT, at=decided.at, by=owner)
        return [
            self.pairs.put_write(owner, remembered),
            self.store.put_write(owner, decided, pair.earlier),
            self.store.take_up_write(owner, decided.review_id),
        ]

    def undo(self, owner: str, decided: Decided) -> bool:
        """Forget that they are different, and note them as possible duplicates again where they were.

        Returns:
            False if something has changed meanwhile; nothing was written.

        Raises:
            Conflict: the person is being erased.
        """
        restored = self.restored(owner, decided)
        writes = [*(self.contacts.put_write(owner, each) for each in restored), *self.undo_writes(owner, decided)]
        return self._commit(owner, restored, writes)

    def restored(self, owner: str, decided: Decided) -> Sequence[Contact]:
        """The contacts that change by undoing, as they are then; those that are gone by now are left out."""
        sides = contacts_in(decided.review_id)
        found = self.contacts.get_many(owner, sides)
        if len(found) < len(sides):
            return []
        others = dict(zip(sides, sides[::-1], strict=True))
        return [with_possible_duplicates(found[each], [others[each]]) for each in decided.linked]

    def undo_writes(self, owner: str, decided: Decided) -> list[Write]:
        """The writes of undoing beside those of the contacts."""
        return [self.pairs.remove_write(owner, decided.pair_id), self.store.remove_write(owner, decided)]

    def _commit(self, owner: str, changed: Sequence[Contact], writes: Sequence[Write]) -> bool:
        seen = self.books.edits(owner)
        if not self.books.commit_edit(owner, [each.contact_id for each in changed], writes, seen):
            return False
        self.indexes.note_edit(owner, seen)
        return True


def _unlinked(contact: Contact, other: Contact) -> Contact:
    """The contact without the other one as a possible duplicate."""
    others = tuple(each for each in contact.possible_duplicates if each != other.contact_id)
    return contact if len(others) == len(contact.possible_duplicates) else replace(contact, possible_duplicates=others)
