"""Links contacts as possible duplicates after an edit gave them the same email address or phone number.

An edit looks for such contacts in the index. If the index was not current, or if two edits were concurrent, they are
linked later: by the worker that updates the index, or by the later of the two edits.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from chalicelib.address_book.index import Index
from chalicelib.address_book.index_store import IndexStore
from chalicelib.books.book_store import BookStore
from chalicelib.books.contact_store import ContactStore
from chalicelib.books.matching import with_possible_duplicates
from chalicelib.contacts.contact import Contact
from chalicelib.contacts.identities import emails_of, phones_of
from chalicelib.contacts.source_record import ContactFields


def identities_of(fields: ContactFields) -> set[str]:
    return {*emails_of(fields), *phones_of(fields)}


@dataclass(frozen=True)
class LinkDuplicates:
    """Use case: link edited contacts to their possible duplicates."""

    contacts: ContactStore
    books: BookStore
    indexes: IndexStore

    def __call__(self, owner: str) -> None:
        """Links the contacts whose edits found no current index, if the index is current now. Idempotent."""
        unlinked = self.books.edits(owner).unlinked  # read first: a current index then has all that these edits missed
        if not unlinked:
            return
        result = self.indexes.get(owner)
        if result.is_current:
            for contact_id in sorted(unlinked):
                self.link(owner, contact_id, result.index)

    def link(self, owner: str, contact_id: str, index: Index) -> None:
        """Links this contact to those that share an identity with it; a later call does if it has just changed."""
        contact = self.contacts.find(owner, contact_id)
        if contact is None:
            self.books.note_linked(owner, contact_id)
            return
        others = self.sharing(owner, contact_id, identities_of(contact.shown), index)
        linked = with_possible_duplicates(
            contact, [each.contact_id for each in others if contact_id not in each.possible_duplicates]
        )
        if linked is contact:
            self.books.note_linked(owner, contact_id)
        else:
            write = self.contacts.put_write(owner, linked)
            self.books.commit_edit(owner, [contact_id], [write], linked=[contact_id])

    def sharing(self, owner: str, contact_id: str, identities: Iterable[str], index: Index) -> Sequence[Contact]:
        """The other contacts that have one of these identities, as they are stored, ordered by id."""
        sought = set(identities)
        if not sought:
            return ()
        candidates = [each for each in index.sharing(sought) if each != contact_id]
        others = self.contacts.get_many(owner, candidates)
        return [others[each] for each in sorted(others) if sought & identities_of(others[each].shown)]
