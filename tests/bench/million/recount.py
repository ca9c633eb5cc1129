"""Counts what becomes of each row of the generated files, and compares it with what the service answered.

The rules are in SQL (`import.sql`) and read nothing but what the generator says each row is; no code of the service is
used. Works on DuckDB and SQLite.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Protocol

FILES = ("known", "main", "pairs")
OUTCOMES = ("created", "updated", "unchanged", "skipped", "failed", "ambiguous")
SHOWN = 20  # rows that differ
_FOLDER = Path(__file__).parent


class Database(Protocol):
    """A connection to DuckDB or SQLite."""

    def execute(self, query: str, /) -> Any: ...


@dataclass(frozen=True)
class Recount:
    """What is to be expected, and where the answers differ."""

    expected: dict[str, dict[str, int]]  #: how many rows of each file have each outcome
    answered: dict[str, dict[str, int]]
    differing: int  #: answers that are wrong, missing or there twice
    examples: list[Any]  #: some of them
    shared_ids: int  #: leads that several people got

    @property
    def is_equal(self) -> bool:
        return self.expected == self.answered and not self.differing and not self.shared_ids

    def json(self) -> dict[str, Any]:
        return asdict(self)


def create_tables(database: Database) -> None:
    """For the facts and the answers, which are to be loaded then."""
    _run(database, "tables.sql")


def recount(database: Database) -> Recount:
    """Compare the loaded answers with the loaded facts."""
    for file in FILES:
        _run(database, "import.sql", file)
    _run(database, "compare.sql")
    wrong = _rows(database, "SELECT 'answered', * FROM (SELECT * FROM answers EXCEPT SELECT * FROM right_answers)")
    lacking = _rows(database, "SELECT 'expected', * FROM (SELECT * FROM right_answers EXCEPT SELECT * FROM answers)")
    twice = _rows(database, "SELECT 'twice', file, row FROM answers GROUP BY file, row HAVING COUNT(*) > 1")
    (shared,) = _rows(database, "SELECT COUNT(*) - COUNT(DISTINCT lead_id) FROM ids")
    differing = [*wrong, *lacking, *twice]
    examples = sorted(differing, key=lambda each: (each[1], each[2]))[:SHOWN]
    return Recount(_counts(database, "expected"), _counts(database, "answers"), len(differing), examples, shared[0])


def _counts(database: Database, table: str) -> dict[str, dict[str, int]]:
    counts = {file: dict.fromkeys(OUTCOMES, 0) for file in FILES}
    for file, outcome, number in _rows(
        database,
        f"SELECT file, outcome, COUNT(*) FROM {table} GROUP BY file, outcome",  # our own tables
    ):
        counts[file][outcome] = number
    return counts


def _rows(database: Database, query: str) -> Sequence[Any]:
    rows: Sequence[Any] = database.execute(query).fetchall()
    return [list(row) for row in rows]


def _run(database: Database, name: str, file: str = "") -> None:
    script = (_FOLDER / name).read_text(encoding="utf-8")
    code = "\n".join(line.partition("--")[0] for line in script.splitlines())
    for statement in filter(str.strip, code.split(";")):
        database.execute(statement.replace(":file", f"'{file}'"))
