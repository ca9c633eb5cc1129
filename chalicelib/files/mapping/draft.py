"""A contact while its row is read: the fields so far, and the parts of list values that other columns complete."""

from collections.abc import Callable
from typing import Any

from chalicelib.files.records import LONGEST_SHOWN, Problem

Put = Callable[[str, "Draft"], None]  # stores one cell, trimmed and not empty, of a certain column
Entry = dict[str, str]  # the cells of one value of a list, by part


class Draft:
    """What the cells of one row have said so far.

    Attributes:
        fields: of the contact.
        entries: the values of lists, by the slot that their columns share.
        days: the parts of dates that have columns of their own, by field or slot.
        preferred: by list, the place of the value that comes first.
        problems: what could not be read.
        uid: the id of the contact in the program that wrote the file.
    """

    __slots__ = ("days", "entries", "fields", "preferred", "problems", "uid")

    def __init__(self) -> None:
        self.fields: dict[str, Any] = {}
        self.entries: dict[int, Entry] = {}
        self.days: Entry = {}
        self.preferred: dict[str, int] = {}
        self.problems: list[Problem] = []
        self.uid = ""

    def reject(self, column: str, value: str, code: str) -> None:
        """Notes a value that could not be read."""
        self.problems.append(Problem(column, value[:LONGEST_SHOWN], code))
