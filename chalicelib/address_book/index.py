"""The index of a book: who is in it, in the order of their names, and where a text is looked for. A value, no more.

It is derived: everything in it follows from the contacts, and what is shown is read from the contacts themselves. It is
kept in columns, because a book has tens of thousands of rows and a search walks through one column of them.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple, overload

from chalicelib.address_book.search import Search, Searchable, searchable
from chalicelib.contacts.contact import PERSON, Contact, ContactFields
from chalicelib.contacts.contact_fields import NAME
from chalicelib.contacts.display_name import sort_keys
from chalicelib.contacts.fold_records import fold, without_enrichment
from chalicelib.contacts.fold_text import order_key, plain
from chalicelib.contacts.sort_order import Order

FORM = 3  # version of `to_json` and of folding; add one when the content of a row changes
LONGEST_NAME = 100  # characters of a name that order it; those alike so far are in the order of their ids
NAMELESS = "\U0010ffff"  # comes behind every name
_KEYS = "\n"  # between the keys of the other orders


class Position(NamedTuple):
    """A place in the order of a book; it means the same whoever comes and goes."""

    name: str
    contact_id: str


class Spoken(NamedTuple):
    """Who speaks of a contact.

    Args:
        sources: of its records, each once. alone: the one of them without whose records nothing would be left; or "".
    """

    sources: tuple[str, ...]
    alone: str


class Row(NamedTuple):
    """What the index knows of one contact.

    Args:
        position: by the name that is shown. other_keys: what it is sorted by in the other orders, where that differs.
    """

    position: Position
    other_keys: str
    searched: Searchable
    spoken: Spoken
    duplicates: tuple[str, ...]


class SourceCount(NamedTuple):
    """Args:
    contacts: those with a record of this source. alone: those of them that go when the source is taken away.
    """

    contacts: int
    alone: int


def row_of(contact: Contact) -> Row:
    """Never raises for what a contact may say, however long or strange."""
    shown = contact.shown
    name = name_in_order(shown.get("display", ""))
    return Row(
        Position(name, contact.contact_id),
        _other_keys(name, sort_keys(shown)),
        searchable(shown, other_words(contact)),
        _spoken(contact),
        tuple(contact.possible_duplicates),
    )


def other_words(contact: Contact) -> Iterable[ContactFields]:
    """The names from other sources, which are not shown; none if the person named the contact."""
    if len(contact.records) < 2 or any(record.source == PERSON and _names(record.fields) for record in contact.records):
        return ()
    return [record.fields for record in contact.records if record.source != PERSON]


def _names(said: ContactFields) -> bool:
    """Whether the person's own record sets the contact's name, or sets it to none."""
    return any(field in said for field in NAME)


def name_in_order(display: str) -> str:
    """What a name is sorted by: its folded words; behind all others where it has none."""
    return order_key(display)[:LONGEST_NAME] or NAMELESS


def _other_keys(name: str, keys: tuple[str, str]) -> str:
    """Those by family and by given name in one text; "" for what is as by `name`, which most books are full of."""
    by_family, by_given = ("" if key[:LONGEST_NAME] == name else key[:LONGEST_NAME] for key in keys)
    return f"{by_family}{_KEYS}{by_given}" if by_given else by_family


def _key(name: str, other_keys: str, order: Order) -> str:
    """What a contact is sorted by, of what a row says."""
    by_family, _, by_given = other_keys.partition(_KEYS)
    if order is Order.FAMILY:
        return by_family or name
    return (by_given if order is Order.GIVEN else "") or name


def _spoken(contact: Contact) -> Spoken:
    sources = tuple(dict.fromkeys(record.source for record in contact.records))
    records = without_enrichment(contact.records)
    knowing = tuple(dict.fromkeys(record.source for record in records))
    if len(knowing) == 1:
        return Spoken(sources, knowing[0])
    if len(knowing) > 2:
        return Spoken(sources, "")
    needed = (source for source in knowing if not fold(record for record in records if record.source != source))
    return Spoken(sources, next(needed, ""))


class _Ordered(Sequence[Position]):
    """Rows of an index in one of its orders, without a copy of what they say."""

    def __init__(self, index: "Index", order: Order, places: Sequence[int]) -> None:
        self._index, self._order, self._places = index, order, places

    def __len__(self) -> int:
        return len(self._places)

    @overload
    def __getitem__(self, at: int) -> Position: ...
    @overload
    def __getitem__(self, at: slice) -> list[Position]: ...
    def __getitem__(self, at: int | slice) -> Position | list[Position]:
        if isinstance(at, slice):
            return [self._index.position(place, self._order) for place in self._places[at]]
        return self._index.position(self._places[at], self._order)


@dataclass(frozen=True)
class Index:
    """The columns, row by row; `spoken` are positions in `source_sets`, `duplicates` only of rows that have any."""

    positions: list[Position] = field(default_factory=list)
    other_keys: list[str] = field(default_factory=list)
    searched: list[Searchable] = field(default_factory=list)
    spoken: list[int] = field(default_factory=list)
    source_sets: list[Spoken] = field(default_factory=list)
    duplicates: dict[str, tuple[str, ...]] = field(default_factory=dict)
    _orders: dict[Order, Sequence[int]] = field(default_factory=dict, compare=False, repr=False)

    @classmethod
    def of(cls, rows: Iterable[Row]) -> "Index":
        index, source_sets = cls(), dict[Spoken, int]()
        for row in sorted(rows, key=lambda row: row.position):
            index.positions.append(row.position)
            index.other_keys.append(row.other_keys)
            index.searched.append(row.searched)
            index.spoken.append(source_sets.setdefault(row.spoken, len(source_sets)))
            if row.duplicates:
                index.duplicates[row.position.contact_id] = row.duplicates
        index.source_sets.extend(source_sets)
        return index

    def __len__(self) -> int:
        return len(self.positions)

    # ── asking

    def found(self, search: Search | None, order: Order = Order.NAME) -> Sequence[Position]:
        """Those that `search` finds, all contacts without one, in this order."""
        if search is None:
            return self.positions if order is Order.NAME else _Ordered(self, order, self._whole(order))
        places = search.places(self.searched)
        return _Ordered(self, order, places if order is Order.NAME else self._sorted(places, order))

    def position(self, place: int, order: Order) -> Position:
        """Of one row, in this order."""
        name, contact_id = self.positions[place]
        return Position(_key(name, self.other_keys[place], order), contact_id)

    def _whole(self, order: Order) -> Sequence[int]:
        """The places of all rows, in another order; cached for the next request."""
        if order not in self._orders:
            self._orders[order] = self._sorted(range(len(self)), order)
        return self._orders[order]

    def _sorted(self, places: Iterable[int], order: Order) -> Sequence[int]:
        return sorted(places, key=lambda place: self.position(place, order))

    def counts(self) -> dict[str, SourceCount]:
        """By source."""
        contacts, alone = Counter[str](), Counter[str]()
        for voice, times in Counter(self.spoken).items():
            sources, only = self.source_sets[voice]
            contacts.update(dict.fromkeys(sources, times))
            alone[only] += times
        return {source: SourceCount(times, alone[source]) for source, times in sorted(contacts.items())}

    def possible_duplicates(self, contact: Contact) -> Sequence[str]:
        """Contacts of the book that may be the same person: those it names, then those that name it."""
        both = dict.fromkeys((*contact.possible_duplicates, *self.naming(contact.contact_id)))
        return [other for other in both if other in self._contact_ids and other != contact.contact_id]

    def sharing(self, identities: Iterable[str]) -> Sequence[str]:
        """Ids of those that seem to have one of these addresses or numbers; the contacts themselves tell for sure."""
        needles = [plain(identity) if "@" in identity else identity for identity in identities]
        return [
            position.contact_id
            for position, row in zip(self.positions, self.searched, strict=True)
            if any(needle in row.plain or needle in row.numbers for needle in needles)
        ]

    def naming(self, contact_id: str) -> Sequence[str]:
        """Ids of those that name this one as their possible duplicate."""
        return self._naming.get(contact_id, ())

    @cached_property
    def _naming(self) -> dict[str, list[str]]:
        naming: dict[str, list[str]] = {}
        for other, named in self.duplicates.items():
            for contact_id in dict.fromkeys(named):
                naming.setdefault(contact_id, []).append(other)
        return naming

    @cached_property
    def _contact_ids(self) -> frozenset[str]:
        return frozenset(position.contact_id for position in self.positions)

    # ── changing

    def with_rows(self, rows: Mapping[str, Row | None]) -> "Index":
        """The same, but with these rows for their contacts; without a contact whose row is None."""
        index = self._without(rows.keys())
        for contact_id, row in rows.items():
            if row is not None:
                index._insert(contact_id, row)
        return index

    def _insert(self, contact_id: str, row: Row) -> None:
        place = bisect_left(self.positions, row.position)
        if row.spoken not in self.source_sets:
            self.source_sets.append(row.spoken)
        self.positions.insert(place, row.position)
        self.other_keys.insert(place, row.other_keys)
        self.searched.insert(place, row.searched)
        self.spoken.insert(place, self.source_sets.index(row.spoken))
        if row.duplicates:
            self.duplicates[contact_id] = row.duplicates

    def _without(self, contact_ids: Collection[str]) -> "Index":
        """A copy without these contacts."""
        index = Index(
            self.positions[:],
            self.other_keys[:],
            self.searched[:],
            self.spoken[:],
            list(self.source_sets),
            {other: named for other, named in self.duplicates.items() if other not in contact_ids},
        )
        places = [place for place, position in enumerate(self.positions) if position.contact_id in contact_ids]
        for column in (index.positions, index.other_keys, index.searched, index.spoken):
            for place in reversed(places):
                del column[place]
        return index

    # ── as JSON

    @classmethod
    def of_json(cls, said: Any) -> "Index":
        """Raises KeyError, TypeError or ValueError for what `to_json` did not give."""
        return cls(
            list(map(Position._make, zip(said["names"], said["ids"], strict=True))),
            said["other_keys"],
            list(map(Searchable._make, zip(*(said["searched"][name] for name in Searchable._fields), strict=True))),
            said["spoken"],
            [Spoken(tuple(sources), alone) for sources, alone in said["voices"]],
            {contact_id: tuple(named) for contact_id, named in said["duplicates"].items()},
        )

    def to_json(self) -> dict[str, Any]:
        return {
            "names": [position.name for position in self.positions],
            "ids": [position.contact_id for position in self.positions],
            "other_keys": self.other_keys,
            "searched": {name: [getattr(row, name) for row in self.searched] for name in Searchable._fields},
            "spoken": self.spoken,
            "voices": [list(voice) for voice in self.source_sets],
            "duplicates": self.duplicates,
        }
