"""Dates of cards: whole ones, and those without a year or a day."""

import pytest

from chalicelib.files.partial_dates import PartialDate, parse_date


@pytest.mark.parametrize(
    ("written", "date", "text"),
    [
        ("2009-06-20", (2009, 6, 20), "2009-06-20"),
        ("20090620", (2009, 6, 20), "2009-06-20"),
        ("2009-6-2", (2009, 6, 2), "2009-06-02"),
        ("0051-06-20", (51, 6, 20), "0051-06-20"),
        (" 2009-06-20 ", (2009, 6, 20), "2009-06-20"),
        ("2009-06-20T10:00:00+02:00", (2009, 6, 20), "2009-06-20"),
        ("20090620T100000Z", (2009, 6, 20), "2009-06-20"),
        ("--0620", (0, 6, 20), "--06-20"),
        ("--06-20", (0, 6, 20), "--06-20"),
        ("--6-2", (0, 6, 2), "--06-02"),
        ("--0229", (0, 2, 29), "--02-29"),
        ("2009", (2009, 0, 0), "2009"),
        ("2009-06", (2009, 6, 0), "2009-06"),
        ("2009--20", (2009, 0, 20), "2009--20"),
        ("--06", (0, 6, 0), "--06"),
        ("---20", (0, 0, 20), "---20"),
        ("20.6.2009", (2009, 6, 20), "2009-06-20"),
        ("2009/06/20", (2009, 6, 20), "2009-06-20"),
        ("20 June 2009", (2009, 6, 20), "2009-06-20"),
        ("1604-06-20", (0, 6, 20), "--06-20"),
        ("20 June 1604", (0, 6, 20), "--06-20"),
        ("", (0, 0, 0), ""),
        ("0000-00-00", (0, 0, 0), ""),
    ],
)
def test_a_date_has_the_parts_that_are_known(written, date, text):
    found = parse_date(written, (1604,))

    assert found == PartialDate(*date)
    assert found.text == text
    assert found.birthday == {part: number for part, number in found._asdict().items() if number}


@pytest.mark.parametrize(
    "text",
    [
        "2009-02-30",
        "20090230",
        "--0230",
        "--1320",
        "---32",
        "2009-13",
        "2009-W25-6",
        "2009W256",
        "6/7/2009",
        "soon",
        "2009-06-20" * 20,
    ],
)
def test_a_text_that_is_no_date_has_none(text):
    assert parse_date(text) is None
