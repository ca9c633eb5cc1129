"""What the cells of a table look like."""

import pytest

from chalicelib.files.mapping.survey import Content, Survey, content_of
from chalicelib.files.mapping.written_dates import DateOrder
from chalicelib.files.records import LONGEST_SHOWN


def survey_of(*cells):
    """The survey of one column."""
    survey = Survey()
    for cell in cells:
        survey.add([cell])
    return survey


@pytest.mark.parametrize(
    ("content", "cells"),
    [
        (Content.EMAIL, ["a@example.org", "Ada <a@example.org>", "a@x.org, b@x.org", "mailto:a@example.org"]),
        (Content.PHONE, ["+49 170 1234567", "(212) 555-0100", "030/1234567", "491701234567", "555-0100 x12"]),
        (Content.PHONE, ["+1 212 555 0100 ::: +1 212 555 0101", '="00491701234567"']),
        (Content.DATE, ["1980-02-03", "3.2.1980", "3/2/80", "3 Feb 1980", "--02-03", "2024-03-12 09:14"]),
        (Content.LINK, ["https://example.org", "www.example.org/a", "http://example.org:80/?q=1"]),
        (Content.NAME, ["Ada Lovelace", "Lovelace, Ada", "Juan de la Vega", "O'Neill Zoë"]),
        (Content.TEXT, ["Ada", "42", "1980", "12345678", "1 Main St", "@handle", "a, b, c, d, e", "12:30", "3.14"]),
    ],
)
def test_a_cell_is_known_by_its_looks(content, cells):
    assert {cell: content_of(cell) for cell in cells} == dict.fromkeys(cells, content)


class TestColumns:
    def test_most_cells_decide(self):
        assert survey_of(*["a@example.org"] * 8, "none", "-").content(0) == (Content.EMAIL, 0.8)
        assert survey_of("a@example.org", "b", "c").content(0)[0] is Content.TEXT

    def test_empty_cells_say_nothing(self):
        assert survey_of("", " ", "a@example.org", "").content(0) == (Content.EMAIL, 1.0)
        assert survey_of("", " ").content(0) == (Content.EMPTY, 1.0)

    def test_a_column_that_no_row_reaches_is_empty(self):
        assert survey_of("a").content(7) == (Content.EMPTY, 1.0)

    def test_three_different_cells_are_samples(self):
        assert survey_of("a", "b", "a", "", "c" * 999, "d").samples(0) == ("a", "b", "c" * LONGEST_SHOWN)

    def test_rows_are_counted_by_their_width(self):
        survey = Survey()
        for cells in (["a"], ["a", "b"], ["a", "b"]):
            survey.add(cells)

        assert survey.widths == {1: 1, 2: 2}


class TestDates:
    def test_a_date_far_down_decides_the_order(self):
        survey = survey_of(*["03/04/1980"] * 5_000, "25/12/1980")

        assert survey.date_order(0) is DateOrder.DAY_FIRST

    def test_dates_that_fit_both_orders_leave_it_open(self):
        survey = survey_of("03/04/1980", "05/06/1980")

        assert survey.date_order(0) is None
        assert survey.is_order_open(0)
        assert not survey.is_order_mixed(0)

    def test_another_column_may_show_the_order(self):
        survey = Survey()
        survey.add(["03/04/1980", "12/25/2020"])

        assert survey.agreed_order() is DateOrder.MONTH_FIRST

    def test_columns_that_differ_show_none(self):
        survey = Survey()
        survey.add(["25/12/1980", "12/25/2020"])

        assert survey.agreed_order() is None
