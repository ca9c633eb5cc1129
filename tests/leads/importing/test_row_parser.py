"""What the cells of a row say about a person, by the rules of every profile."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.leads.channels.channels import Channels
from chalicelib.leads.importing.columns import find_columns
from chalicelib.leads.importing.final_lines import Line
from chalicelib.leads.importing.judging import Row
from chalicelib.leads.importing.row_parser import RowParser
from chalicelib.leads.lead import MOST_IDENTITIES, Profile
from chalicelib.leads.profile_input import InvalidProfile, checked_profile
from tests.leads.making import KEYS

CHANNELS = Channels({}, "US")
CELLS = st.text(st.sampled_from("aZ9 \t\n\u00a0\u00e9\u0301\u200b\x00;,"), max_size=8) | st.text(max_size=60)
NUMBER = "+4917012345678"


def parser(*headers: str, **more: object) -> RowParser:
    columns = find_columns(headers, channels=CHANNELS.names, channel="whatsapp")
    return RowParser("acme", columns, CHANNELS, KEYS, "whatsapp", **more)  # type: ignore[arg-type]


@given(cells=st.lists(CELLS, min_size=4, max_size=4))
def test_a_profile_is_as_every_other_way_in_makes_it(cells):
    parse, (name, email, city, tags) = parser("WhatsApp", "Name", "E-mail", "City", "Tags", tags=("spring",)), cells
    words = tags.replace(";", ",").split(",")

    read = parse(7, [NUMBER, *cells])

    expected = profile_of(name, email, city, ("spring", *words))
    assert (read.profile if isinstance(read, Row) else read) == expected


def profile_of(name: str, email: str, city: str, tags: Sequence[str]) -> Profile | Line:
    """The profile as requests make it, or why they refuse it."""
    try:
        return checked_profile(name, email, "", {"City": city}, tags)
    except InvalidProfile as invalid:
        return Line(7, "failed", (), invalid.code, invalid.field)


def test_a_name_may_be_in_two_columns():
    read = parser("WhatsApp", "First Name", "Last Name")(2, [NUMBER, " Ann ", "Lee"])

    assert isinstance(read, Row)
    assert read.profile.name == "Ann Lee"


def test_a_short_row_lacks_its_last_cells_and_a_long_one_has_no_column_for_them():
    parse = parser("WhatsApp", "Name", "City")

    short, long = parse(2, [NUMBER]), parse(3, [NUMBER, "Ann", "Lima", "more"])

    assert isinstance(short, Row)
    assert isinstance(long, Row)
    assert (short.profile.custom, long.profile.custom) == ({}, {"City": "Lima"})


@pytest.mark.parametrize("length", [200, 201])
def test_a_value_that_is_too_long_names_its_column(length):
    read = parser("WhatsApp", "Contact name")(2, [NUMBER, "x" * length])

    assert isinstance(read, Row) if length == 200 else read == Line(2, "failed", (), "too_long", "Contact name")


def test_a_value_of_a_custom_field_that_is_too_long_names_its_column():
    read = parser("WhatsApp", "City")(2, [NUMBER, "x" * 1_001])

    assert read == Line(2, "failed", (), "too_long", "City")


def test_the_channel_may_be_in_a_column():
    parse = parser("channel", "channelIdentifier")

    telegram, default = parse(2, ["Telegram", "12345"]), parse(3, ["", NUMBER])

    assert isinstance(telegram, Row)
    assert isinstance(default, Row)
    assert [row.identities[0].channel for row in (telegram, default)] == ["telegram", "whatsapp"]


@pytest.mark.parametrize(("count", "is_row"), [(MOST_IDENTITIES, True), (MOST_IDENTITIES + 1, False)])
def test_a_row_has_as_many_identities_as_a_lead_may_have(count, is_row):
    headers = [f"Telegram {number}" for number in range(count)]
    columns = find_columns(
        headers, channels=CHANNELS.names, channel="telegram", mapping=dict.fromkeys(headers, "identity:telegram")
    )

    read = RowParser("acme", columns, CHANNELS, KEYS, "telegram")(2, [str(10_000 + number) for number in range(count)])

    assert isinstance(read, Row) == is_row
    assert is_row or read.reason == "too_many"
