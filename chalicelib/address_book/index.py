"""The index of a book: who is in it, in the order of their names, and where a text is looked for. A value, no more.

It is derived: everything in it follows from the contacts, and what is shown is read from the contacts themselves. It is
kept in columns, because a book has tens of thousands of rows and a search walks through one column of them.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from chalicelib.address_book.search import Search, searchable
from chalicelib.contacts.contact import Contact
from chalicelib.contacts.fold import fold
from chalicelib.contacts.names import plain_words

FORM = 1  # of what `to_json` gives; whoever changes what a row holds adds one
LONGEST_NAME = 100  # characters of a name that order it; those alike so far are in the order of their ids
LONGEST_TEXT = 8_000  # characters of one contact that are searched
NAMELESS = "\U0010ffff"  # comes behind every name


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
    """What the index knows of one contact; `words` and `numbers` are those of `searchable`."""

    position: Position
    words: str
    numbers: str
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
    words, numbers = searchable(shown)
    return Row(
        Position(name_in_order(shown.get("display", "")), contact.contact_id),
        words[:LONGEST_TEXT],
        numbers[:LONGEST_TEXT],
        _spoken(contact),
        tuple(contact.possible_duplicates),
    )


def name_in_order(display: str) -> str:
    """What a name is sorted by: its plain words; behind everybody where it has none."""
    return " ".join(plain_words(display))[:LONGEST_NAME] or NAMELESS


def _spoken(contact: Contact) -> Spoken:
    sources = tuple(dict.fromkeys(record.source for record in contact.records))
    if len(sources) == 1:
        return Spoken(sources, sources[0])
    if len(sources) > 2:
        return Spoken(sources, "")
    needed = (source for source in sources if not fold(record for record in contact.records if record.source != source))
    return Spoken(sources, next(needed, ""))


@dataclass(frozen=True)
class Index:
    """The columns, row by row in order; `spoken` holds numbers into `voices`, `duplicates` only those who have any."""

    positions: list[Position] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    numbers: list[str] = field(default_factory=list)
    spoken: list[int] = field(default_factory=list)
    voices: list[Spoken] = field(default_factory=list)
    duplicates: dict[str, tuple[str, ...]] = field(default_factory=dict)

    @classmethod
    def of(cls, rows: Iterable[Row]) -> "Index":
        index, voices = cls(), dict[Spoken, int]()
        for row in sorted(rows, key=lambda row: row.position):
            index.positions.append(row.position)
            index.words.append(row.words)
            index.numbers.append(row.numbers)
            index.spoken.append(voices.setdefault(row.spoken, len(voices)))
            if row.duplicates:
                index.duplicates[row.position.contact_id] = row.duplicates
        index.voices.extend(voices)
        return index

    def __len__(self) -> int:
        return len(self.positions)

    # ── asking

    def found(self, search: Search | None) -> Sequence[Position]:
        """Those that `search` finds, in order; everybody without one."""
        if search is None:
            return self.positions
        rows = zip(self.positions, self.words, self.numbers, strict=True)
        return [position for position, words, numbers in rows if search.fits(words, numbers)]

    def counts(self) -> dict[str, SourceCount]:
        """By source."""
        contacts, alone = Counter[str](), Counter[str]()
        for voice, times in Counter(self.spoken).items():
            sources, only = self.voices[voice]
            contacts.update(dict.fromkeys(sources, times))
            alone[only] += times
        return {source: SourceCount(times, alone[source]) for source, times in sorted(contacts.items())}

    def naming(self, contact_id: str) -> Iterator[str]:
        """Ids of those that name this one as their possible duplicate."""
        return (other for other, named in self.duplicates.items() if contact_id in named)

    # ── changing

    def with_row(self, contact_id: str, row: Row | None) -> "Index":
        """The same, but with this row for the contact; without the contact where there is none."""
        index = self._without(contact_id)
        if row is None:
            return index
        place = bisect_left(index.positions, row.position)
        if row.spoken not in index.voices:
            index.voices.append(row.spoken)
        index.positions.insert(place, row.position)
        index.words.insert(place, row.words)
        index.numbers.insert(place, row.numbers)
        index.spoken.insert(place, index.voices.index(row.spoken))
        if row.duplicates:
            index.duplicates[contact_id] = row.duplicates
        return index

    def _without(self, contact_id: str) -> "Index":
        """A copy without this contact."""
        places = range(len(self))
        at = next((place for place in places if self.positions[place].contact_id == contact_id), len(self))
        duplicates = {other: named for other, named in self.duplicates.items() if other != contact_id}
        return Index(
            [*self.positions[:at], *self.positions[at + 1 :]],
            [*self.words[:at], *self.words[at + 1 :]],
            [*self.numbers[:at], *self.numbers[at + 1 :]],
            [*self.spoken[:at], *self.spoken[at + 1 :]],
            list(self.voices),
            duplicates,
        )

    # ── as JSON

    @classmethod
    def of_json(cls, said: Any) -> "Index":
        """Raises KeyError, TypeError or ValueError for what `to_json` did not give."""
        return cls(
            [Position(name, contact_id) for name, contact_id in zip(said["names"], said["ids"], strict=True)],
            said["words"],
            said["numbers"],
            said["spoken"],
            [Spoken(tuple(sources), alone) for sources, alone in said["voices"]],
            {contact_id: tuple(named) for contact_id, named in said["duplicates"].items()},
        )

    def to_json(self) -> dict[str, Any]:
        return {
            "names": [position.name for position in self.positions],
            "ids": [position.contact_id for position in self.positions],
            "words": self.words,
            "numbers": self.numbers,
            "spoken": self.spoken,
            "voices": [list(voice) for voice in self.voices],
            "duplicates": self.duplicates,
        }
