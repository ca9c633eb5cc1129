"""Which columns of a file are identities, and which are what an organization knows about people."""

import csv
from pathlib import Path

import pytest

from chalicelib.foundation.channel_setting import ChannelSetting
from chalicelib.leads.channels.channels import Channels
from chalicelib.leads.exporting.export_job import ExportFormat
from chalicelib.leads.exporting.export_lines import LeadLines
from chalicelib.leads.importing.columns import (
    IdentityColumn,
    InvalidColumns,
    check_fields,
    find_columns,
    find_delimiter,
    recognize_columns,
)
from chalicelib.leads.own_files import RESULT_COLUMNS
from tests import files

CHANNELS = ("whatsapp", "sms", "email", "instagram", "messenger", "telegram", "loyalty")


# The headers that programs write, by program and language.
WRITTEN = {
    line.partition(": ")[0]: next(csv.reader([line.partition(": ")[2].strip()]))
    for line in Path(files.__file__).with_name("written_headers.txt").read_text("utf-8").splitlines()
    if line and not line.startswith("#")
}


def columns_of(*headers, mapping=None, channel="whatsapp"):
    return find_columns(headers, channels=CHANNELS, channel=channel, mapping=mapping)


class TestRecognized:
    def test_a_phone_column_is_identity_and_profile(self):
        columns = columns_of("Name", "Phone", "E-mail", "City")

        assert columns.identities == (IdentityColumn(1, "whatsapp"),)
        assert columns.fields == {"name": 0, "phone": 1, "email": 2}
        assert columns.custom == (("City", 3),)

    def test_headers_are_known_in_several_languages(self):
        columns = columns_of("Nombres", "Apellidos", "Correo electrónico", "Teléfono")

        assert columns.fields == {"first_name": 0, "last_name": 1, "email": 2, "phone": 3}

    @pytest.mark.parametrize(
        ("headers", "fields"),
        [
            (("Prénom", "Nom"), ["first_name", "last_name"]),
            (("Name", "Vorname"), ["last_name", "first_name"]),
            (("Nombre", "Apellidos"), ["first_name", "last_name"]),
            (("Nome", "Sobrenome"), ["first_name", "last_name"]),
            (("Name", "First name", "Last name"), ["name", "first_name", "last_name"]),
            (("Name", "City"), ["name", "custom:City"]),
        ],
    )
    def test_a_name_beside_one_part_of_it_is_the_other_part(self, headers, fields):
        assert columns_of(*headers, "Phone").fields_in_order()[:-1] == fields

    @pytest.mark.parametrize(
        ("header", "field"),
        [
            ("Etiquetas", "tags"),
            ("Schlagwörter", "tags"),
            ("Mots-clés", "tags"),
            ("标签", "tags"),
            ("Kanal", "channel"),
            ("Canal", "channel"),
            ("channelIdentifier", "identity"),
        ],
    )
    def test_columns_that_leads_alone_have_are_known_in_several_languages(self, header, field):
        assert columns_of("WhatsApp", header).fields_in_order() == ["identity:whatsapp", field]

    def test_numbers_for_sms_are_profile_and_identify_where_nothing_else_does(self):
        assert columns_of("SMS", channel="sms").fields_in_order() == ["phone+identity:sms"]
        assert columns_of("WHATSAPP", "SMS", "EMAIL").fields_in_order() == ["identity:whatsapp", "phone", "email"]
        assert columns_of("Mobile", "SMS").fields_in_order() == ["phone+identity:whatsapp", "custom:SMS"]

    def test_a_custom_field_with_a_name_that_is_too_long_is_refused_before_any_row(self):
        headers = ("WhatsApp", "x" * 65)

        with pytest.raises(InvalidColumns) as refused:
            columns_of(*headers)

        assert refused.value.code == "name_too_long"
        assert columns_of(*headers, mapping={"WhatsApp": "identity:whatsapp"}).custom == ()

    @pytest.mark.parametrize(
        ("header", "field"),
        [
            ("Fax", "custom:Fax"),
            ("Home Fax", "custom:Home Fax"),
            ("Pager", "custom:Pager"),
            ("Assistant's Phone", "custom:Assistant's Phone"),
            ("Company Main Phone", "custom:Company Main Phone"),
            ("Business Phone", "phone+identity:whatsapp"),
            ("Other Phone", "phone+identity:whatsapp"),
        ],
    )
    def test_a_number_by_which_nobody_can_be_reached_directly_is_neither_phone_nor_identity(self, header, field):
        assert recognize_columns((header,), channels=CHANNELS, channel="whatsapp").fields_in_order() == [field]

    @pytest.mark.parametrize(
        "first",
        [
            RESULT_COLUMNS,
            ("row", "lead_id", "reason", "detail", "duplicate_of_row"),
            ("row", "lead_id", "reason", "message", "detail", "duplicate_of_row"),
        ],
    )
    def test_a_result_file_that_was_mended_has_the_columns_of_the_first_file(self, first):
        columns = columns_of(*first, "Name", "Phone")

        assert columns.fields_in_order() == [*["ignore"] * len(first), "name", "phone+identity:whatsapp"]
        assert columns.custom == ()

    def test_of_an_export_the_profile_and_the_identities_are_imported(self):
        channels = Channels({"loyalty": ChannelSetting()}, "US")
        headers = LeadLines(ExportFormat.CSV, channels).header().decode("utf-8-sig").strip().split(",")

        columns = columns_of(*headers)

        assert [each.channel for each in columns.identities] == list(CHANNELS)
        assert {field: headers[index] for field, index in columns.fields.items()} == {
            "name": "name",
            "email": "email",
            "phone": "phone",
            "tags": "tags",
            "scope:whatsapp": "scope whatsapp",
            "scope:instagram": "scope instagram",
            "scope:messenger": "scope messenger",
            "custom": "custom",
        }
        assert columns.custom == ()

    def test_a_result_file_of_the_import_of_an_export_is_recognized_as_one_too(self):
        columns = columns_of(*RESULT_COLUMNS, "leadId", "name", "email", "phone", "tags", "identity telegram", "custom")

        assert columns.identities == (IdentityColumn(len(RESULT_COLUMNS) + 5, "telegram"),)
        assert columns.fields["custom"] == len(RESULT_COLUMNS) + 6

    def test_of_several_phones_the_mobile_number_identifies(self):
        columns = columns_of("Phone", "Celular", "Name")

        assert columns.identities == (IdentityColumn(1, "whatsapp"),)
        assert columns.fields == {"phone": 0, "name": 2}
        assert columns.custom == (("Celular", 1),)

    def test_columns_named_as_a_channel_are_identities(self):
        columns = columns_of("Telegram ID", "WhatsApp-Nummer", "IGSID", "Loyalty", "Phone", "Telegram")

        assert [each.channel for each in columns.identities] == ["telegram", "whatsapp", "instagram", "loyalty"]
        assert columns.fields == {"phone": 4}
        assert columns.custom == (("Telegram", 5),)  # user names, which can change

    def test_a_channel_may_be_named_in_each_row(self):
        columns = columns_of("channel", "channelIdentifier", "name")

        assert columns.identities == (IdentityColumn(1, ""),)
        assert columns.fields == {"channel": 0, "name": 2}

    def test_an_import_of_addresses_identifies_by_them(self):
        assert columns_of("Email", "Phone", channel="email").identities == (IdentityColumn(0, "email"),)

    def test_two_custom_columns_of_one_name_are_told_apart(self):
        assert columns_of("Phone", "Note", "Note").custom == (("Note", 1), ("Note 2", 2))

    def test_their_mapping_gives_the_same_columns(self):
        headers = ("Phone", "Celular", "Name", "Note", "Note", "")
        columns = columns_of(*headers)

        mapping = columns.json()

        assert mapping == {
            "Phone": "phone",
            "Celular": "custom:Celular+identity:whatsapp",
            "Name": "name",
            "#4": "custom:Note",
            "#5": "custom:Note 2",
            "#6": "ignore",
        }
        assert columns_of(*headers, mapping=mapping) == columns

    @pytest.mark.parametrize(
        ("headers", "code"),
        [
            ((), "no_headers"),
            (("", " "), "no_headers"),
            (("Name", "City"), "no_identity"),
            (["x"] * 201, "too_many_columns"),
        ],
    )
    def test_a_file_that_cannot_be_imported_is_refused(self, headers, code):
        with pytest.raises(InvalidColumns) as refused:
            columns_of(*headers)
        assert refused.value.code == code


