"""Parsing dates in all their spellings."""

import pytest

from chalicelib.contacts.dates import is_day, may_be_day


@pytest.mark.parametrize(
    "text",
    [
        *("2009-02-30", "2009-2-30", "1900-02-29", "--02-30", "--13-01", "2009-00-10", " 2009-02-30 "),
        *("2009-02-30T00:00:00Z", "2009-02-30 12:00", "2009/02/30", "2009.02.30", "20090230", "--0230"),
        *("30.02.2009", "31.4.", "29. 2. 2009"),
    ],
)
def test_what_is_written_as_a_day_and_is_none_is_seen(text):
    assert not may_be_day(text)


@pytest.mark.parametrize(
    "text",
    [
        *("2009-02-28", "2000-02-29", "--02-29", "2009-02-28T23:59:00+01:00", "2009/12/31", "20091231", "--1231"),
        *("31.12.2009", "12.31.2009", "1.5.", "next spring", "99999999", "10.0.0.1", "2009", "v1.2"),
    ],
)
def test_every_other_text_may_be_one(text):
    assert may_be_day(text)


@pytest.mark.parametrize(("year", "is_one"), [(1601, False), (1699, False), (1700, True), (2199, True), (2200, False)])
def test_a_year_that_stands_for_no_date_makes_no_day(year, is_one):
    assert [is_day(year, 1, 1), is_day(year)] == [is_one, is_one]
