"""The possible duplicates of a contact: contacts that may be the same person but were not merged.

An import stores them with the contact that came later. They are shown in both directions, for the earlier contact with
the help of the index.
"""

from collections.abc import Sequence
from dataclasses import replace

from chalicelib.address_book.index import Index
from chalicelib.address_book.index_store import IndexStore
from chalicelib.books.contact_store import ContactStore
from chalicelib.contacts.contact import Contact


def possible_duplicates(contacts: ContactStore, indexes: IndexStore, owner: str, contact: Contact) -> Sequence[Contact]:
    """The possible duplicates that are still in the book, by name. Without a cached index, in one direction only."""
    stored = contact.possible_duplicates
    index = indexes.find_cached(owner)
    reverse = [] if index is None else index.referring_to(contact.contact_id)
    candidates = contacts.get_many(owner, [*stored, *reverse])
    duplicates = [
        other
        for other_id, other in candidates.items()
        if other_id != contact.contact_id and (other_id in stored or contact.contact_id in other.possible_duplicates)
    ]
    return sorted(duplicates, key=lambda other: (other.shown.get("display", ""), other.contact_id))


def in_both_directions(contact: Contact, index: Index) -> Contact:
    """The contact with its possible duplicates in both directions."""
    ids = index.possible_duplicates(contact)
    return contact if ids == list(contact.possible_duplicates) else replace(contact, possible_duplicates=tuple(ids))
