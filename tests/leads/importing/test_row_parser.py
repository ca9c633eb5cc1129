"""What the cells of a row say about a person, by the rules of every profile."""

from collections.abc import Mapping, Sequence

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


def parser(*headers: str, mapping: Mapping[str, str] | None = None, **more: object) -> RowParser:
    columns = find_columns(headers, channels=CHANNELS.names, channel="whatsapp", mapping=mapping)
    return RowParser("acme", columns, CHANNELS, KEYS, "whatsapp", **more)  # type: ignore[arg-type]


def forms(read: Row | Line) -> list[tuple[str, str, str]]:
    """The channels, scopes and normal forms of the identities of a row."""
    assert isinstance(read, Row), read
    return [(each.channel, each.scope, each.form) for each in read.identities]


def failed(read: Row | Line) -> tuple[str, str]:
    """Why a row failed, and where."""
    assert isinstance(read, Line), read
    return read.reason, read.detail


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


class TestSeveralIdentifiersInACell:
    @pytest.mark.parametrize(
        "cell",
        [
            "+4917012345678; +4917012345679",
            "+4917012345678,+4917012345679",
            "+4917012345678 / +4917012345679",
            "+49 170 12345678\n+49 170 12345679",
            "+49 170 12345678 +49 170 12345679",
            "+4917012345678;+4917012345679;",
            "+4917012345678 | +4917012345679",
            "+4917012345678；+4917012345679",
        ],
    )
    def test_each_number_is_an_identity(self, cell):
        read = parser("WhatsApp", "Name")(2, [cell, "Ann"])

        assert forms(read) == [("whatsapp", "*", "+4917012345678"), ("whatsapp", "*", "+4917012345679")]

    @pytest.mark.parametrize("cell", ["a@x.org; b@x.org", "a@x.org,b@x.org", "a@x.org / b@x.org", "a@x.org b@x.org"])
    def test_each_address_is_an_identity(self, cell):
        parse = parser("Mail", mapping={"Mail": "identity:email"})

        assert forms(parse(2, [cell])) == [("email", "*", "a@x.org"), ("email", "*", "b@x.org")]

    @pytest.mark.parametrize(
        ("channel", "region", "cell", "form"),
        [
            ("whatsapp", "DE", "030/1234567", "+49301234567"),
            ("whatsapp", "DE", "4,917,012,345,678", "+4917012345678"),
            ("email", None, "sales/north@x.org", "sales/north@x.org"),
            ("telegram", None, "123456,00", "123456"),
        ],
    )
    def test_what_one_value_may_contain_does_not_part_it(self, channel, region, cell, form):
        parse = parser("A", mapping={"A": f"identity:{channel}"}, region=region)

        assert [each[2] for each in forms(parse(2, [cell]))] == [form]

    @pytest.mark.parametrize(
        ("channel", "cell", "reason", "detail"),
        [
            ("whatsapp", "+4917012345678; +49170", "no_phone", "A: +49170"),
            ("email", "a@x.org; b(at)x.org", "no_address", "A: b(at)x.org"),
            ("whatsapp", "+16502530000 / 0001", "no_phone", "A"),
            ("telegram", "123,456,789", "no_id", "A"),
            ("telegram", "123456,78", "no_id", "A"),
            ("email", "a at x; b at x", "no_address", "A"),
        ],
    )
    def test_what_cannot_be_read_is_named(self, channel, cell, reason, detail):
        assert failed(parser("A", mapping={"A": f"identity:{channel}"})(2, [cell])) == (reason, detail)

    def test_the_profile_has_the_first_of_them(self):
        read = parser("Phone")(2, ["+4917012345678; +4917012345679; +4917012345670; +4917012345671"])

        assert isinstance(read, Row)
        assert (read.profile.phone, len(read.keys)) == ("+4917012345678", 4)

    def test_a_value_that_is_there_twice_is_one_identity(self):
        assert len(forms(parser("WhatsApp")(2, [f"{NUMBER}; {NUMBER}"]))) == 1

    def test_in_a_file_without_such_cells_at_its_beginning_the_row_fails_and_says_why(self):
        parse = parser("WhatsApp", may_split=False)

        assert failed(parse(2, [f"{NUMBER}; +4917012345679"])) == ("several_values", "WhatsApp")
        assert failed(parse(3, ["home; office"])) == ("sender_name", "WhatsApp")

    def test_an_erasure_finds_each_of_them_whatever_else_the_cell_has(self):
        parse = parser("WhatsApp")

        assert parse.keys_in([f"{NUMBER}; +49170"]) == parse.keys_in([NUMBER])


class TestScopes:
    def test_a_column_says_what_the_identity_is_unique_in(self):
        parse = parser("PSID", "IGSID", "Page ID", "Scope", scope="default")

        read = parse(2, ["1234567", "1234568", "42", "43"])

        assert forms(read) == [("messenger", "42", "1234567"), ("instagram", "43", "1234568")]
        assert forms(parse(3, ["1234567", "", "", ""])) == [("messenger", "default", "1234567")]

    def test_the_scope_of_a_column_in_the_mapping_goes_before_it(self):
        parse = parser("A", "B", mapping={"A": "identity:messenger:41", "B": "scope"})

        assert forms(parse(2, ["1234567", "42"])) == [("messenger", "41", "1234567")]

    @pytest.mark.parametrize(("scope", "scopes"), [("42", ["42", "42"]), ("42; 43", ["42", "43"])])
    def test_several_identifiers_have_one_scope_or_one_each(self, scope, scopes):
        read = parser("PSID", "Page ID")(2, ["1234567; 1234568", scope])

        assert [each[1] for each in forms(read)] == scopes

    @pytest.mark.parametrize(
        ("cells", "reason", "detail"),
        [
            (["1234567", ""], "scope_missing", "Page ID"),
            (["1234567", "page 42"], "invalid_scope", "Page ID"),
            (["1234567; 1234568; 1234569", "42; 43"], "scopes_differ", "Page ID"),
            (["ann", "42"], "username", "PSID"),
        ],
    )
    def test_what_is_wrong_names_its_column(self, cells, reason, detail):
        assert failed(parser("PSID", "Page ID")(2, cells)) == (reason, detail)

    def test_a_channel_that_there_is_not_names_the_column_of_channels(self):
        parse = parser("Channel", "Id", mapping={"Channel": "channel", "Id": "identity"})

        assert failed(parse(2, ["fax", NUMBER])) == ("unknown_channel", "Channel")


class TestCustomFieldsInOneColumn:
    def test_are_a_json_object(self):
        parse = parser(
            "WhatsApp", "City", "More", mapping={"WhatsApp": "identity", "City": "custom:City", "More": "custom"}
        )

        read = parse(2, [NUMBER, "Lima", '{"Plan": " gold ", "City": "Cusco"}'])

        assert isinstance(read, Row)
        assert read.profile.custom == {"City": "Cusco", "Plan": "gold"}

    @pytest.mark.parametrize("cell", ["gold", "[]", '{"Plan": 1}', '{"Plan"'])
    def test_and_nothing_else(self, cell):
        parse = parser("WhatsApp", "More", mapping={"WhatsApp": "identity", "More": "custom"})

        assert failed(parse(2, [NUMBER, cell])) == ("not_an_object", "More")

    def test_a_value_that_is_too_long_names_the_column(self):
        parse = parser("WhatsApp", "More", mapping={"WhatsApp": "identity", "More": "custom"})

        assert failed(parse(2, [NUMBER, '{"Plan": "' + "x" * 1_001 + '"}'])) == ("too_long", "More")
