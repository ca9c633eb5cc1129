"""Lists, searches and filters the contacts of a book, sorted by a name or by when they changed.

The index gives the order and the matches; the contacts themselves are read from the book. So a page never shows a
deleted contact or an outdated name, even if the index is older.
"""

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from chalicelib.address_book.contact_filter import ALL, ContactFilter
from chalicelib.address_book.index import Index, Position, other_names
from chalicelib.address_book.index_store import IndexStore
from chalicelib.address_book.possible_duplicates import in_both_directions
from chalicelib.address_book.search import Search
from chalicelib.address_book.status_filter import FilterByStatus, FilteredStatuses, StatusFilter
from chalicelib.books.contact_store import ContactStore
from chalicelib.contacts.contact import Contact
from chalicelib.contacts.sort_order import Order
from chalicelib.foundation.cursors import decode_cursor, encode_cursor
from chalicelib.foundation.errors import InvalidInput
from chalicelib.foundation.numbered_pages import numbered_page

_CURSOR = re.compile(r"by-(name|given|family|changed)/([A-Za-z0-9_-]{1,100})/(.+)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class ContactPage:
    """A page of a list, by number."""

    #: With possible duplicates in both directions. Fewer than asked for if some were deleted since the index was built.
    contacts: list[Contact]
    #: The number of contacts that match the search and fit the filters.
    matches: int
    #: The number of contacts in the book.
    total: int
    #: All tags that occur in the book, sorted.
    tags: Sequence[str]
    #: All groups likewise, and the keys of all sources.
    groups: Sequence[str]
    sources: Sequence[str]
    #: Whether any contact has a possible duplicate.
    has_duplicates: bool
    #: The number of this page, from 1.
    page: int
    #: The number of pages, at least 1.
    pages: int
    #: False during an import and for a moment after it: contacts may be missing or out of order.
    is_current: bool
    #: The time the list reflects; None if it is current.
    as_of: datetime | None
    #: Whether a status of enrichment was ever stored beside a contact of the book.
    has_statuses: bool


@dataclass(frozen=True, slots=True)
class CursorPage:
    """A page of a list, by cursor."""

    contacts: list[Contact]
    #: Where the next page starts; None for the last page.
    next_cursor: str | None
    #: As in `ContactPage`.
    is_current: bool
    as_of: datetime | None


@dataclass(frozen=True)
class ListContacts:
    """Use case: list or search contacts."""

    contacts: ContactStore
    indexes: IndexStore
    by_status: FilterByStatus

    def __call__(
        self,
        owner: str,
        text: str | None = None,
        *,
        page: int = 1,
        size: int = 50,
        order: Order = Order.NAME,
        wanted: ContactFilter = ALL,
        status: StatusFilter | None = None,
    ) -> ContactPage:
        """The page with this number; the last page if there are fewer.

        Args:
            text: words to search for; None or blank for all contacts.
            wanted: list only contacts that fit.
            status: list only contacts that a vendor's latest attempt gave this status.
        """
        result, search = self.indexes.get(owner), _search(text)
        matches, found = self._with_status(owner, result.index, _find(result.index, search, order, wanted), status)
        cut, index = numbered_page(matches, page, size), result.index
        return ContactPage(
            self._read(owner, index, cut.items, search, wanted, found),
            matches=len(matches),
            total=len(index),
            tags=index.tags,
            groups=index.group_names,
            sources=index.source_keys,
            has_duplicates=bool(index.possible_pairs),
            page=cut.number,
            pages=cut.pages,
            is_current=result.is_current,
            as_of=result.as_of,
            has_statuses=result.has_statuses,
        )

    def after(
        self,
        owner: str,
        text: str | None,
        cursor: str | None,
        limit: int,
        order: Order = Order.NAME,
        wanted: ContactFilter = ALL,
        status: StatusFilter | None = None,
    ) -> CursorPage:
        """Up to `limit` contacts after a cursor, or from the start.

        Raises:
            InvalidInput: the cursor is invalid, or was returned for another order.
        """
        after = None if cursor is None else _from_cursor(cursor, order)
        result, search = self.indexes.get(owner), _search(text)
        matches, found = self._with_status(owner, result.index, _find(result.index, search, order, wanted), status)
        start = 0 if after is None else bisect_right(matches, after)
        positions = matches[start : start + limit]
        next_cursor = _to_cursor(positions[-1], order) if start + limit < len(matches) else None
        contacts = self._read(owner, result.index, positions, search, wanted, found)
        return CursorPage(contacts, next_cursor, result.is_current, result.as_of)

    def first(self, owner: str, text: str, limit: int) -> tuple[Sequence[Contact], int]:
        """The first contacts by name that the text finds, up to `limit`, and how many it finds in all."""
        found = self(owner, text, size=limit)
        return found.contacts, found.matches

    def ids(self, owner: str, text: str) -> list[str]:
        """The ids of all contacts that the text finds, by name, without reading them."""
        return [each.contact_id for each in _find(self.indexes.get(owner).index, _search(text), Order.NAME, ALL)]

    def _with_status(
        self, owner: str, index: Index, positions: Sequence[Position], status: StatusFilter | None
    ) -> tuple[Sequence[Position], FilteredStatuses | None]:
        """The positions of contacts with this status, and the statuses that tell; all positions without a filter."""
        if status is None:
            return positions, None
        found = self.by_status(owner, index.contact_ids, status)
        return [each for each in positions if each.contact_id in found.ids], found

    def _read(
        self,
        owner: str,
        index: Index,
        positions: Sequence[Position],
        search: Search | None,
        wanted: ContactFilter,
        found: FilteredStatuses | None,
    ) -> list[Contact]:
        """The contacts at these positions that still exist and still match, as they are now."""
        known = self.contacts.get_many(owner, [position.contact_id for position in positions])
        present = [known[position.contact_id] for position in positions if position.contact_id in known]
        if search is not None:
            present = [contact for contact in present if search.matches(contact.shown, other_names(contact))]
        if found is not None:
            present = [contact for contact in present if found.accepts(contact)]
        linked = [in_both_directions(contact, index) for contact in present]
        return linked if wanted == ALL else list(filter(wanted.fits, linked))


def _find(index: Index, search: Search | None, order: Order, wanted: ContactFilter) -> Sequence[Position]:
    return index.find(search, order, None if wanted == ALL else wanted.places)


def _search(text: str | None) -> Search | None:
    return Search(text) if text and text.strip() else None


def _to_cursor(position: Position, order: Order) -> str:
    return encode_cursor(f"by-{order}/{position.contact_id}/{position.name}")


def _from_cursor(cursor: str, order: Order) -> Position:
    _, of_order, contact_id, name = decode_cursor(cursor, _CURSOR)
    if of_order != order:
        raise InvalidInput(
            f"This cursor is for a list sorted by {of_order}. Start again without a cursor to sort by {order}.",
            field="cursor",
        )
    return Position(name, contact_id)
