"""Reads tables of contacts as a file import does, with the standard library's reader."""

import csv
import io

from chalicelib.files.mapping.row_mapper import MappedRow, RowMapper
from chalicelib.files.mapping.suggest import Suggested, suggest_mapping
from chalicelib.files.mapping.survey import Survey


def suggested(text: str, **how) -> Suggested:
    """What is suggested for the columns of a CSV, with `skip` rows before its header."""
    return _read(text, **how)[0]


def contacts(text: str, **how) -> list[MappedRow]:
    """The contacts in a CSV, mapped as it is suggested."""
    suggestion, rows = _read(text, **how)
    return list(map(RowMapper(suggestion.mapping), rows))


def _read(
    text: str, *, delimiter: str = ",", skip: int = 0, has_header: bool = True, region: str = ""
) -> tuple[Suggested, list[list[str]]]:
    rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))[skip:]
    headers = rows.pop(0) if has_header else [f"Column {place}" for place in range(len(rows[0]))]
    survey = Survey()
    for cells in rows:
        survey.add(cells)
    return suggest_mapping(headers, survey, has_header=has_header, region=region), rows
