"""The output of `python -m local import`: what a file is, what its columns become, its plan, and the results."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

MOST_LISTED = 10  # problems, and conflicts, that are listed one by one
OUTCOMES = ("new", "update", "unchanged", "conflict", "skipped", "invalid")
COUNTS = ("created", "updated", "unchanged", "conflict", "skipped", "failed", "removed")
_NOTES = {
    "new": "become contacts",
    "update": "change contacts",
    "unchanged": "are in the book already",
    "conflict": "wait for a decision; not imported",
    "invalid": "cannot be imported",
}
_SAMPLES = 3
_FORMATS = {
    "vcard": "vCard",
    "delimited": "CSV",
    "jcard": "jCard",
    "jscontact": "JSContact",
    "people": "Google People API",
    "graph": "Microsoft Graph",
}
_NUMBER = re.compile(r"\.[0-9]+")
Json = Mapping[str, Any]  # as the API returns it


@dataclass(frozen=True)
class ImportScreen:
    """Prints what people see. Text of the file is never taken for markup or for commands to the terminal."""

    console: Console

    def say(self, words: str) -> None:
        self.console.print(_plain(words), soft_wrap=True)

    def detected(self, found: Json, fields: Json) -> None:
        """One line: "contacts.csv: CSV, Google Contacts, UTF-8, 1,204 rows"."""
        written = _FORMATS.get(fields["format"], fields["format"].upper())
        encoding = (fields["encoding"] or "").upper()
        known = filter(None, (written, fields["program"], encoding, fields["sheet"], _rows(found["rows"])))
        self.say(f"{found['file_name']}: {', '.join(known)}")

    def mapping(self, columns: Sequence[Json], targets: Json) -> None:
        """A row for each column: what it becomes, how certain that is, and samples."""
        shown = _table("Columns", "column", "becomes", "", "confidence", "samples")
        for column in columns:
            kind = _NUMBER.sub("", column["target"].partition("=")[0])
            title = column["title"] or targets.get(kind, "")
            confidence = "chosen" if column.get("is_chosen") else f"{column['confidence']:.0%}"
            samples = " · ".join(column["samples"][:_SAMPLES])
            shown.add_row(*map(_plain, (column["header"], title, column["target"], confidence, samples)))
        self.console.print(shown)

    def plan(self, plan: Json, conflicts: Sequence[Json]) -> None:
        """The number of rows by outcome, the most frequent problems, and the first conflicts by name."""
        shown = _table("Plan", "rows", "outcome", "")
        for outcome in OUTCOMES:
            shown.add_row(f"{plan[outcome]:,}", outcome, _NOTES.get(outcome, "") if plan[outcome] else "")
        self.console.print(shown)
        for problem in plan["problems"][:MOST_LISTED]:
            column = f" ({problem['column']})" if problem["column"] else ""
            self.say(f"  {_rows(problem['count'])}: {problem['title']}{column}")
        for reason in [each for each in plan["reasons"] if each["outcome"] != "conflict"][:MOST_LISTED]:
            self.say(f"  {_rows(reason['count'])} {reason['outcome']}: {reason['explanation']}")
        for record in conflicts:
            name = record["name"] or "no name"
            self.say(f"  conflict in row {record['number']:,}, {name}: {record['explanation']}")
        if plan["conflict"] > len(conflicts) > 0:
            self.say(f"  and {plan['conflict'] - len(conflicts):,} more conflicts")
        if plan["gone"]:
            self.say(f"  {plan['gone']:,} gone since the earlier version of the file; their contacts are kept")

    def results(self, counts: Json) -> None:
        """The number of rows by what was done with them."""
        shown = _table("Results", "rows", "outcome")
        for outcome in COUNTS:
            if counts[outcome] or outcome != "removed":
                shown.add_row(f"{counts[outcome]:,}", outcome)
        self.console.print(shown)


def _plain(text: str) -> Text:
    """The text as it is: without markup, and without control characters, which a terminal would obey."""
    return Text("".join(letter if letter.isprintable() else " " for letter in text))


def _table(title: str, *headers: str) -> Table:
    table = Table(title=title, title_justify="left", box=SIMPLE_HEAD, padding=(0, 1, 0, 0))
    for header in headers:
        is_number = header in ("rows", "confidence")
        table.add_column(header, justify="right" if is_number else "left", no_wrap=is_number)
    return table


def _rows(count: int) -> str:
    return f"{count:,} row{'' if count == 1 else 's'}"