class TestScopes:
    @pytest.mark.parametrize(
        ("headers", "fields"),
        [
            (("PSID", "Page ID"), ["identity:messenger", "scope:messenger"]),
            (("Messenger ID", "Facebook-Seiten-ID"), ["identity:messenger", "scope:messenger"]),
            (("IGSID", "Instagram business account"), ["identity:instagram", "scope:instagram"]),
            (("BSUID", "Business portfolio ID"), ["identity:whatsapp", "scope:whatsapp"]),
            (("Loyalty", "Loyalty scope"), ["identity:loyalty", "scope:loyalty"]),
            (("PSID", "Scope"), ["identity:messenger", "scope"]),
            (("Channel", "Identifier", "Scope"), ["channel", "identity", "scope"]),
            (
                ("PSID", "IGSID", "Scope of Messenger", "Instagram scope"),
                ["identity:messenger", "identity:instagram", "scope:messenger", "scope:instagram"],
            ),
        ],
    )
    def test_a_column_may_say_what_the_identities_are_unique_in(self, headers, fields):
        columns = columns_of(*headers)

        assert columns.fields_in_order() == fields
        assert columns_of(*headers, mapping=columns.json()) == columns

    @pytest.mark.parametrize("header", ["Scope", "Page ID", "Telegram scope", "Instagram scope"])
    def test_what_no_identity_of_the_file_is_unique_in_is_a_custom_field(self, header):
        assert columns_of("WhatsApp", "Telegram ID", header).custom == ((header, 2),)

    def test_a_mapping_names_the_scope_of_all_identities_or_those_of_one_channel(self):
        mapping = {"A": "identity:messenger", "B": "scope", "C": "scope:messenger"}

        assert columns_of("A", "B", "C", mapping=mapping).fields == {"scope": 1, "scope:messenger": 2}

    @pytest.mark.parametrize(
        ("field", "code"), [("scope:fax", "unknown_channel"), ("scope", "field_twice"), ("scopes", "unknown_field")]
    )
    def test_a_mapping_names_one_scope_of_a_known_channel(self, field, code):
        with pytest.raises(InvalidColumns) as refused:
            columns_of("A", "B", "C", mapping={"A": "identity", "B": "scope", "C": field})
        assert refused.value.code == code


