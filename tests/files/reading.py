"""Reads tables of contacts as a file import does: whole files, or CSV in which only the mapping is of interest."""

import csv
import io

from chalicelib.files.delimited import read_delimited
from chalicelib.files.dialects import find_dialect
from chalicelib.files.formats import recognize
from chalicelib.files.mapping.known_headers import knows
from chalicelib.files.mapping.row_mapper import MappedRow, RowMapper
from chalicelib.files.mapping.suggest import Suggested, suggest_mapping
from chalicelib.files.mapping.survey import Survey
from chalicelib.files.records import column_name


def read_file(data: bytes, region: str = "") -> tuple[Suggested, list[MappedRow]]:
    """What is suggested for the columns of a delimited file, and its contacts mapped in this way."""
    upload = recognize(data)
    assert upload.encoding is not None
    encoding = upload.encoding.name
    table = read_delimited(upload.data, encoding, find_dialect(upload.data, encoding, knows))
    return _mapped(list(table.columns), [list(row.cells) for row in table.rows], region)


def suggested(text: str, **how) -> Suggested:
    """What is suggested for the columns of a CSV."""
    return _read(text, **how)[0]


def contacts(text: str, **how) -> list[MappedRow]:
    """The contacts in a CSV, mapped as it is suggested."""
    return _read(text, **how)[1]


def _read(text: str, *, has_header: bool = True, region: str = "") -> tuple[Suggested, list[MappedRow]]:
    rows = list(csv.reader(io.StringIO(text, newline="")))
    headers = rows.pop(0) if has_header else [column_name(place) for place in range(len(rows[0]))]
    return _mapped(headers, rows, region)


def _mapped(headers: list[str], rows: list[list[str]], region: str) -> tuple[Suggested, list[MappedRow]]:
    survey = Survey()
    for cells in rows:
        survey.add(cells)
    suggestion = suggest_mapping(headers, survey, region=region)
    return suggestion, list(map(RowMapper(suggestion.mapping), rows))
