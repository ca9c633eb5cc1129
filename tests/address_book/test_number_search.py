"""A phone number is found by a part of it, however it is written."""

import pytest

from chalicelib.address_book.search import Search

CAIRO = {"raw": "+20 100 555 0199"}
BERLIN = {"raw": "030 5550 123", "e164": "+49305550123"}
UNKNOWN = {"raw": "06 39 98 12 34"}  # of an unknown country
MOSCOW = {"raw": "+7 495 555-01-23", "e164": "+74955550123"}
MEXICAN = {"raw": "55 1234 5678", "e164": "+5215512345678"}  # of before 2019
PERSIAN = {"raw": "۰۲۱ ۵۵۵۰ ۱۲۳۴"}


@pytest.mark.parametrize(
    ("phone", "text"),
    [
        (CAIRO, "٥٥٥٠١٩٩"),
        (CAIRO, "0100 555"),
        (CAIRO, "0020100555"),
        (BERLIN, "+49 30 5550123"),
        (BERLIN, "+49 (0)30 5550123"),
        (BERLIN, "0049 30 5550123"),
        (BERLIN, "030-5550123"),
        (BERLIN, "5550123"),
        (BERLIN, "０３０"),
        (UNKNOWN, "0639981234"),
        (UNKNOWN, "639981234"),
        (UNKNOWN, "+33 6 39 98 12 34"),
        (MOSCOW, "8 495 555 01 23"),
        (PERSIAN, "02155501234"),
        (PERSIAN, "021 5550"),
        (MEXICAN, "+52 55 1234 5678"),
        (MEXICAN, "+52 1 55 1234 5678"),
        ({**MEXICAN, "e164": "+525512345678"}, "+52 1 55 1234 5678"),
    ],
)
def test_is_found(phone, text):
    assert Search(text).matches({"display": "Somebody", "phones": [phone]})


@pytest.mark.parametrize(
    ("phone", "text"),
    [
        (BERLIN, "+33 30 5550123"),
        (BERLIN, "005"),
        (UNKNOWN, "+33 6 39 98 12 35"),
        (CAIRO, "99 x 0199"),
        (MOSCOW, "8 496 555 01 23"),
    ],
)
def test_is_not_found(phone, text):
    assert not Search(text).matches({"display": "Somebody", "phones": [phone]})
