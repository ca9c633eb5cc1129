"""Every code that a row or a value of a file can get has words for people."""

import ast
import importlib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from types import ModuleType

import pytest

import chalicelib
from chalicelib.books import changes, prepared_contact
from chalicelib.file_imports.committing import commit_plan
from chalicelib.file_imports.planning import plan_rows, repeated_rows
from chalicelib.file_imports.planning.match_rows import Conflict
from chalicelib.file_imports.records.problem_words import _REASONS, PROBLEMS
from chalicelib.file_imports.storing import row_edits
from chalicelib.files import charsets

ROOT = Path(chalicelib.__file__).parent
READERS = sorted((ROOT / "files").rglob("*.py"))
#: The calls that give a value a code, by their names, and the place of the code among their arguments.
OF_VALUES = {"report": 2, "reject": 2, "Problem": 2, "NotADate": 0, "Value": 2}
#: The same for the code of a record as a whole.
OF_RECORDS = {"_unreadable": 1}
#: Keyword arguments that are the code of a record as a whole.
RECORD_KEYWORDS = ("unreadable", "left_out", "problem")
#: The reasons of the books' planner that a file's row can get: a row brings no decision and is no partial contact.
OF_BOOKS = ("book_full", "deleted_by_person", "too_large", "unreadable", "unusable_id")


def codes(calls: dict[str, int], keywords: tuple[str, ...] = ()) -> set[str]:
    """The codes that the readers give in these calls, where they are constants."""
    return {code for path in READERS for code in _codes_in(path, calls, keywords) if code}


def _codes_in(path: Path, calls: dict[str, int], keywords: tuple[str, ...]) -> Iterator[str]:
    name = ".".join(path.relative_to(ROOT.parent).with_suffix("").parts)
    module = importlib.import_module(name.removesuffix(".__init__"))
    for node in _calls_in(path):
        called = getattr(node.func, "attr", getattr(node.func, "id", ""))
        given = [node.args[calls[called]]] if len(node.args) > calls.get(called, 99) else []
        given += [each.value for each in node.keywords if each.arg in keywords]
        yield from (code for argument in given for code in _constants(argument, module))


@cache
def _calls_in(path: Path) -> list[ast.Call]:
    return [node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call)]


def _constants(argument: ast.expr, module: ModuleType) -> Iterator[str]:
    for node in ast.walk(argument):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value
        elif isinstance(node, ast.Name) and node.id.isupper() and isinstance(getattr(module, node.id, None), str):
            yield getattr(module, node.id)


def test_the_codes_of_the_readers_are_found():
    assert {"not_a_date", "no_such_number", "external_value", "not_base64"} <= codes(OF_VALUES)
    assert {"too_deep", "group", "removed", "not_a_card"} <= codes(OF_RECORDS, RECORD_KEYWORDS)


@pytest.mark.parametrize("code", sorted(codes(OF_VALUES) | {charsets.GUESSED}))
def test_every_problem_of_a_value_has_words(code):
    assert code in PROBLEMS


@pytest.mark.parametrize("code", sorted(codes(OF_RECORDS, RECORD_KEYWORDS) | {"no_beginning", "no_end"}))
def test_every_record_that_cannot_be_read_has_words(code):
    assert code in {**_REASONS, **PROBLEMS}


@pytest.mark.parametrize(
    "code",
    [
        *Conflict,
        *OF_BOOKS,
        changes.POISON,
        commit_plan.CHANGED_SINCE,
        plan_rows.REPEATED,
        prepared_contact.EMPTY,
        repeated_rows.TOO_MANY_REPEATS,
        row_edits.LEFT_OUT,
    ],
)
def test_every_reason_of_the_plan_and_the_commit_has_words(code):
    assert code in {**_REASONS, **PROBLEMS}
