"""Columns without a header are named as spreadsheets letter them."""

import pytest

from chalicelib.files.records import column_name


@pytest.mark.parametrize(
    ("index", "name"),
    [(0, "A"), (25, "Z"), (26, "AA"), (51, "AZ"), (52, "BA"), (701, "ZZ"), (702, "AAA"), (16_383, "XFD")],
)
def test_a_column_has_the_letters_of_a_spreadsheet(index, name):
    assert column_name(index) == f"Column {name}"
