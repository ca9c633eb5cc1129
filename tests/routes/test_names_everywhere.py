"""Names in every script, from the request that brings them to the list, the search and the download."""

import csv
import io

import pytest

from tests.routes.service import CRON_SECRET

CONTACTS = "/api/v1/contacts"
PEOPLE = [
    {"given": "健一", "family": "小林"},
    {"given": "서연", "family": "박"},
    {"given": "婉婷", "family": "陳"},
    {"given": "علی", "family": "کریمی"},
    {"given": "علی‌رضا", "family": "نوری"},
    {"given": "Samir", "phones": [{"raw": "+20 100 555 0199"}]},
]


@pytest.fixture
def book(service):
    service.post(f"{CONTACTS}/bulk", who="ann", body={"contacts": PEOPLE})
    service.post("/api/cron/process-imports", x_cron_secret=CRON_SECRET)
    return service


def names(book, query=""):
    return [each["display"] for each in book.get(f"{CONTACTS}{query}", who="ann").json["contacts"]]


def test_are_in_the_order_of_their_script(book):
    assert {"小林 健一", "박서연", "陳婉婷", "علی کریمی", "Samir"} <= set(names(book))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("كريمي", ["علی کریمی"]),
        ("علي", ["علی کریمی", "علی‌رضا نوری"]),
        ("علیرضا", ["علی‌رضا نوری"]),
        ("٥٥٥٠١٩٩", ["Samir"]),
        ("陈", ["陳婉婷"]),
        ("小林健一", ["小林 健一"]),
        ("박 서연", ["박서연"]),
    ],
)
def test_are_found_from_another_keyboard(book, text, found):
    assert sorted(names(book, f"?q={text}")) == sorted(found)


def test_follow_an_edit_into_the_card_and_the_table(book):
    [kenichi] = book.get(f"{CONTACTS}?q=健一", who="ann").json["contacts"]
    book.ask("PATCH", f"{CONTACTS}/{kenichi['contact_id']}", who="ann", body={"given": "健二"})

    card = book.get(f"{CONTACTS}/export?format=vcard", who="ann").text
    table = csv.DictReader(io.StringIO(book.get(f"{CONTACTS}/export", who="ann").text.removeprefix("\ufeff")))

    assert "FN:小林 健二" in card
    assert "小林 健二" in [row["Name"] for row in table]
    assert "小林 健二" in names(book, "?sort=family")
