"""Filters are exact: however a value is written, they find the contacts that have it, and no others."""

import pytest

from chalicelib.address_book.contact_filter import ContactFilter, email_of, numbers_of
from chalicelib.contacts.sort_order import Order
from chalicelib.contacts.source import file_source
from chalicelib.foundation.clock import milliseconds
from chalicelib.foundation.errors import InvalidInput
from tests.address_book.room import ANN, Room, names_of, person
from tests.address_book.test_list_contacts import names_on_all_pages

LINES = {"email": "Info@Bücher.example", "phone": "+49 170 1234567", "groups": ["Friends", "Fans"]}
HOURS = 3_600_000


@pytest.fixture(scope="module")
def book() -> Room:
    """Ada and Bob of Google, Eve and Bo of a file; Ada and Bo share an address, and an hour lies between the two."""
    room = Room()
    room.import_contacts(
        person("Ada", **LINES),
        person("Bob", email="bob@x.org", phone="110", groups=["friends"]),
    )
    room.clock.advance(seconds=3600)
    room.import_contacts(
        person("Eve", email="eve@x.org", phone="030 1234567 ext. 12"),
        person("Bo", email="info@bücher.example", phone="0049 30 12345678"),
        source=file_source("f1").with_tag("iris"),
    )
    return room


def found(book: Room, **wanted: object) -> list[str]:
    return book.names(wanted=ContactFilter(**wanted))


class TestEmail:
    @pytest.mark.parametrize(
        "text",
        ["info@bücher.example", " INFO@BÜCHER.EXAMPLE ", "mailto:info@xn--bcher-kva.example", "info@bücher.example."],
    )
    def test_is_found_in_any_spelling(self, book, text):
        assert found(book, email=email_of(text)) == ["Ada", "Bo"]

    @pytest.mark.parametrize("text", ["nfo@bücher.example", "ob@x.org", "bob@x.organic"])
    def test_is_not_found_by_a_part(self, book, text):
        assert found(book, email=email_of(text)) == []

    @pytest.mark.parametrize("text", ["bob", "@x.org", "bob@x.org, eve@x.org", "1"])
    def test_must_be_a_whole_address(self, text):
        with pytest.raises(InvalidInput) as refused:
            email_of(text)

        assert refused.value.members == {"field": "email"}


class TestPhone:
    @pytest.mark.parametrize(
        ("text", "names"),
        [
            ("+491701234567", ["Ada"]),
            ("0170 1234567", ["Ada"]),
            ("(0170) 123-45 67", ["Ada"]),
            ("tel:+49-170-1234567", ["Ada"]),
            ("00491701234567", ["Ada"]),
            ("030 12345678", ["Bo"]),
            ("110", ["Bob"]),
            ("11", []),
            ("+49 30 1234567", []),  # of a number with an extension, and the beginning of another one
            ("030 1234567 ext 12", ["Eve"]),
        ],
    )
    def test_is_found_in_any_form_and_not_by_a_part(self, book, text, names):
        assert found(book, numbers=numbers_of(text, "DE")) == names

    @pytest.mark.parametrize("text", ["", "Ada", "+", "()"])
    def test_must_have_digits(self, text):
        with pytest.raises(InvalidInput) as refused:
            numbers_of(text, "DE")

        assert refused.value.members == {"field": "phone"}


@pytest.mark.parametrize(
    ("wanted", "names"),
    [
        ({}, ["Ada", "Bo", "Bob", "Eve"]),
        ({"source": "google:g1"}, ["Ada", "Bob"]),
        ({"source": "file:f1"}, ["Bo", "Eve"]),
        ({"source": "google"}, []),
        ({"connection": "g1"}, ["Ada", "Bob"]),
        ({"connection": "f1"}, []),  # a file is not a connection
        ({"tag": "iris"}, ["Bo", "Eve"]),
        ({"group": "Friends"}, ["Ada"]),
        ({"group": "friends"}, ["Bob"]),
        ({"group": "Friend"}, []),
        ({"has_duplicates": True}, ["Ada", "Bo"]),
        ({"has_duplicates": False}, ["Bob", "Eve"]),
        ({"members": ()}, []),
        ({"has_duplicates": True, "tag": "iris"}, ["Bo"]),
        ({"email": "bob@x.org", "source": "file:f1"}, []),
    ],
)
def test_each_filter_finds_its_contacts_and_together_they_exclude_more(book, wanted, names):
    assert found(book, **wanted) == names


def test_a_collection_lists_those_of_its_contacts_that_are_in_the_book(book):
    assert found(book, members={book.id_of("Bob"), "of-another-book"}) == ["Bob"]


@pytest.mark.parametrize(("after", "names"), [(0, ["Bo", "Eve"]), (1, []), (-1 * HOURS, ["Ada", "Bo", "Bob", "Eve"])])
def test_changed_since_includes_the_instant(book, after, names):
    assert found(book, changed_since=milliseconds(book.clock.now()) + after) == names


class TestWhileTheBookChanges:
    @pytest.fixture
    def room(self):
        room = Room()
        room.import_contacts(*(person(f"P{number}", email="all@x.org", groups=["G"]) for number in range(6)))
        return room

    @pytest.mark.parametrize("limit", [1, 4])
    def test_pages_sorted_by_change_have_everybody_once_with_the_latest_first(self, room, limit):
        for name in ("P3", "P1"):
            room.clock.advance(seconds=60)
            room.edit(ANN, room.id_of(name), {"title": "Boss"})

        names = names_on_all_pages(room, limit=limit, order=Order.CHANGED)

        assert names[:2] == ["P1", "P3"]
        assert sorted(names) == ["P0", "P1", "P2", "P3", "P4", "P5"]

    def test_a_contact_that_no_longer_fits_is_left_out_by_an_older_index(self, room):
        wanted = ContactFilter(group="G")
        assert len(room.list(ANN, wanted=wanted).contacts) == 6
        importing = room.start_import()
        importing.read(person("P0", email="all@x.org", groups=["H"]))

        assert "P0" not in names_of(room.list(ANN, wanted=wanted).contacts)

    def test_a_filtered_walk_loses_nobody_who_stays(self, room):
        removals = iter(["P0", "P1"])

        def between():
            if (name := next(removals, None)) is not None:
                room.delete(ANN, room.id_of(name))

        names = names_on_all_pages(room, limit=2, between=between, wanted=ContactFilter(email="all@x.org"))

        assert names == ["P0", "P1", "P2", "P3", "P4", "P5"]
