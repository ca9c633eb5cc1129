"""Writes three files of leads with dirt, and beside them what each row is: who it is about, and what is wrong with it.

| file | rows | identities of a row | what it has |
|---|---|---|---|
| known | a tenth | one | people whom the organization is to know before the others are imported |
| main | all | one | new people, known ones, people twice, bad rows; read by several lanes |
| pairs | a tenth | one or two | the same, and rows with the numbers of two people; read by one lane, in their order |

What each row is goes to `rows.csv` with the columns of `FACTS`. It says nothing about outcomes.
"""

import csv
import random
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from tests.bench.million.people import Said, number_of, said_of

HEADERS = ("Ref", "Mobile", "Second mobile", "Name", "E-mail", "Office", "City", "Note")
MAPPING = {
    "Mobile": "identity:whatsapp",
    "Second mobile": "identity:whatsapp",
    "Name": "name",
    "E-mail": "email",
    "Office": "phone",
    "City": "custom:City",
    "Note": "custom:Note",
}  # "Ref" tells the rows apart, and is not imported
ONE_NUMBER = "Second mobile"  # the column that files with one identity lack
FACTS = (
    *("file", "row", "ref", "person", "other", "with_second", "problem", "place", "email"),
    *("has_name", "has_office", "has_city", "has_note"),
)
NOBODY = -1
REGION = "BR"
FIRST_ROW = 2
TOO_LONG, LONGEST_NAME = "too_long", 200  # characters
BYTE_ORDER_MARK = b"\xef\xbb\xbf"

# What makes a row bad: the cell with the number, and the code of the reason.
_BAD_NUMBERS = (
    ("", "no_identity"),
    ("911", "short_code"),
    ("5.51199E+12", "rounded_number"),
    ("#REF!", "failed_formula"),
    ("+55 11 98765-4321 ext 7", "extension"),
    ("ask her", "sender_name"),
    ("+49 12", "no_phone"),
    ("", TOO_LONG),
)
_TO_QUOTE = re.compile('[",\r\n]').search


@dataclass(frozen=True)
class File:
    """One of the files."""

    name: str
    #: of how many rows out of a thousand: new, known, again, pair, bad, blank
    kinds: Mapping[str, int]
    has_pairs: bool = False
    line_ends: tuple[str, ...] = ("\n",)
    start: bytes = b""

    @property
    def headers(self) -> tuple[str, ...]:
        return tuple(header for header in HEADERS if self.has_pairs or header != ONE_NUMBER)

    def rows(self, of_main: int) -> int:
        return of_main if self.name == "main" else max(20, of_main // 10)

    @property
    def mapping(self) -> dict[str, str]:
        return {header: field for header, field in MAPPING.items() if header in self.headers}


FILES = (
    File("known", {"new": 930, "again": 30, "bad": 30, "blank": 10}),
    File(
        "main",
        {"new": 680, "known": 200, "again": 70, "bad": 40, "blank": 10},
        line_ends=("\r\n", "\r\n", "\r\n", "\n"),
        start=BYTE_ORDER_MARK,
    ),
    File("pairs", {"new": 250, "known": 350, "again": 100, "pair": 250, "bad": 40, "blank": 10}, has_pairs=True),
)


class Row(NamedTuple):
    """What a row is. Blank rows are about nobody and have no problem."""

    person: int = NOBODY
    other: int = NOBODY  #: the second person of a pair
    with_second: bool = False  #: whether it has both numbers of the person
    number: str | None = None  #: what it has instead of the person's number
    problem: str = ""  #: the code of the reason why it cannot be imported
    place: str = ""  #: the header of the column with the problem
    said: Said = Said()

    @property
    def is_blank(self) -> bool:
        return self.person == NOBODY and not self.problem

    @property
    def facts(self) -> list[Any]:
        said = self.said
        has = [int(bool(text)) for text in (said.name, said.office, said.city, said.note)]
        return [self.person, self.other, int(self.with_second), self.problem, self.place, said.email, *has]


@dataclass
class Generator:
    """Writes the files of one data set; the same rows and seed give the same files.

    Args:
        rows: of the file "main".
    """

    rows: int
    seed: int = 1
    _people: int = 0  #: how many there are in the files so far
    _before: int = 0  #: how many there were before this file

    def __post_init__(self) -> None:
        self._chance = random.Random(self.seed)

    def write(self, folder: Path) -> None:
        with (folder / "rows.csv").open("w", encoding="utf-8", newline="") as facts:
            writer = csv.writer(facts, lineterminator="\n")
            writer.writerow(FACTS)
            for file in FILES:
                self._write_file(file, folder, writer)

    def _write_file(self, file: File, folder: Path, facts: Any) -> None:
        self._before = self._people
        with (folder / f"{file.name}.csv").open("wb") as content:
            content.write(file.start + _line(file.headers, "\n"))
            kinds = self._chance.choices([*file.kinds], [*file.kinds.values()], k=file.rows(self.rows))
            for number, kind in enumerate(kinds, FIRST_ROW):
                row, ref = self._row(file, kind), f"{file.name}-{number}"
                content.write(_line(self._cells(file, row, ref), self._chance.choice(file.line_ends)))
                if not row.is_blank:
                    facts.writerow((file.name, number, ref, *row.facts))

    # ── what a row is

    def _row(self, file: File, kind: str) -> Row:
        if kind == "blank":
            return Row()
        if kind == "bad":
            return self._bad(file)
        if kind == "pair" and self._people > 1:
            person, other = self._chance.sample(range(self._people), 2)
            return Row(person, other, said=said_of(person, self._chance))
        person = self._person(kind)
        with_second = file.has_pairs and self._chance.random() < 0.5
        return Row(person, with_second=with_second, said=said_of(person, self._chance))

    def _person(self, kind: str) -> int:
        """One who was there before the file, one who is in the file already, or a new one."""
        if kind == "known" and self._before:
            return self._chance.randrange(self._before)
        if kind == "again" and self._people > self._before:
            return self._chance.randrange(self._before, self._people)
        self._people += 1
        return self._people - 1

    def _bad(self, file: File) -> Row:
        number, problem = self._chance.choice(_BAD_NUMBERS)
        last = ONE_NUMBER if file.has_pairs and not number else "Mobile"  # a row without a number has none to the end
        if problem == TOO_LONG:
            person = self._chance.randrange(max(1, self._people))
            return Row(person, problem=problem, place="Name", said=Said("x" * (LONGEST_NAME + 1)))
        return Row(number=number, problem=problem, place=last)

    # ── how it is written

    def _cells(self, file: File, row: Row, ref: str) -> Sequence[str]:
        chance, said = self._chance, row.said
        if row.is_blank:
            return chance.choice(((), [""] * len(file.headers)))
        number = number_of(row.person, 0, chance) if row.number is None else row.number
        second = [self._second(row)] if file.has_pairs else []
        name = chance.choice((said.name, f" {said.name} ", said.name.replace(" ", "  ")))
        city = said.city or chance.choice(("", "  "))
        return ref, number, *second, name, said.email, said.office, city, said.note

    def _second(self, row: Row) -> str:
        if row.other != NOBODY:
            return number_of(row.other, 0, self._chance)
        return number_of(row.person, 1, self._chance) if row.with_second else ""


def _line(cells: Sequence[str], end: str) -> bytes:
    return (",".join(map(_quoted, cells)) + end).encode()


def _quoted(cell: str) -> str:
    return '"' + cell.replace('"', '""') + '"' if _TO_QUOTE(cell) else cell
