"""Links contacts as possible duplicates after an edit gave them the same email address or phone number.

An edit looks for such contacts in the index. If the index was not current, or if two edits were concurrent, they are
linked later: by the worker that updates the index, or by the later of the two edits.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from chalicelib.address_book.index import Index
from chalicelib.address_book.index_store import IndexStore
from chalicelib.books.book_store import BookStore
from chalicelib.books.contact_store import ContactStore
from chalicelib.books.matching import with_possible_duplicates
from chalicelib.books.pair_store import PairStore
from chalicelib.books.pairs import compared
from chalicelib.books.version import Edits
from chalicelib.contacts.contact import Contact
from chalicelib.contacts.identities import emails_of, phones_of
from chalicelib.contacts.source_record import ContactFields

TRIES = 3  # of a commit that fails because the contact changes at the same time


def identities_of(fields: ContactFields) -> set[str]:
    return {*emails_of(fields), *phones_of(fields)}


@dataclass(frozen=True)
class LinkDuplicates:
    """Use case: link edited contacts to their possible duplicates."""

    contacts: ContactStore
    books: BookStore
    pairs: PairStore
    indexes: IndexStore

    def __call__(self, owner: str) -> None:
        """Links the contacts whose edits found no current index, if the index is current now. Idempotent."""
        unlinked = self.books.edits(owner).unlinked  # read first: a current index then has all that these edits missed
        if not unlinked:
            return
        result = self.indexes.get(owner)
        if result.is_current:
            for contact_id in sorted(unlinked):
                self._link_waiting(owner, contact_id, result.index)

    def link_to_concurrent_edits(self, owner: str, contact: Contact, seen: Edits) -> Contact:
        """Links a contact to those that concurrent edits gave the same identity; the later edit sees both.

        Args:
            contact: as it was just stored.
            seen: the edits of the book before.

        Returns:
            The contact as it is stored now.
        """
        concurrent: Sequence[str] | None = self.books.edits(owner).since(seen.count)
        if concurrent is None:  # more than the book lists
            concurrent = self.indexes.get(owner).index.sharing(identities_of(contact.shown))
        return self.link_concurrent(owner, contact, concurrent)

    def link_concurrent(self, owner: str, contact: Contact, edited: Iterable[str]) -> Contact:
        """Links a contact that was just edited to those of the contacts edited at the same time that share an identity.

        Args:
            contact: as it is stored.
            edited: the ids of those contacts.

        Returns:
            The contact as it is stored now.
        """
        for _ in range(TRIES):
            linked = self._linked(owner, contact, edited)
            if linked is contact:
                break
            if self.books.commit_edit(owner, [contact.contact_id], [self.contacts.put_write(owner, linked)]):
                return replace(linked, version=linked.version + 1)
            stored = self.contacts.find(owner, contact.contact_id)
            if stored is None:
                break
            contact = stored
        return contact

    def _link_waiting(self, owner: str, contact_id: str, index: Index) -> None:
        """Links a contact that waits to be linked; a later call does if it has just changed."""
        contact = self.contacts.find(owner, contact_id)
        if contact is None:
            self.books.note_linked(owner, contact_id)
            return
        linked = self._linked(owner, contact, index.sharing(identities_of(contact.shown)))
        if linked is contact:
            self.books.note_linked(owner, contact_id)
        else:
            write = self.contacts.put_write(owner, linked)
            self.books.commit_edit(owner, [contact_id], [write], linked=[contact_id])

    def _linked(self, owner: str, contact: Contact, candidates: Iterable[str]) -> Contact:
        """The contact with the candidates that share an identity with it, without those that have it already."""
        others = self.sharing(owner, contact, identities_of(contact.shown), candidates)
        unnoted = [each.contact_id for each in others if contact.contact_id not in each.possible_duplicates]
        return with_possible_duplicates(contact, unnoted)

    def sharing(
        self, owner: str, contact: Contact, identities: Iterable[str], candidates: Iterable[str]
    ) -> Sequence[Contact]:
        """The candidates, other than the contact, that have one of these identities, ordered by id.

        Not those that the person said to be different from the contact.
        """
        sought, ids = set(identities), [each for each in candidates if each != contact.contact_id]
        others = self.contacts.get_many(owner, ids) if sought and ids else {}
        found = [others[each] for each in sorted(others) if sought & identities_of(others[each].shown)]
        pairs = self.pairs.all(owner) if found else None
        if not pairs:
            return found
        known = compared(contact)
        return [each for each in found if not pairs.are_different(known, compared(each))]
