"""Links contacts as possible duplicates after an edit gave them the same address or number.

An edit looks for such contacts in the index. Where that was not current, or where two people edited at the same moment,
the link is made afterwards: by the worker that brings the index up to date, or by the later of the two edits.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from chalicelib.address_book.index import Index
from chalicelib.address_book.index_store import IndexStore
from chalicelib.books.book_store import BookStore
from chalicelib.books.contact_store import ContactStore
from chalicelib.books.matching import with_possible_duplicates
from chalicelib.contacts.contact import Contact, ContactFields
from chalicelib.contacts.identities import emails_of, phones_of


def identities_of(fields: ContactFields) -> set[str]:
    return {*emails_of(fields), *phones_of(fields)}


@dataclass(frozen=True)
class LinkDuplicates:
    contacts: ContactStore
    books: BookStore
    indexes: IndexStore

    def __call__(self, owner: str) -> None:
        """Link the contacts whose edits found no current index, if the index is current now. May be repeated."""
        waiting = self.books.edits(owner).unlinked  # read first: a current index then has all that these edits missed
        if not waiting:
            return
        result = self.indexes.look(owner)
        if result.is_current:
            for contact_id in sorted(waiting):
                self.link(owner, contact_id, result.index)

    def link(self, owner: str, contact_id: str, index: Index) -> None:
        """Link this contact to those that share an address or a number with it. A later call does it if it moved."""
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
        """The other contacts that have one of these addresses or numbers, as they are stored, ordered by id."""
        wanted = set(identities)
        if not wanted:
            return ()
        hints = [each for each in index.sharing(wanted) if each != contact_id]
        others = self.contacts.get_many(owner, hints)
        return [others[each] for each in sorted(others) if wanted & identities_of(others[each].shown)]
