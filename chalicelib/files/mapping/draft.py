"""A contact while its row is read."""

from collections.abc import Callable, Sequence
from typing import Any

from chalicelib.files.records import LONGEST_SHOWN, Problem

Cells = Sequence[str]
Read = Callable[[Cells, "Draft"], None]  # adds what certain columns of a row say


class Draft:
    """What the cells of one row have said so far.

    Attributes:
        fields: of the contact.
        preferred: by list, the place of the value that comes first; None if no value is preferred.
        problems: what could not be read.
        uid: the id of the contact in the program that wrote the file.
    """

    __slots__ = ("fields", "preferred", "problems", "uid")

    def __init__(self) -> None:
        self.fields: dict[str, Any] = {}
        self.preferred: dict[str, int] | None = None
        self.problems: list[Problem] = []
        self.uid = ""

    def add(self, field: str, value: Any, *, is_preferred: bool = False) -> None:
        """Adds a value to a list that does not have it yet."""
        known = self.fields.get(field)
        if known is None:
            known = self.fields[field] = [value]
        elif value not in known:
            known.append(value)
        if is_preferred:
            self.preferred = self.preferred or {}
            self.preferred.setdefault(field, known.index(value))

    def reject(self, column: str, value: str, code: str) -> None:
        """Notes a value that could not be read."""
        self.problems.append(Problem(column, value[:LONGEST_SHOWN], code))
