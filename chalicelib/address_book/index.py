"""The index of a book: its contacts in the order of their names, with the texts that are searched. An immutable value.

Everything in it is derived from the contacts. It is stored in columns, because a book has tens of thousands of rows and
a search walks through one column of them.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from sys import intern
from typing import Any, NamedTuple, overload

from chalicelib.address_book.search import Search, Searchable, searchable, searched_text
from chalicelib.address_book.searched_text import SearchedText
from chalicelib.contacts.contact import Contact
from chalicelib.contacts.contact_fields import NAME
from chalicelib.contacts.display_name import sort_keys
from chalicelib.contacts.fold_records import fold, without_enrichment
from chalicelib.contacts.fold_text import order_key, plain
from chalicelib.contacts.sort_order import Order
from chalicelib.contacts.source import PERSON
from chalicelib.contacts.source_record import ContactFields

FORM = 5  # version of `to_json` and of folding; increment it when the content of a row changes
LONGEST_NAME = 100  # characters of a name that order it; contacts alike so far are in the order of their ids
NAMELESS = "\U0010ffff"  # sorts after every name
_KEYS = "\n"  # separates the sort keys of the other orders
_LATEST = 10**15 - 1  # milliseconds since 1970; the order by change counts back from it


class Position(NamedTuple):
    """The position of a contact in an order of the book; it stays valid when other contacts are added or removed."""

    name: str
    contact_id: str


class ContactSources(NamedTuple):
    """The sources of a contact."""

    #: The keys of the sources of its records, each once.
    sources: tuple[str, ...]
    #: The source without which nothing would be left of the contact; "" for none.
    only_source: str
    #: The tags of its records, each once.
    tags: tuple[str, ...]


class Row(NamedTuple):
    """The entry of one contact in the index."""

    #: By display name.
    position: Position
    #: The sort keys of the other orders, if they differ: see `_other_keys`.
    other_keys: str
    searchable: Searchable
    sources: ContactSources
    #: The ids of the possible duplicates stored with it.
    duplicates: tuple[str, ...]
    groups: tuple[str, ...]
    #: The version of the contact.
    version: int
    #: Milliseconds since 1970: when its fields changed last.
    updated_at: int


class SourceCount(NamedTuple):
    """The contacts of one source."""

    #: How many have a record of the source.
    contacts: int
    #: How many of them would be deleted with the source.
    only_source: int


def row_of(contact: Contact) -> Row:
    """The row of a contact. Never raises, however long or strange its values are."""
    shown = contact.shown
    name = name_key(shown.get("display", ""))
    return Row(
        Position(name, contact.contact_id),
        _other_keys(name, sort_keys(shown)),
        searchable(shown, other_names(contact)),
        _sources(contact),
        tuple(contact.possible_duplicates),
        tuple(shown.get("groups", ())),
        contact.version,
        contact.updated_at,
    )


def other_names(contact: Contact) -> Iterable[ContactFields]:
    """The records whose names are searched too, although not shown; none if the person named the contact."""
    if len(contact.records) < 2 or any(
        record.source == PERSON and any(field in record.fields for field in NAME) for record in contact.records
    ):
        return ()
    return [record.fields for record in contact.records if record.source != PERSON]


def name_key(display: str) -> str:
    """The sort key of a display name: its folded words; contacts without a name come last."""
    return order_key(display)[:LONGEST_NAME] or NAMELESS


def _other_keys(name: str, keys: tuple[str, str]) -> str:
    """The sort keys by family and by given name in one text; "" for one that equals `name`, as most do."""
    by_family, by_given = ("" if key[:LONGEST_NAME] == name else key[:LONGEST_NAME] for key in keys)
    return f"{by_family}{_KEYS}{by_given}" if by_given else by_family


def _name_key_in(name: str, other_keys: str, order: Order) -> str:
    """The sort key in an order by name, from a row."""
    by_family, _, by_given = other_keys.partition(_KEYS)
    if order is Order.FAMILY:
        return by_family or name
    return (by_given if order is Order.GIVEN else "") or name


def _sources(contact: Contact) -> ContactSources:
    sources = tuple(dict.fromkeys(record.source for record in contact.records))
    records = without_enrichment(contact.records)
    required = tuple(dict.fromkeys(record.source for record in records))
    if len(required) == 1:
        return ContactSources(sources, required[0], contact.tags)
    if len(required) > 2:
        return ContactSources(sources, "", contact.tags)
    needed = (source for source in required if not fold(record for record in records if record.source != source))
    return ContactSources(sources, next(needed, ""), contact.tags)


class _Ordered(Sequence[Position]):
    """Rows of an index in one of its orders, without copying them."""

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
    """The rows of a book, as columns in the order of display names."""

    positions: list[Position] = field(default_factory=list)
    other_keys: list[str] = field(default_factory=list)
    searchable: list[Searchable] = field(default_factory=list)
    #: For each row, the index of its sources in `source_sets`.
    sources: list[int] = field(default_factory=list)
    source_sets: list[ContactSources] = field(default_factory=list)
    #: The possible duplicates by contact id, of rows that have any.
    duplicates: dict[str, tuple[str, ...]] = field(default_factory=dict)
    #: For each row, the index of its groups in `group_sets`.
    groups: list[int] = field(default_factory=list)
    group_sets: list[tuple[str, ...]] = field(default_factory=list)
    versions: list[int] = field(default_factory=list)
    updated_at: list[int] = field(default_factory=list)
    _orders: dict[Order, Sequence[int]] = field(default_factory=dict, compare=False, repr=False)

    @classmethod
    def of(cls, rows: Iterable[Row]) -> "Index":
        index, source_sets, group_sets = cls(), dict[ContactSources, int](), dict[tuple[str, ...], int]()
        for row in sorted(rows, key=lambda row: row.position):
            index.positions.append(row.position)
            index.other_keys.append(row.other_keys)
            index.searchable.append(row.searchable)
            index.sources.append(source_sets.setdefault(row.sources, len(source_sets)))
            index.groups.append(group_sets.setdefault(row.groups, len(group_sets)))
            index.versions.append(row.version)
            index.updated_at.append(row.updated_at)
            if row.duplicates:
                index.duplicates[row.position.contact_id] = row.duplicates
        index.source_sets.extend(source_sets)
        index.group_sets.extend(group_sets)
        return index

    def __len__(self) -> int:
        return len(self.positions)

    # ── reading

    def find(
        self, search: Search | None, order: Order = Order.NAME, narrow: "Narrow | None" = None
    ) -> Sequence[Position]:
        """The positions of contacts that match, in this order; None for all contacts.

        Args:
            narrow: picks some of the places that match.
        """
        if search is None and narrow is None and order is Order.NAME:
            return self.positions
        if search is None:
            places = self._whole(order)
        else:
            places = search.places(self.searchable, self._searched_text)
            places = places if order is Order.NAME else self._sorted(places, order)
        return _Ordered(self, order, places if narrow is None else narrow(self, places))

    @cached_property
    def _searched_text(self) -> SearchedText:
        return searched_text(self.searchable)

    @cached_property
    def tags(self) -> Sequence[str]:
        """All tags of the contacts, sorted."""
        return sorted({tag for number in set(self.sources) for tag in self.source_sets[number].tags})

    @cached_property
    def group_names(self) -> Sequence[str]:
        """All groups of the contacts, sorted."""
        return sorted({group for number in set(self.groups) for group in self.group_sets[number]})

    @cached_property
    def source_keys(self) -> Sequence[str]:
        """The keys of all sources of the contacts, sorted."""
        return sorted({source for number in set(self.sources) for source in self.source_sets[number].sources})

    def position(self, place: int, order: Order) -> Position:
        """The position of one row in this order."""
        name, contact_id = self.positions[place]
        if order is Order.CHANGED:
            return Position(f"{_LATEST - self.updated_at[place]:015d}", contact_id)
        return Position(_name_key_in(name, self.other_keys[place], order), contact_id)

    def _whole(self, order: Order) -> Sequence[int]:
        """The places of all rows in this order; cached for the next request, unless it is the order of the rows."""
        if order is Order.NAME:
            return range(len(self))
        if order not in self._orders:
            self._orders[order] = self._sorted(range(len(self)), order)
        return self._orders[order]

    def _sorted(self, places: Iterable[int], order: Order) -> Sequence[int]:
        return sorted(places, key=lambda place: self.position(place, order))

    def counts(self) -> dict[str, SourceCount]:
        """The number of contacts by source."""
        contacts, only = Counter[str](), Counter[str]()
        for number, times in Counter(self.sources).items():
            sources, only_source, _ = self.source_sets[number]
            contacts.update(dict.fromkeys(sources, times))
            only[only_source] += times
        return {source: SourceCount(times, only[source]) for source, times in sorted(contacts.items())}

    def possible_duplicates(self, contact: Contact) -> Sequence[str]:
        """The ids of its possible duplicates in the book: its own, then contacts that have it as theirs."""
        both = dict.fromkeys((*contact.possible_duplicates, *self.referring_to(contact.contact_id)))
        return [other for other in both if other in self.contact_ids and other != contact.contact_id]

    def sharing(self, identities: Iterable[str]) -> Sequence[str]:
        """The ids of contacts that may have one of these identities; check the contacts to be sure."""
        places = {place for identity in identities for place in self._places_with(identity)}
        return [self.positions[place].contact_id for place in sorted(places)]

    def _places_with(self, identity: str) -> list[int]:
        if "@" in identity:
            email = plain(identity)
            return [place for place, row in enumerate(self.searchable) if email in row.plain]
        return [place for place, row in enumerate(self.searchable) if identity in row.plain or identity in row.numbers]

    def referring_to(self, contact_id: str) -> Sequence[str]:
        """The ids of contacts that have this one as a possible duplicate."""
        return self._referring.get(contact_id, ())

    @cached_property
    def _referring(self) -> dict[str, list[str]]:
        referring: dict[str, list[str]] = {}
        for other, named in self.duplicates.items():
            for contact_id in dict.fromkeys(named):
                referring.setdefault(contact_id, []).append(other)
        return referring

    @cached_property
    def possible_pairs(self) -> Sequence[tuple[str, str]]:
        """The ids of possible duplicates of each other, the smaller one first; each pair once, in order."""
        known = self.contact_ids
        noted = ((contact_id, other) for contact_id, others in self.duplicates.items() for other in others)
        pairs = ((one, other) if one < other else (other, one) for one, other in noted if other in known)
        return sorted({pair for pair in pairs if pair[0] != pair[1]})

    @cached_property
    def linked(self) -> Mapping[str, Sequence[str]]:
        """The possible duplicates of each contact that has any, in both directions."""
        linked: dict[str, list[str]] = {}
        for one, other in self.possible_pairs:
            linked.setdefault(one, []).append(other)
            linked.setdefault(other, []).append(one)
        return linked

    @cached_property
    def contact_ids(self) -> frozenset[str]:
        return frozenset(position.contact_id for position in self.positions)

    # ── updating

    def with_rows(self, rows: Mapping[str, Row | None]) -> "Index":
        """A copy with these rows in place of those of their contacts; None removes a contact."""
        index = self._without(rows.keys())
        for contact_id, row in rows.items():
            if row is not None:
                index._insert(contact_id, row)
        return index

    def _insert(self, contact_id: str, row: Row) -> None:
        place = bisect_left(self.positions, row.position)
        if row.sources not in self.source_sets:
            self.source_sets.append(row.sources)
        self.positions.insert(place, row.position)
        self.other_keys.insert(place, row.other_keys)
        self.searchable.insert(place, row.searchable)
        self.sources.insert(place, self.source_sets.index(row.sources))
        if row.groups not in self.group_sets:
            self.group_sets.append(row.groups)
        self.groups.insert(place, self.group_sets.index(row.groups))
        self.versions.insert(place, row.version)
        self.updated_at.insert(place, row.updated_at)
        if row.duplicates:
            self.duplicates[contact_id] = row.duplicates

    def _without(self, contact_ids: Collection[str]) -> "Index":
        """A copy without these contacts."""
        index = Index(
            self.positions[:],
            self.other_keys[:],
            self.searchable[:],
            self.sources[:],
            list(self.source_sets),
            {other: named for other, named in self.duplicates.items() if other not in contact_ids},
            self.groups[:],
            list(self.group_sets),
            self.versions[:],
            self.updated_at[:],
        )
        places = [place for place, position in enumerate(self.positions) if position.contact_id in contact_ids]
        for column in index._columns:
            for place in reversed(places):
                del column[place]
        return index

    @property
    def _columns(self) -> Sequence[list[Any]]:
        """The lists with one entry for each row."""
        named = (self.positions, self.other_keys, self.searchable)
        return (*named, self.sources, self.groups, self.versions, self.updated_at)

    # ── as JSON

    @classmethod
    def of_json(cls, content: Any) -> "Index":
        """The index that `to_json` wrote. Raises KeyError, TypeError or ValueError for anything else."""
        return cls(
            list(map(Position._make, zip(content["names"], content["ids"], strict=True))),
            content["other_keys"],
            list(map(Searchable._make, zip(*(content["searched"][name] for name in Searchable._fields), strict=True))),
            content["spoken"],
            [
                ContactSources(tuple(sources), only_source, tuple(map(intern, tags)))
                for sources, only_source, tags in content["voices"]
            ],
            {contact_id: tuple(named) for contact_id, named in content["duplicates"].items()},
            content["groups"],
            list(map(tuple, content["group_sets"])),
            content["versions"],
            content["updated_at"],
        )

    def to_json(self) -> dict[str, Any]:
        return {
            "names": [position.name for position in self.positions],
            "ids": [position.contact_id for position in self.positions],
            "other_keys": self.other_keys,
            "searched": {name: [getattr(row, name) for row in self.searchable] for name in Searchable._fields},
            "spoken": self.sources,
            "voices": [list(sources) for sources in self.source_sets],
            "duplicates": self.duplicates,
            "groups": self.groups,
            "group_sets": self.group_sets,
            "versions": self.versions,
            "updated_at": self.updated_at,
        }


#: Picks some places of an index, in their order.
Narrow = Callable[[Index, Sequence[int]], Sequence[int]]
