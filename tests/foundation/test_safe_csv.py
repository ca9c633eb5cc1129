"""CSV without formulas that a spreadsheet would run; every value can be read back unchanged."""

import csv
import io
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.foundation.safe_csv import (
    _ESCAPED,
    BYTE_ORDER_MARK,
    csv_pieces,
    csv_rows,
    escape_cell,
    unescape_cell,
)
from tests.examples import examples

FORMULAS = "=+-@＝＋－＠"
TRIGGERS = FORMULAS + "\t\r\0"
UNSEEN = " \n\t\u00a0\u200b\u200f\u202e\u2066\ufeff\u00ad\u3000\u3164\x00\x1b\U000e0041"
risky = st.text(st.sampled_from(TRIGGERS + UNSEEN + "'\",;a1(") | st.characters(exclude_categories=["Cs"]), max_size=8)


def read(pieces, delimiter=","):
    """As Python's own csv reads the file, without the mark in front."""
    text = "".join(pieces)
    assert text.startswith(BYTE_ORDER_MARK)
    return list(csv.reader(io.StringIO(text.removeprefix(BYTE_ORDER_MARK), newline=""), delimiter=delimiter))


def runs(cell: str, triggers: str = TRIGGERS) -> bool:
    """Whether a spreadsheet might run `cell`: the first visible character is a trigger. Does not use our pattern."""
    for sign in cell:
        if sign in triggers:
            return True
        if not (sign.isspace() or unicodedata.category(sign) in ("Cc", "Cf") or sign in "\u3164\u2800\u115f\u1160"):
            return False
    return False


class TestSafe:
    @pytest.mark.parametrize("trigger", TRIGGERS)
    @pytest.mark.parametrize("before", ["", " ", "\u200b", "\ufeff\u202e ", "\u3164"])
    def test_what_begins_like_a_formula_is_text(self, trigger, before):
        assert escape_cell(f"{before}{trigger}1+1") == f"'{before}{trigger}1+1"

    @pytest.mark.parametrize(
        ("value", "cell"),
        [("x;=1", "x;'=1"), ("x\n-1", "x\n'-1"), ("x; +1; @a", "x;' +1;' @a"), ('x;"=1"', 'x;\'"=1"')],
    )
    def test_what_begins_like_a_formula_after_a_semicolon_or_line_break_is_text(self, value, cell):
        assert (escape_cell(value), unescape_cell(cell)) == (cell, value)

    @pytest.mark.parametrize(
        "value", ["", "Ada", "a;b", "a - b", "one\ntwo", "a=b", "'t Hooft", "O'Neill", "1-2", "ada@example.org", "'"]
    )
    def test_any_other_value_is_unchanged(self, value):
        assert escape_cell(value) == value

    @pytest.mark.parametrize("value", ["'=1", "''=1", "'+49", "' =1", "'"])
    def test_a_value_with_an_apostrophe_of_its_own_survives(self, value):
        assert unescape_cell(escape_cell(value)) == value


class TestFile:
    @settings(max_examples=examples(200), deadline=None)
    @given(st.lists(st.lists(risky, min_size=2, max_size=2), max_size=5), st.lists(risky, min_size=2, max_size=2))
    def test_no_cell_runs_and_each_value_comes_back(self, rows, header):
        cells = read(csv_pieces(header, rows))

        assert not [cell for row in cells for cell in row if runs(cell)]
        assert [[unescape_cell(cell) for cell in row] for row in cells] == [header, *rows]

    @settings(max_examples=examples(200), deadline=None)
    @given(st.lists(st.lists(risky, min_size=2, max_size=2), max_size=3), st.sampled_from(";\t"))
    def test_no_cell_runs_in_a_spreadsheet_with_another_delimiter(self, rows, delimiter):
        cells = read(csv_pieces(["Name", "Note"], rows), delimiter)

        assert not [cell for row in cells for cell in row if runs(cell.lstrip("\t\r"), FORMULAS)]

    @settings(max_examples=examples(300), deadline=None)
    @given(st.data(), st.integers(0, 4))
    def test_many_rows_are_written_as_each_of_them_alone(self, data, width):
        cells = (
            st.sampled_from(["", "Ada", "12 a", "+49 (30) 1", "+49\n1", "a\n=1", 'say "hi"', "one\ntwo", "a,b"]) | risky
        )
        widths = st.sampled_from([width, width, width, width + 1])
        rows = data.draw(
            st.lists(widths.flatmap(lambda each: st.lists(cells, min_size=each, max_size=each)), min_size=1)
        )

        assert BYTE_ORDER_MARK + csv_rows(rows) == "".join(csv_pieces(rows[0], rows[1:]))

    def test_it_is_rfc_4180_with_a_byte_order_mark(self):
        assert "".join(csv_pieces(["Name", "Note"], [["Ada, Countess", 'a "b"\nc']])) == (
            '\ufeffName,Note\r\n"Ada, Countess","a ""b""\nc"\r\n'
        )


@settings(max_examples=examples(400))
@given(st.text(st.sampled_from("aZ09+-=@';,\t\r\n\x00 ().\u200b\u3164\uff1d\u00e9"), max_size=8))
def test_cells_that_are_told_at_a_glance_are_escaped_as_all_others(value):
    assert escape_cell(value) == _ESCAPED.sub(r"'\1", value)