class TestFilesOfPrograms:
    @pytest.mark.parametrize("written", sorted(WRITTEN))
    def test_the_names_the_address_and_the_mobile_number_are_recognized(self, written):
        columns = columns_of(*WRITTEN[written], channel="email" if written.startswith("linkedin") else "whatsapp")

        headers = {field: WRITTEN[written][index] for field, index in columns.fields.items()}
        identity = WRITTEN[written][columns.identities[0].column]
        assert {"name", "first_name", "last_name"} & {*headers}
        assert len(columns.identities) == 1
        assert any(word in identity.lower() for word in ("mobile", "portable", "phone", "mail"))
        assert not any(word in headers.get("phone", "").lower() for word in ("assistant", "fax", "pager"))

    def test_the_messenger_of_yahoo_is_none_of_facebook(self):
        assert "custom:Messenger ID" in columns_of(*WRITTEN["yahoo"]).fields_in_order()
        assert columns_of("Messenger ID").fields_in_order() == ["identity:messenger"]


class TestRowsWithManyFields:
    COLUMNS = columns_of("WhatsApp", *(f"Field {number}" for number in range(60)))

    def test_a_file_may_have_more_columns_than_a_lead_has_fields(self):
        check_fields(self.COLUMNS, [["+491700000001", *["x"] * 60], ["+491700000002", *["x"] * 50, "", " "]])
        check_fields(self.COLUMNS, [])

    def test_a_file_is_refused_if_each_row_has_more_values_than_a_lead_has_fields(self):
        with pytest.raises(InvalidColumns) as refused:
            check_fields(self.COLUMNS, [["+491700000001", *["x"] * 60], ["", *["x"] * 51]])

        assert (refused.value.code, "51" in str(refused.value)) == ("too_many_fields", True)


class TestMapped:
    def test_a_mapping_says_what_every_column_is(self):
        mapping = {"A": "identity:messenger:page1", "B": "identity", "C": "custom:Plan", "D": "phone", "E": "tags"}

        columns = columns_of("A", "B", "C", "D", "E", "Name", mapping=mapping)

        assert columns.identities == (IdentityColumn(0, "messenger", "page1"), IdentityColumn(1, ""))
        assert columns.fields == {"phone": 3, "tags": 4}
        assert columns.custom == (("Plan", 2),)
        assert columns.json() == {**mapping, "Name": "ignore"}

    def test_a_column_of_the_profile_may_be_an_identity_too(self):
        columns = columns_of("A", "B", "C", mapping={"A": "phone+identity:sms", "B": "email+identity", "C": "name"})

        assert columns.identities == (IdentityColumn(0, "sms"), IdentityColumn(1, ""))
        assert columns.fields == {"phone": 0, "email": 1, "name": 2}

    def test_columns_with_equal_headers_or_none_are_named_by_their_numbers(self):
        columns = columns_of("A", "Twice", "Twice", "", mapping={"A": "name", "#3": "phone", "#4": "identity"})

        assert columns.identities == (IdentityColumn(3, ""),)
        assert columns.fields == {"name": 0, "phone": 2}

    @pytest.mark.parametrize(
        ("mapping", "code"),
        [
            ({"Z": "identity"}, "unknown_header"),
            ({"A": "identity", "Twice": "name"}, "unknown_header"),
            ({"A": "identity", "#1": "name"}, "unknown_header"),
            ({"A": "identity:fax"}, "unknown_channel"),
            ({"A": "name+identity:sms"}, "unknown_field"),
            ({"A": "identity", "B": "nick"}, "unknown_field"),
            ({"A": "identity", "B": "custom:"}, "unknown_field"),
            ({"A": "name", "B": "name"}, "field_twice"),
            ({"A": "name"}, "no_identity"),
        ],
    )
    def test_a_mapping_that_does_not_fit_is_refused(self, mapping, code):
        with pytest.raises(InvalidColumns) as refused:
            columns_of("A", "B", "Twice", "Twice", mapping=mapping)
        assert refused.value.code == code


@pytest.mark.parametrize(
    ("line", "delimiter"),
    [
        ("name,phone", ","),
        ("name;phone,mobile;email", ";"),
        ("Name\tPhone\tNotes, more", "\t"),
        ("a|b", "|"),
        ("phone", ","),
    ],
)
def test_the_delimiter_is_found_in_the_header(line, delimiter):
    assert find_delimiter(line) == delimiter
