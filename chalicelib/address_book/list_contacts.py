"""List a book in the order of its names, or those in it whom a text finds.

The index says who comes where; what is shown is read from the book itself. So whoever was deleted a moment ago is not
shown, and everybody is called what they are called now.
"""

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from chalicelib.address_book.index import Position
from chalicelib.address_book.index_store import IndexStore
from chalicelib.address_book.search import Search
from chalicelib.contacts.contact import Contact
from chalicelib.contacts.store import ContactStore
from chalicelib.foundation.cursors import closed, opened

_ORDER = "by-name"  # what a cursor is a place in
_PLACE = re.compile(rf"{_ORDER}/([A-Za-z0-9_-]{{1,100}})/(.+)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Listed:
    """Args:
    contacts: of this page; fewer than `size` where somebody went since the index was made.
    found: how many the text finds. total: how many the book holds.
    page, pages: from 1; there is always one, and it may be empty.
    is_current: False only while an import is changing the book: then some may be missing, or out of order.
    """

    contacts: list[Contact]
    found: int
    total: int
    page: int
    pages: int
    is_current: bool


@dataclass(frozen=True)
class ListContacts:
    contacts: ContactStore
    indexes: IndexStore

    def __call__(self, owner: str, text: str | None = None, *, page: int = 1, size: int = 50) -> Listed:
        """One page by its number; the last one for a number that is too high.

        Args:
            text: a part of a name, an address or a number; None or blank for everybody.
        """
        looked, search = self.indexes.look(owner), _search(text)
        found = looked.index.found(search)
        pages = max(1, -(-len(found) // size))
        page = min(max(page, 1), pages)
        chosen = found[(page - 1) * size : page * size]
        contacts = self._read(owner, chosen, search)
        return Listed(contacts, len(found), len(looked.index), page, pages, looked.is_current)

    def after(self, owner: str, text: str | None, cursor: str | None, limit: int) -> tuple[list[Contact], str | None]:
        """Up to `limit` behind a cursor, and where the next page starts; None at the end. None is the beginning.

        Raises:
            InvalidInput: the cursor is not one of ours.
        """
        place = None if cursor is None else _opened(cursor)
        search = _search(text)
        found = self.indexes.look(owner).index.found(search)
        start = 0 if place is None else bisect_right(found, place)
        chosen = found[start : start + limit]
        following = _closed(chosen[-1]) if start + limit < len(found) else None
        return self._read(owner, chosen, search), following

    def _read(self, owner: str, chosen: Sequence[Position], search: Search | None) -> list[Contact]:
        """Those of them that are still there, and still found, as they are now."""
        known = self.contacts.get_many(owner, [position.contact_id for position in chosen])
        there = [known[position.contact_id] for position in chosen if position.contact_id in known]
        return [contact for contact in there if search is None or search.finds(contact.shown)]


def _search(text: str | None) -> Search | None:
    return Search(text) if text and text.strip() else None


def _closed(position: Position) -> str:
    return closed(f"{_ORDER}/{position.contact_id}/{position.name}")


def _opened(cursor: str) -> Position:
    _, contact_id, name = opened(cursor, _PLACE)
    return Position(name, contact_id)
