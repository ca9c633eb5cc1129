"""Dates as people and programs write them."""

import pytest

from chalicelib.files.mapping.written_dates import (
    NO_YEAR_OF_BIRTH,
    DateOrder,
    NotADate,
    OrderEvidence,
    read_date,
)

DAY, MONTH = DateOrder.DAY_FIRST, DateOrder.MONTH_FIRST
WHOLE = {"year": 1980, "month": 2, "day": 3}
YEARLESS = {"month": 12, "day": 25}


@pytest.mark.parametrize("order", [None, DAY, MONTH])
@pytest.mark.parametrize(
    ("text", "date"),
    [
        *((text, WHOLE) for text in ("1980-02-03", "1980-2-3", "19800203", "1980/2/3", "1980. 2. 3", "1980年2月3日")),
        *((text, WHOLE) for text in ("3.2.1980", "03.02.80", "3. 2. 1980", "1980년 2월 3일")),
        *((text, WHOLE) for text in ("1980-02-03 09:14", "1980-02-03T11:59:00Z", "1980-02-03T00:00:00.000+02:00")),
        *(
            (text, WHOLE)
            for text in ("3 Feb 1980", "Feb 3, 1980", "3. Februar 1980", "3 févr. 1980", "3 de febrero de 1980")
        ),
        *((text, WHOLE) for text in ("3 de fevereiro de 1980", "3 febbraio 1980", "3 februari 1980", "3 lutego 1980")),
        *((text, WHOLE) for text in ("February 3rd, 1980", "3 FEBRUARY 1980", "3-Feb-1980")),
        *(
            (text, YEARLESS)
            for text in ("--12-25", " --12-25", "--1225", "25.12.", "25 Dec", "December 25", "12月25日")
        ),
        ("1604-12-25", YEARLESS),
        ("1980", {"year": 1980}),
        *((text, {}) for text in ("", "  ", "0/0/00", "0/0/0000", "00.00.0000", "0000-00-00", "-")),
        *((text, {}) for text in ("1601-01-01", "4501-01-01", "0001-01-01")),
    ],
)
def test_what_needs_no_order_is_read(text, date, order):
    assert read_date(text, order) == date


@pytest.mark.parametrize("text", ["03/02/1980", "3/2/80", "3-2-1980", "3/2/1980 2:30 PM", "3/2/1980 00:00:00"])
def test_the_order_of_the_column_decides_which_number_is_the_day(text):
    assert read_date(text, DAY) == {"year": 1980, "month": 2, "day": 3}
    assert read_date(text, MONTH) == {"year": 1980, "month": 3, "day": 2}
    with pytest.raises(NotADate, match="ambiguous_date"):
        read_date(text, None)


@pytest.mark.parametrize(("text", "day"), [("25/12/1980", 25), ("12/25/1980", 25), ("12.25.1980", 25), ("5/5/1980", 5)])
def test_a_date_that_fits_one_order_alone_needs_none(text, day):
    assert read_date(text, None)["day"] == day


@pytest.mark.parametrize("text", ["12/25/1980", "31/02/1980"])
def test_a_date_against_the_order_is_not_turned_around(text):
    with pytest.raises(NotADate, match="not_a_day"):
        read_date(text, DAY)


@pytest.mark.parametrize("text", ["2021-13-01", "2021-02-30", "30 Feb 2021", "9999-01-01", "1500-01-01", "--02-30"])
def test_a_day_that_does_not_exist_is_said(text):
    with pytest.raises(NotADate, match="not_a_day"):
        read_date(text, DAY)


@pytest.mark.parametrize(
    "text",
    ["soon", "12", "1225", "1234567", "jui 3 1980", "1 2 3 4", "March", "1980-02", "+1 555 0100", "Mai, 3, 4"],
)
def test_other_texts_are_no_dates(text):
    with pytest.raises(NotADate, match="not_a_date"):
        read_date(text, None)


@pytest.mark.parametrize(("text", "year"), [("1/1/29", 2029), ("1/1/30", 1930), ("1.1.99", 1999), ("1.1.00", 2000)])
def test_two_digits_of_a_year_mean_1930_to_2029(text, year):
    assert read_date(text, DAY)["year"] == year


def test_nobody_alive_was_born_in_1900_so_that_year_is_none_in_a_birthday():
    assert read_date("1900-12-25", None, NO_YEAR_OF_BIRTH) == YEARLESS
    assert read_date("1900-12-25", None)["year"] == 1900


class TestOrderOfAColumn:
    @pytest.mark.parametrize(
        ("dates", "order", "is_open", "is_mixed"),
        [
            (["03/04/1980", "25/12/1980"], DAY, False, False),
            (["03/04/1980", "12/25/1980"], MONTH, False, False),
            (["03/04/1980", "05/06/1980"], None, True, False),
            (["25/12/1980", "12/25/1980"], None, True, True),
            (["1980-04-03", "3.4.1980", "3 Apr 1980", "5/5/1980", "0/0/00"], None, False, False),
            (["03/04/2020", "25/06/2019", "02/31/2019"], DAY, False, False),
            (["06/25/2019", "31/02/2019", "29/02/2019", "0/13/2019"], MONTH, False, False),
            (["03/04/2020", "31/02/2019"], None, True, False),
            (["45/46/1980", "0/5/1980"], None, False, False),
            ([], None, False, False),
        ],
    )
    def test_all_cells_decide(self, dates, order, is_open, is_mixed):
        evidence = OrderEvidence()

        for text in dates:
            evidence.add(text)

        assert (evidence.order, evidence.is_open, evidence.is_mixed) == (order, is_open, is_mixed)
