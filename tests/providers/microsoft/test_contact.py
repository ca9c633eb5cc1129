"""Converting a Microsoft contact, with the unusual values that Exchange stores."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.contacts.cleaning import clean_fields_and_digest
from chalicelib.contacts.source_record import SourceContact, Unreadable
from chalicelib.providers.microsoft.contact import FOLDER, PARTIAL, REREAD, SOURCE_FIELDS, is_incomplete, source_contact


def convert(**members) -> dict:
    """The fields of a converted contact, without the name that every contact needs."""
    contact = source_contact({"id": "AAMk=", "displayName": "A", **members})
    assert isinstance(contact, SourceContact)
    return {name: value for name, value in contact.fields.items() if (name, value) != ("display", "A")}


class TestMembers:
    def test_a_whole_contact(self):
        record = {
            "givenName": "Anna",
            "surname": "Müller",
            "nickName": "Annie",
            "companyName": "Example GmbH",
            "department": "R&D",
            "jobTitle": "Engineer",
            "personalNotes": "met in\r\nRome",
            "categories": ["Red"],
            "businessHomePage": "www.example.com",
        }

        assert convert(**record) == {
            "given": "Anna",
            "family": "Müller",
            "nickname": "Annie",
            "organization": "Example GmbH",
            "department": "R&D",
            "title": "Engineer",
            "notes": "met in\nRome",
            "groups": ["Red"],
            "urls": [{"value": "https://www.example.com"}],
        }

    def test_nulls_and_empty_strings_are_ignored(self):
        empty = {members[0]: value for members in SOURCE_FIELDS.values() for value in (None, "")}

        assert source_contact({"id": "x", **empty}) == Unreadable("x", "empty")

    def test_the_parts_of_a_name(self):
        parts = {
            "title": "Dr.",
            "middleName": "Maria",
            "generation": "Jr.",
            "yomiGivenName": "アンナ",
            "yomiSurname": "ミュラー",
            "yomiCompanyName": "レイ",
            "fileAs": "Müller, Anna",
        }

        assert convert(**parts) == {
            "prefix": "Dr.",
            "middle": "Maria",
            "suffix": "Jr.",
            "phonetic_given": "アンナ",
            "phonetic_family": "ミュラー",
            "phonetic_organization": "レイ",
            "file_as": "Müller, Anna",
        }

    def test_relations_handles_and_custom_fields(self):
        record = {
            "spouseName": "Ute",
            "children": ["Max", "Ida", None],
            "manager": "Mrs. Boss",
            "assistantName": "Bert",
            "imAddresses": ["anna@im.example", "anna@im.example", ""],
            "profession": "Chemist",
            "officeLocation": "B 17",
            "initials": "AM",
        }

        assert convert(**record) == {
            "relations": [
                {"value": "Bert", "label": "assistant"},
                {"value": "Max", "label": "child"},
                {"value": "Ida", "label": "child"},
                {"value": "Mrs. Boss", "label": "manager"},
                {"value": "Ute", "label": "spouse"},
            ],
            "ims": [{"value": "anna@im.example"}],
            "custom_fields": [
                {"name": "Initials", "value": "AM"},
                {"name": "Office", "value": "B 17"},
                {"name": "Profession", "value": "Chemist"},
            ],
        }

    @pytest.mark.parametrize("page", ["skype:anna.m", "@anna", "javascript:alert(1)"])
    def test_a_home_page_that_is_not_a_link_is_kept_as_text(self, page):
        assert convert(businessHomePage=page) == {"custom_fields": [{"name": "Web", "value": page}]}

    def test_unknown_fields_are_ignored(self):
        assert convert(somethingNew={"a": 1}, **{"@odata.etag": "W/1"}) == {}

    def test_the_folder_and_the_categories_are_groups(self):
        assert convert(**{"categories": ["Red", "Work", None], FOLDER: {"f1": "Work"}}) == {
            "groups": ["Red", "Work"],
            "groups_by_id": {"f1": "Work"},
        }


class TestEmails:
    @pytest.mark.parametrize(
        "address",
        [
            None,
            "",
            "/o=ExchangeLabs/ou=Exchange Administrative Group (FYDIBOHF23SPDLT)/cn=Recipients/cn=anna",
            "/o=X/cn=anna@x.example",
            "x500:/o=ExchangeLabs/cn=anna",
            "-",
            7,
        ],
    )
    def test_an_invalid_email_is_left_out(self, address):
        assert convert(emailAddresses=[{"name": "A", "address": address}]) == {}

    @pytest.mark.parametrize(
        ("address", "dropped"),
        [(7, ("E-mail",)), ("/o=Ex/ou=Group/cn=Recipients/cn=anna", ("Exchange address",)), (None, ())],
        ids=["number", "exchange", "none"],
    )
    def test_left_out_values_are_reported_by_kind(self, address, dropped):
        contact = source_contact({"id": "x", "displayName": "A", "emailAddresses": [{"address": address}]})

        assert contact.dropped == dropped

    @pytest.mark.parametrize("address", [None, "", "x500:/o=Ex/cn=bruno"])
    def test_the_email_may_be_in_the_name(self, address):
        found = convert(emailAddresses=[{"name": "bruno@katz.example,", "address": address}])

        assert found == {"emails": [{"value": "bruno@katz.example"}]}

    def test_a_different_name_next_to_an_email_is_kept(self):
        emails = [{"name": "Reception (desk@x.example)", "address": "desk@x.example"}, {"name": "Anna M."}]

        assert convert(emailAddresses=emails) == {
            "emails": [{"value": "desk@x.example"}],
            "custom_fields": [
                {"name": "E-mail", "value": "Reception (desk@x.example) <desk@x.example>"},
                {"name": "E-mail", "value": "Anna M."},
            ],
        }

    def test_an_smtp_prefix_is_removed(self):
        emails = [{"address": "smtp:anna@x.example"}, {"address": "SMTP:bert@x.example"}]

        assert convert(emailAddresses=emails)["emails"] == [{"value": "anna@x.example"}, {"value": "bert@x.example"}]

    def test_emails_that_differ_in_case_are_one(self):
        emails = [{"address": "Anna@x.example"}, {"address": "anna@X.example"}]

        assert convert(emailAddresses=emails) == {"emails": [{"value": "Anna@x.example"}]}

    def test_a_name_that_repeats_the_address_is_not_a_name(self):
        emails = [{"name": "anna@x.example", "address": "anna@x.example"}]

        assert convert(emailAddresses=emails) == {"emails": [{"value": "anna@x.example"}]}


class TestPhones:
    def test_each_kind_has_its_label(self):
        phones = {"businessPhones": ["1", "2"], "homePhones": ["3", "1"], "mobilePhone": "4"}

        assert convert(**phones)["phones"] == [
            {"raw": "1", "label": "work"},
            {"raw": "2", "label": "work"},
            {"raw": "3", "label": "home"},
            {"raw": "4", "label": "mobile"},
        ]

    def test_an_empty_phone_is_ignored(self):
        assert convert(businessPhones=[], homePhones=[None, ""], mobilePhone=None) == {}


class TestAddresses:
    def test_three_addresses_without_empty_ones(self):
        home = {"street": "Hauptstr. 1", "city": "Köln", "state": "NRW", "postalCode": "50667", "countryOrRegion": "DE"}

        assert convert(homeAddress=home, businessAddress={}, otherAddress={"city": None})["addresses"] == [
            {
                "street": "Hauptstr. 1",
                "city": "Köln",
                "region": "NRW",
                "postal_code": "50667",
                "country": "DE",
                "label": "home",
            }
        ]

    def test_the_lines_of_a_street_stay(self):
        work = {"street": "Bakkegata 7\r\nOppgang B", "postOfficeBox": "12", "city": "Hamar"}

        assert convert(businessAddress=work)["addresses"] == [
            {"street": "Bakkegata 7\nOppgang B", "po_box": "12", "city": "Hamar", "label": "work"}
        ]


class TestBirthday:
    @pytest.mark.parametrize(
        ("written", "birthday"),
        [
            ("1974-07-22T00:00:00Z", {"year": 1974, "month": 7, "day": 22}),
            ("1974-07-22T11:59:00Z", {"year": 1974, "month": 7, "day": 22}),
            ("1974-07-22T12:00:00Z", {"year": 1974, "month": 7, "day": 22}),
            ("1974-07-22T05:00:00Z", {"year": 1974, "month": 7, "day": 22}),
            ("1974-07-22T12:00:01Z", {"year": 1974, "month": 7, "day": 23}),
            ("1984-05-15T22:00:00Z", {"year": 1984, "month": 5, "day": 16}),
            ("1984-05-15T15:00:00.0000000Z", {"year": 1984, "month": 5, "day": 16}),
            ("1974-07-22T00:00:00+02:00", {"year": 1974, "month": 7, "day": 22}),
            ("1974-12-31T23:00:00Z", {"year": 1975, "month": 1, "day": 1}),
            ("1974-07-22", {"year": 1974, "month": 7, "day": 22}),
            ("1604-02-29T11:59:00Z", {"month": 2, "day": 29}),
            ("1604-02-28T22:00:00Z", {"month": 2, "day": 29}),
        ],
    )
    def test_the_birthday_is_the_utc_date_or_after_noon_the_next_one(self, written, birthday):
        assert convert(birthday=written) == {"birthday": birthday}

    @pytest.mark.parametrize(
        "written",
        [
            None,
            "",
            "0001-01-01T00:00:00Z",
            "0001-01-01T00:00:00+05:00",
            "4501-01-01T00:00:00Z",
            "4500-12-31T23:00:00Z",
            "1600-12-31T23:00:00Z",
            "datetime-value",
            7,
            {},
        ],
    )
    def test_a_placeholder_date_is_no_birthday(self, written):
        assert convert(birthday=written) == {}

    @pytest.mark.parametrize(
        ("written", "text"), [("1984-02-30", "1984-02-30"), ("0812-05-01T00:00:00Z", "0812-05-01")]
    )
    def test_an_impossible_date_is_kept_as_text(self, written, text):
        assert convert(birthday=written) == {"custom_fields": [{"name": "Birthday", "value": text}]}


class TestPartial:
    def test_a_changed_contact_has_changed_and_cleared_fields(self):
        record = {
            "id": "x",
            PARTIAL: True,
            "jobTitle": "Boss",
            "department": None,
            "emailAddresses": [],
            "birthday": None,
        }
        contact = source_contact(record)

        assert contact.partial
        assert contact.fields == {"title": "Boss"}
        assert sorted(contact.cleared) == [
            "birthday",
            "custom_fields:Birthday",
            "custom_fields:E-mail",
            "department",
            "emails",
        ]

    def test_a_changed_contact_has_only_changed_relations_and_custom_fields(self):
        contact = source_contact({"id": "x", PARTIAL: True, "spouseName": "Ute", "manager": None, "profession": ""})

        assert contact.fields == {"relations": [{"value": "Ute", "label": "spouse"}]}
        assert sorted(contact.cleared) == ["custom_fields:Profession", "relations:manager", "relations:spouse"]

    @pytest.mark.parametrize(
        ("members", "torn"),
        [({"mobilePhone": "1"}, True), ({"manager": "X", "imAddresses": [], "title": "Dr."}, False)],
        ids=["one-kind-of-phone", "members-that-stand-alone"],
    )
    def test_a_contact_with_only_a_part_of_a_combined_field_is_incomplete(self, members, torn):
        assert is_incomplete({"id": "x", **members}) is torn

    def test_a_contact_read_again_in_full_replaces_all_fields(self):
        contact = source_contact({"id": "x", PARTIAL: REREAD, "displayName": "A", "manager": "X"})

        assert {"relations", "custom_fields", "ims", "prefix", "phonetic_given"} <= set(contact.cleared)

    def test_groups_stay_if_the_categories_did_not_change(self):
        contact = source_contact({"id": "x", PARTIAL: True, "jobTitle": "Boss", FOLDER: {"work": "Work"}})

        assert ("groups" in contact.fields, contact.cleared) == (False, ())

    def test_a_contact_that_lost_all_content_is_still_a_change(self):
        contact = source_contact({"id": "x", PARTIAL: True, "displayName": ""})

        assert contact == SourceContact("x", {}, partial=True, cleared=("display",))

    def test_a_whole_contact_clears_nothing(self):
        assert source_contact({"id": "x", "displayName": "A", "jobTitle": None}).cleared == ()


@pytest.mark.parametrize("key", [" f", "f ", "f\n"])
def test_a_folder_whose_id_cannot_be_stored_as_it_is_is_ignored(key):
    contact = source_contact({"id": "x", "displayName": "Ada", FOLDER: {key: "Friends"}})

    assert contact == SourceContact("x", {"display": "Ada"}, is_trimmed=True)


UNTRIMMED = [" ", "\u200b", " a", "a ", "a\n", " ada@example.com ", "https://x.example/a ", "skype: ada "]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.sampled_from(UNTRIMMED),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=6,
)
MEMBERS = st.sampled_from([*(theirs for members in SOURCE_FIELDS.values() for theirs in members), FOLDER, PARTIAL])


@given(st.dictionaries(MEMBERS, JSON))
def test_any_json_from_microsoft_can_be_read_and_stored(record):
    contact = source_contact({"id": "x", **record})

    assert isinstance(contact, Unreadable) or clean_fields_and_digest(contact.fields)


@given(st.dictionaries(MEMBERS, JSON))
def test_what_is_said_to_be_trimmed_is_cleaned_alike(record):
    contact = source_contact({"id": "x", **record})

    if isinstance(contact, SourceContact) and contact.is_trimmed:
        assert clean_fields_and_digest(contact.fields, is_trimmed=True) == clean_fields_and_digest(contact.fields)


@pytest.mark.parametrize("record", [None, 7, "x", [], {}, {"id": None}, {"id": ""}])
def test_a_record_without_an_id_is_unreadable(record):
    assert isinstance(source_contact(record), Unreadable)
