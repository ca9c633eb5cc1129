"""The possible duplicates of a contact: contacts that may be the same person but were not merged.

An import stores them with the contact that came later. They are shown in both directions, for the earlier contact with
the help of the index.
"""

from collections.abc import Sequence
from dataclasses import replace

from chalicelib.address_book.index import Index
from chalicelib.address_book.index_store import IndexStore
from chalicelib.books.contact_store import ContactStore
from chalicelib.books.redirects import RedirectStore, get_current
from chalicelib.contacts.contact import Contact


def possible_duplicates(
    contacts: ContactStore, redirects: RedirectStore, indexes: IndexStore, owner: str, contact: Contact
) -> Sequence[Contact]:
    """The possible duplicates that are still in the book, by name. Without a cached index, in one direction only.

    A link to a contact that was merged leads to the one that it is part of.
    """
    stored, own_ids = contact.possible_duplicates, (contact.contact_id, *contact.merged)
    index = indexes.find_cached(owner)
    reverse = [] if index is None else [each for own_id in own_ids for each in index.referring_to(own_id)]
    candidates = get_current(contacts, redirects, owner, list(dict.fromkeys((*stored, *reverse))))
    duplicates = {
        other.contact_id: other
        for other_id, other in candidates.items()
        if other_id in stored or not set(own_ids).isdisjoint(other.possible_duplicates)
    }
    duplicates.pop(contact.contact_id, None)
    return sorted(duplicates.values(), key=lambda other: (other.shown.get("display", ""), other.contact_id))


def in_both_directions(contact: Contact, index: Index) -> Contact:
    """The contact with its possible duplicates in both directions."""
    ids = index.possible_duplicates(contact)
    return contact if ids == list(contact.possible_duplicates) else replace(contact, possible_duplicates=tuple(ids))
