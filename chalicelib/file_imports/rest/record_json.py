"""The published JSON of the rows of an import, and of the summary of its plan."""

from collections import Counter
from collections.abc import Mapping, Sequence

from chalicelib.books.prepared_contact import safe_display_name
from chalicelib.contacts.source import Source
from chalicelib.contacts.source_record import SourceContact
from chalicelib.file_imports.planning.gone_rows import GoneRow
from chalicelib.file_imports.planning.kept_beside import Beside
from chalicelib.file_imports.planning.plan_summary import PlanSummary
from chalicelib.file_imports.records.list_records import Record
from chalicelib.file_imports.records.problem_words import problem_words, reason_text
from chalicelib.file_imports.rest.status import plan_counts
from chalicelib.file_imports.storing.file_import import FileImport
from chalicelib.files.card_columns import columns_of_card
from chalicelib.files.records import Card, Problem, Row, column_name
from chalicelib.foundation.cursors import encode_cursor
from chalicelib.foundation.errors import InvalidInput
from chalicelib.foundation.json import JsonObject


def record_body(record: Record, headers: Sequence[str]) -> JsonObject:
    """One row.

    Args:
        headers: the distinct headers of a table; empty for cards.
    """
    planned, result = record.planned, record.result
    cells = cells_of(record.read.written, headers)
    names = list(cells)
    return {
        "number": planned.number,
        "cells": cells,
        "fixed": [names[place] for place in record.read.fixed if place < len(names)],
        "name": _name(record),
        "planned": planned.outcome.value,
        "rule": planned.rule or None,
        "reason": planned.reason,
        "other_row": planned.other_row,
        "contact_id": record.contact_id,
        "conflict_with": record.conflict_with._asdict() if record.conflict_with else None,
        "changes": {name: {"before": old, "after": new} for name, (old, new) in planned.changes.items()},
        "kept_beside": {name: _beside(each) for name, each in planned.beside.items()},
        "problems": [_problem(each) for each in planned.problems],
        "outcome": None if result is None else result.outcome.value,
        "outcome_reason": None if result is None else result.reason,
        "explanation": reason_text(planned.reason if result is None else result.reason, planned.other_row),
    }


def plan_body(found: FileImport, summary: PlanSummary, gone: Sequence[GoneRow]) -> JsonObject:
    """The plan of an import: its numbers, how often each problem and each reason occurs, and who may be taken away."""
    problems = [
        {"code": code, **problem_words(code)._asdict(), "column": column, "count": count}
        for (code, column), count in summary.problems.most_common()
    ]
    reasons = [
        {"outcome": outcome, "reason": code, "explanation": reason_text(code), "count": count}
        for (outcome, code), count in summary.reasons.most_common()
    ]
    return {
        **plan_counts(found.plan),
        "problems": problems,
        "reasons": reasons,
        "gone_rows": [each._asdict() for each in gone],
    }


def gone_body(found: FileImport, gone: Sequence[GoneRow], start: int) -> JsonObject:
    """A page of the rows that are gone from the file, from this one on."""
    total, end = found.plan.gone if found.plan else 0, start + len(gone)
    return {
        "total": total,
        "gone_rows": [each._asdict() for each in gone],
        "next_cursor": encode_cursor(str(end)) if gone and end < total else None,
    }


def distinct_headers(headers: Sequence[str]) -> list[str]:
    """The headers, each a name of its own: the second "Phone" becomes "Phone (2)"."""
    seen, distinct = Counter[str](), list[str]()
    for header in headers:
        seen[header] += 1
        name = header if seen[header] == 1 else f"{header} ({seen[header]})"
        while name in distinct:
            seen[header] += 1
            name = f"{header} ({seen[header]})"
        distinct.append(name)
    return distinct


def headers_of_row(written: Row | Card, written_format: str, headers: Sequence[str]) -> Sequence[str]:
    """The headers of the cells of a row that can be fixed: those of its table, or the properties of the card.

    Args:
        written_format: of the file.
        headers: the distinct headers of a table; empty for cards.
    """
    if not isinstance(written, Card):
        return headers
    return [header for header, _ in columns_of_card(written, written_format)]


def places_of_cells(cells: Mapping[str, str], headers: Sequence[str]) -> dict[int, str]:
    """Cells by the places of their columns.

    Args:
        cells: by the header, or the position of the column, which counts from 0.
        headers: of the row (`headers_of_row`).

    Raises:
        InvalidInput: there is no such column, or no column at all.
    """
    if cells and not headers:
        raise InvalidInput(
            "The values of this row cannot be fixed here, because they could not be told apart. Correct them in the "
            "program that wrote the file and export it again, or leave the row out.",
            field="cells",
        )
    places = {header: place for place, header in enumerate(headers)}
    positions = {str(place): place for place in range(len(headers))}
    by_place: dict[int, str] = {}
    for name, text in cells.items():
        place = places.get(name, positions.get(name))
        if place is None:
            raise InvalidInput(
                f'There is no column "{name[:100]}". Use a header of the row, or a position from 0.',
                field="cells",
                columns=list(headers),
            )
        by_place[place] = text
    return by_place


def cells_of(written: Row | Card, headers: Sequence[str]) -> dict[str, str]:
    """The cells of a row by header; of a card by property, with one line for each value."""
    if isinstance(written, Card):
        lines: dict[str, list[str]] = {}
        for name, value in written.cells:
            lines.setdefault(name, []).append(value)
        return {name: "\n".join(values) for name, values in lines.items()}
    width = max(len(headers), len(written.cells))
    names = [*headers, *map(column_name, range(len(headers), width))]
    cells = [*written.cells, *[""] * (width - len(written.cells))]
    return dict(zip(names, cells, strict=True))


def _name(record: Record) -> str:
    incoming = record.read.row.incoming
    return safe_display_name(incoming.fields) if isinstance(incoming, SourceContact) else incoming.name


def _beside(beside: Beside) -> JsonObject:
    tag = Source.of(beside.source).tag if beside.source else None
    return {"file": beside.file, "shown": beside.shown, "source": beside.source or None, "tag": tag}


def _problem(problem: Problem) -> JsonObject:
    return {**problem._asdict(), **problem_words(problem.code)._asdict()}
