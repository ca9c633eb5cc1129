"""Numbers the values of lists, so that the columns of one address share a number and other columns have their own."""

from collections.abc import Iterable

from chalicelib.contacts.contact_fields import FIELDS
from chalicelib.files.mapping.known_headers import Meaning
from chalicelib.files.mapping.target import Target

_Key = tuple[str, str, int]  # the list, the label and the number in the header


class EntryNumbers:
    """The numbers of one file's list values.

    Args:
        taken: targets that have their numbers already.
    """

    def __init__(self, taken: Iterable[Target]) -> None:
        self._last: dict[str, int] = {}
        for target in taken:
            self._last[target.field] = max(self._last.get(target.field, 0), target.entry)
        self._entries: dict[_Key, tuple[int, set[str]]] = {}  # the number of a value, and its parts so far

    def next_for(self, meaning: Meaning, number: int) -> int:
        """The number of the value that a column is part of. A part that the value has already begins another one.

        Args:
            number: the number in the column's header; 0 for none.
        """
        key = (meaning.field, meaning.label, number)
        entry, parts = self._entries.get(key, (0, set[str]()))
        if not entry or (meaning.part in parts and not self._has_lines(meaning)):
            entry, parts = self._last.get(meaning.field, 0) + 1, set()
            self._last[meaning.field] = entry
        self._entries[key] = (entry, parts | {meaning.part})
        return entry

    @staticmethod
    def _has_lines(meaning: Meaning) -> bool:
        """Whether several columns may be lines of this part: "Address Line 1", "Address Line 2"."""
        parts = {part.name: part for part in FIELDS[meaning.field].parts}
        return meaning.field == "addresses" and meaning.part in parts and parts[meaning.part].is_multiline
