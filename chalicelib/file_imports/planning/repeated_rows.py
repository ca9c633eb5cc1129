"""Tells rows with the same key apart: those that say the same, and those that say more or something else.

The first row with a key has the key itself, and the others that say something else have it with an ordinal. So each of
them is a record of its own and nothing is lost; the next version of the file finds them again in the same order.
"""

from collections.abc import Callable, Collection
from dataclasses import replace
from typing import NamedTuple, TypeVar

from chalicelib.contacts.source_record import Incoming, LeftOut, SourceContact, Unreadable
from chalicelib.file_imports.planning.row_keys import first_key, name_key, repeated_key
from chalicelib.foundation.fast_json import encode_json

MOST_OF_ONE_CONTACT = 100  # rows; each is a record of the contact, which would become too large
TOO_MANY_REPEATS = "too_many_repeats"  # the reason of those beyond

RowContent = SourceContact | Unreadable | LeftOut
_Row = TypeVar("_Row", bound=Incoming)


class KeyedRow(NamedTuple):
    """A row under the key of its record."""

    incoming: RowContent
    repeats: int | None = None  #: the number of the earlier row that says the same


class RepeatedRows:
    """Gives the rows of a file their keys, in the order of the file."""

    def __init__(self, known: Collection[str], is_unchanged: Callable[[SourceContact], bool]) -> None:
        """Begin a file.

        Args:
            known: the keys of the records that the book has of the file's earlier version.
            is_unchanged: whether the book has just the record that this row, under this key, would become.
        """
        self._is_unchanged = is_unchanged
        self._known: dict[str, list[str]] = {}  # those with an ordinal, by the key without it
        for key in known:
            if (first := first_key(key)) != key:
                self._known.setdefault(first, []).append(key)
        self._taken: set[str] = set()
        self._said: dict[int, int] = {}  # from the hash of what a row says to its number
        self._keys: dict[int, str] = {}  # of the rows whose key has an ordinal, by number
        self._ordinals: dict[str, int] = {}  # the latest one, by key

    @property
    def taken(self) -> Collection[str]:
        """The keys of all rows so far."""
        return self._taken

    def keyed(self, number: int, incoming: RowContent) -> KeyedRow:
        """The next row, under its key.

        Args:
            incoming: under the key that it would have if no other row had it.
        """
        key = incoming.source_id
        earlier = number if isinstance(incoming, LeftOut) else self._said.setdefault(_hash_of(incoming), number)
        if earlier != number:
            return KeyedRow(with_key(incoming, self._keys.get(earlier, key)), earlier)
        if key in self._taken or key in self._known:  # as of few rows
            incoming = self._with_free_key(incoming)
            self._keys[number] = incoming.source_id
        self._taken.add(incoming.source_id)
        return KeyedRow(incoming)

    def _with_free_key(self, incoming: RowContent) -> RowContent:
        """The row under the key of the record that it leaves as it is, else under the first one that is free."""
        key = incoming.source_id
        if isinstance(incoming, SourceContact):
            for each in (key, *self._known.get(key, ())):
                if each not in self._taken and self._is_unchanged(with_key(incoming, each)):
                    return with_key(incoming, each)
        ordinal = self._ordinals.get(key, 1)
        while repeated_key(key, ordinal) in self._taken:
            ordinal += 1
        self._ordinals[key] = ordinal
        keyed = with_key(incoming, repeated_key(key, ordinal))
        if ordinal > MOST_OF_ONE_CONTACT and isinstance(keyed, SourceContact) and key != name_key(keyed.fields):
            return Unreadable(keyed.source_id, TOO_MANY_REPEATS)
        return keyed


def with_key(incoming: _Row, key: str) -> _Row:
    """The row under this key."""
    return incoming if incoming.source_id == key else replace(incoming, source_id=key)


def _hash_of(incoming: SourceContact | Unreadable) -> int:
    """Of the key and all that the row says. Equal in one process only."""
    says = encode_json(incoming.fields) if isinstance(incoming, SourceContact) else incoming.reason
    return hash((incoming.source_id, says))
