"""Remembered pairs: two contacts that a person called the same person, or different people.

A pair names its two sides by their source records, so it stays valid when the contacts are replaced: a source that is
disconnected and connected again brings the same records to new contacts. With each record, a pair keeps a hash of
everything that matching compares: the name and each email and phone number. A pair called different holds until the
values of a side change. A pair called the same tells later imports where a record belongs that was removed and returns.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from hashlib import blake2b
from typing import NamedTuple, cast

from chalicelib.contacts.contact import Contact
from chalicelib.contacts.identities import emails_of, phones_of
from chalicelib.contacts.name_cards import card_text
from chalicelib.contacts.source import PERSON
from chalicelib.contacts.source_record import ContactFields, SourceRecord
from chalicelib.foundation.ids import id_of

RecordKey = tuple[str, str]  # the source of a record and its id there
_HASH_BYTES = 6


class Verdict(StrEnum):
    """What a person called a pair."""

    SAME = "same"
    DIFFERENT = "different"


class Compared(NamedTuple):
    """What a pair compares of a contact, or of a record that is not yet part of one."""

    records: Iterable[RecordKey]
    #: Its names (see `card_text`), and its emails and phone numbers in normal form.
    values: Iterable[str]


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two contacts of a pair, as it was when the person decided."""

    #: For each record, the hashes of what matching compares.
    records: Mapping[RecordKey, frozenset[str]]

    @classmethod
    def of(cls, contact: Contact) -> "Side":
        return cls({(record.source, record.source_id): hashes(values_of(record)) for record in contact.records})

    @classmethod
    def of_records(cls, records: Iterable[SourceRecord]) -> "Side":
        return cls({(record.source, record.source_id): hashes(values_of(record)) for record in records})

    def without(self, records: Collection[RecordKey]) -> "Side":
        return Side({key: hashed for key, hashed in self.records.items() if key not in records})

    def is_unchanged(self, found: Compared) -> bool:
        """Whether a contact with some of these records still has the values that they had then.

        Further values count as a change, unless a record of another source was added, which may have brought them.
        """
        expected: set[str] = set()
        has_joined = is_known = False
        for record in found.records:
            known = self.records.get(record)
            if known is not None:
                is_known = True
                expected |= known
            elif record[0] != PERSON:
                has_joined = True
        present = hashes(found.values)
        return is_known and (expected <= present if has_joined else expected == present)


@dataclass(frozen=True, slots=True)
class Pair:
    """Two contacts, and what a person called them."""

    verdict: Verdict
    left: Side
    right: Side
    #: Milliseconds since 1970; of two verdicts about the same records, the later one counts.
    at: int
    #: The id of the person who decided.
    by: str = ""

    @property
    def pair_id(self) -> str:
        """The same for the same records, whichever side is named first."""
        sides = sorted("\x1e".join(map("\x1d".join, sorted(side.records))) for side in (self.left, self.right))
        return id_of("pair", *sides)

    def without(self, records: Collection[RecordKey]) -> "Pair | None":
        """The pair without these records; None if nothing is left of a side."""
        left, right = self.left.without(records), self.right.without(records)
        return replace(self, left=left, right=right) if left.records and right.records else None

    def other_side(self, side: Side) -> Side:
        return self.right if side is self.left else self.left


def pair_of(left: Contact, right: Contact, verdict: Verdict, *, at: int, by: str = "") -> Pair:
    """The pair of two contacts as they are stored now."""
    return Pair(verdict, Side.of(left), Side.of(right), at, by)


def compared(contact: Contact) -> Compared:
    """What pairs compare of this contact."""
    records = [(record.source, record.source_id) for record in contact.records]
    return Compared(records, {value for record in contact.records for value in values_of(record)})


def values_of(record: SourceRecord) -> list[str]:
    """What matching compares of a record: its name, and its emails and phone numbers in normal form."""
    kept = cast(ContactFields, record.fields.get("kept_name", {}))
    names = filter(None, (card_text(record.fields), card_text(kept)))
    return [*names, *emails_of(record.fields), *phones_of(record.fields)]


def hashes(values: Iterable[str]) -> frozenset[str]:
    return frozenset(
        blake2b(value.encode("utf-8", "surrogatepass"), digest_size=_HASH_BYTES).hexdigest() for value in values
    )


class Pairs:
    """The remembered pairs of one owner, by their records."""

    def __init__(self, pairs: Iterable[Pair] = ()) -> None:
        self._sides: dict[RecordKey, list[tuple[Pair, Side]]] = {}
        for pair in pairs:
            self.add(pair)

    def __bool__(self) -> bool:
        return bool(self._sides)

    def add(self, pair: Pair) -> None:
        for side in (pair.left, pair.right):
            for record in side.records:
                self._sides.setdefault(record, []).append((pair, side))

    def are_different(self, left: Compared, right: Compared) -> bool:
        """Whether the person's latest verdict is that the two are different, and the values of neither have changed."""
        latest: tuple[Pair, Side] | None = None
        others = set(right.records)
        for pair, side in self.naming(left.records):
            is_newer = latest is None or pair.at > latest[0].at
            if is_newer and not others.isdisjoint(pair.other_side(side).records):
                latest = (pair, side)
        if latest is None or latest[0].verdict is not Verdict.DIFFERENT:
            return False
        pair, side = latest
        return side.is_unchanged(left) and pair.other_side(side).is_unchanged(right)

    def naming(self, records: Iterable[RecordKey]) -> Iterable[tuple[Pair, Side]]:
        """The pairs with one of these records, each with the side that has it."""
        for record in records:
            yield from self._sides.get(record, ())

    def records_said_same(self, record: RecordKey) -> list[RecordKey]:
        """The records that the person's latest verdicts call the same as this one, those of the latest pair first."""
        verdicts: dict[RecordKey, Pair] = {}
        for pair, side in sorted(self._sides.get(record, ()), key=lambda found: found[0].at):
            verdicts.update(dict.fromkeys(pair.other_side(side).records, pair))
        same = [(pair.at, each) for each, pair in verdicts.items() if pair.verdict is Verdict.SAME]
        return [each for _, each in sorted(same, key=lambda found: -found[0])]
