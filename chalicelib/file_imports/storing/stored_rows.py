"""Rows of tables, and cards, as JSON and back."""

from typing import Any

from chalicelib.contacts.stored_names import from_stored, to_stored
from chalicelib.files.records import Card, Problem, Row
from chalicelib.foundation.json import Json

_CARD = ("number", "line", "uid", "unreadable", "left_out")  # stored as they are


def to_json(row: Row | Card) -> Json:
    """A list for a row, an object for a card."""
    if isinstance(row, Row):
        problems = [list(each) for each in row.problems]
        return [row.number, list(row.cells), *([problems] if problems else [])]
    return {
        **{name: getattr(row, name) for name in _CARD},
        "fields": to_stored(row.fields),
        "cells": row.cells,
        "kept": row.kept,
        "problems": row.problems,
    }


def from_json(stored: Any) -> Row | Card:
    if isinstance(stored, list):
        number, cells, *problems = stored
        return Row(number, cells, _problems(problems[0] if problems else []))
    return Card(
        **{name: stored[name] for name in _CARD},
        fields=from_stored(stored["fields"]),
        cells=_pairs(stored["cells"]),
        kept=_pairs(stored["kept"]),
        problems=_problems(stored["problems"]),
    )


def _pairs(stored: list[list[str]]) -> tuple[tuple[str, str], ...]:
    return tuple((name, value) for name, value in stored)


def _problems(stored: list[list[str]]) -> tuple[Problem, ...]:
    return tuple(Problem(*each) for each in stored)
