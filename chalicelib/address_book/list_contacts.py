"""List a book in the order of its names, or of family or given names, or those in it that a text finds.

The index says who comes where; what is shown is read from the book itself. So whoever was deleted a moment ago is not
shown, and everybody is called what they are called now.
"""

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from chalicelib.address_book.index import Index, Position, other_words
from chalicelib.address_book.index_store import IndexStore
from chalicelib.address_book.search import Search
from chalicelib.books.contact_store import ContactStore
from chalicelib.contacts.contact import Contact
from chalicelib.contacts.sort_order import Order
from chalicelib.foundation.cursors import decode_cursor, encode_cursor
from chalicelib.foundation.errors import InvalidInput

_PLACE = re.compile(r"by-(name|given|family)/([A-Za-z0-9_-]{1,100})/(.+)", re.DOTALL)  # what a cursor is


@dataclass(frozen=True, slots=True)
class Listed:
    """Args:
    contacts: of this page; fewer than `size` if some were deleted since the index was made. Those that may be one
        person name each other as possible duplicates, whichever of them is stored as naming the other.
    found: how many the text finds. total: how many the book holds.
    page, pages: from 1; there is always one, and it may be empty.
    is_current: False while contacts arrive, and for a moment after: then some may be missing, or out of order.
    as_of: the moment that `found`, `total` and the order are of, if they are not current.
    """

    contacts: list[Contact]
    found: int
    total: int
    page: int
    pages: int
    is_current: bool
    as_of: datetime | None


@dataclass(frozen=True, slots=True)
class Following:
    """Args:
    next_cursor: where the next page starts; None at the end. is_current, as_of: as in `Listed`.
    """

    contacts: list[Contact]
    next_cursor: str | None
    is_current: bool
    as_of: datetime | None


@dataclass(frozen=True)
class ListContacts:
    contacts: ContactStore
    indexes: IndexStore

    def __call__(
        self, owner: str, text: str | None = None, *, page: int = 1, size: int = 50, order: Order = Order.NAME
    ) -> Listed:
        """One page by its number; the last one for a number that is too high.

        Args:
            text: words of anything a contact says; None or blank for everybody.
        """
        looked, search = self.indexes.look(owner), _search(text)
        found = looked.index.found(search, order)
        pages = max(1, -(-len(found) // size))
        page = min(max(page, 1), pages)
        chosen = found[(page - 1) * size : page * size]
        contacts = self._read(owner, looked.index, chosen, search)
        total = len(looked.index)
        return Listed(contacts, len(found), total, page, pages, looked.is_current, looked.as_of)

    def after(
        self, owner: str, text: str | None, cursor: str | None, limit: int, order: Order = Order.NAME
    ) -> Following:
        """Up to `limit` behind a cursor; None is the beginning.

        Raises:
            InvalidInput: the cursor is not one of ours, or of another order.
        """
        place = None if cursor is None else _opened(cursor, order)
        looked, search = self.indexes.look(owner), _search(text)
        found = looked.index.found(search, order)
        start = 0 if place is None else bisect_right(found, place)
        chosen = found[start : start + limit]
        following = _closed(chosen[-1], order) if start + limit < len(found) else None
        contacts = self._read(owner, looked.index, chosen, search)
        return Following(contacts, following, looked.is_current, looked.as_of)

    def _read(self, owner: str, index: Index, chosen: Sequence[Position], search: Search | None) -> list[Contact]:
        """Those of them that are still there, and still found, as they are now."""
        known = self.contacts.get_many(owner, [position.contact_id for position in chosen])
        there = [known[position.contact_id] for position in chosen if position.contact_id in known]
        found = [contact for contact in there if search is None or search.finds(contact.shown, other_words(contact))]
        return [naming_both_ways(contact, index) for contact in found]


def naming_both_ways(contact: Contact, index: Index) -> Contact:
    """The contact with all that may be the same person, also those that name it."""
    both = index.possible_duplicates(contact)
    return contact if both == list(contact.possible_duplicates) else replace(contact, possible_duplicates=tuple(both))


def _search(text: str | None) -> Search | None:
    return Search(text) if text and text.strip() else None


def _closed(position: Position, order: Order) -> str:
    return encode_cursor(f"by-{order}/{position.contact_id}/{position.name}")


def _opened(cursor: str, order: Order) -> Position:
    _, of_order, contact_id, name = decode_cursor(cursor, _PLACE)
    if of_order != order:
        raise InvalidInput(
            f"This cursor is of a list sorted by {of_order}; ask for the first page of one sorted by {order}.",
            field="cursor",
        )
    return Position(name, contact_id)
