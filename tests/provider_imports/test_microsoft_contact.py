"""A Microsoft contact in our words, with everything Exchange keeps that is not what it seems."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.contacts.clean import cleaned_and_hashed
from chalicelib.contacts.contact import SourceContact, Unreadable
from chalicelib.provider_imports.microsoft_contact import FOLDER, PARTIAL, SOURCES_OF, source_contact


def said(**members) -> dict:
    """What a contact with these members says, without the name that makes it worth keeping."""
    contact = source_contact({"id": "AAMk=", "displayName": "A", **members})
    assert isinstance(contact, SourceContact)
    return {name: value for name, value in contact.said.items() if (name, value) != ("display", "A")}


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

        assert said(**record) == {
            "given": "Anna",
            "family": "Müller",
            "nickname": "Annie",
            "organisation": "Example GmbH",
            "department": "R&D",
            "title": "Engineer",
            "notes": "met in\nRome",
            "groups": ["Red"],
            "urls": [{"value": "http://www.example.com"}],
        }

    def test_nulls_and_empty_strings_say_nothing(self):
        empty = {members[0]: value for members in SOURCES_OF.values() for value in (None, "")}

        assert source_contact({"id": "x", **empty}) == Unreadable("x", "empty")

    def test_a_middle_name_counts_where_nothing_else_shows_it(self):
        parts = {"givenName": "Anna", "middleName": "Maria", "surname": "Müller"}

        assert source_contact({"id": "x", **parts}).said["display"] == "Anna Maria Müller"
        assert "Maria" not in str(said(**parts))

    def test_members_we_do_not_know_are_passed_over(self):
        assert said(somethingNew={"a": 1}, yomiGivenName="x", **{"@odata.etag": "W/1"}) == {}

    def test_the_folder_is_a_group_beside_the_categories_once(self):
        assert said(**{"categories": ["Red", "Work", None], FOLDER: "Work"}) == {"groups": ["Red", "Work"]}


class TestEmails:
    @pytest.mark.parametrize(
        "address",
        [
            None,
            "",
            "/o=ExchangeLabs/ou=Exchange Administrative Group (FYDIBOHF23SPDLT)/cn=Recipients/cn=anna",
            "/o=X/cn=anna@x.example",
            "x500:/o=ExchangeLabs/cn=anna",
            "Anna",
            7,
        ],
    )
    def test_what_mail_cannot_reach_is_left_out(self, address):
        assert said(emailAddresses=[{"name": "Anna", "address": address}]) == {}

    def test_the_smtp_prefix_is_no_part_of_the_address(self):
        emails = [{"address": "smtp:anna@x.example"}, {"address": "SMTP:bert@x.example"}]

        assert said(emailAddresses=emails)["emails"] == [{"value": "anna@x.example"}, {"value": "bert@x.example"}]

    def test_an_address_comes_once_in_whatever_letter_case(self):
        emails = [{"address": "Anna@x.example"}, {"address": "anna@X.example"}]

        assert said(emailAddresses=emails) == {"emails": [{"value": "Anna@x.example"}]}

    def test_a_name_that_repeats_the_address_is_not_a_name(self):
        emails = [{"name": "anna@x.example", "address": "anna@x.example"}]

        assert said(emailAddresses=emails) == {"emails": [{"value": "anna@x.example"}]}


class TestPhones:
    def test_each_kind_has_its_label(self):
        phones = {"businessPhones": ["1", "2"], "homePhones": ["3", "1"], "mobilePhone": "4"}

        assert said(**phones)["phones"] == [
            {"raw": "1", "label": "work"},
            {"raw": "2", "label": "work"},
            {"raw": "3", "label": "home"},
            {"raw": "4", "label": "mobile"},
        ]

    def test_nothing_is_no_phone(self):
        assert said(businessPhones=[], homePhones=[None, ""], mobilePhone=None) == {}


class TestAddresses:
    def test_three_addresses_and_an_empty_one_is_none(self):
        home = {"street": "Hauptstr. 1", "city": "Köln", "state": "NRW", "postalCode": "50667", "countryOrRegion": "DE"}

        assert said(homeAddress=home, businessAddress={}, otherAddress={"city": None})["addresses"] == [
            {
                "street": "Hauptstr. 1",
                "city": "Köln",
                "region": "NRW",
                "postal_code": "50667",
                "country": "DE",
                "label": "home",
            }
        ]


class TestBirthday:
    @pytest.mark.parametrize(
        ("written", "birthday"),
        [
            ("1974-07-22T00:00:00Z", {"year": 1974, "month": 7, "day": 22}),
            ("1974-07-22T11:59:00Z", {"year": 1974, "month": 7, "day": 22}),
            ("1974-07-22T23:59:00.0000000Z", {"year": 1974, "month": 7, "day": 22}),
            ("1974-07-22T01:00:00+02:00", {"year": 1974, "month": 7, "day": 21}),
            ("1974-07-22", {"year": 1974, "month": 7, "day": 22}),
            ("1604-02-29T11:59:00Z", {"month": 2, "day": 29}),
        ],
    )
    def test_the_date_in_utc_counts_whatever_the_hour(self, written, birthday):
        assert said(birthday=written) == {"birthday": birthday}

    @pytest.mark.parametrize(
        "written",
        [
            None,
            "",
            "0001-01-01T00:00:00Z",
            "0001-01-01T00:00:00+05:00",
            "4501-01-01T00:00:00Z",
            "datetime-value",
            7,
            {},
        ],
    )
    def test_a_mark_for_no_date_is_none(self, written):
        assert said(birthday=written) == {}


class TestPartial:
    def test_a_changed_contact_says_what_changed_and_what_was_cleared(self):
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
        assert contact.said == {"title": "Boss"}
        assert sorted(contact.cleared) == ["birthday", "department", "emails"]

    def test_groups_are_untouched_where_the_categories_did_not_change(self):
        contact = source_contact({"id": "x", PARTIAL: True, "jobTitle": "Boss", FOLDER: "Work"})

        assert ("groups" in contact.said, contact.cleared) == (False, ())

    def test_a_contact_that_lost_everything_is_still_told(self):
        contact = source_contact({"id": "x", PARTIAL: True, "displayName": ""})

        assert contact == SourceContact("x", {}, partial=True, cleared=("display",))

    def test_a_whole_contact_clears_nothing(self):
        assert source_contact({"id": "x", "displayName": "A", "jobTitle": None}).cleared == ()


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=6,
)
MEMBERS = st.sampled_from([*(theirs for members in SOURCES_OF.values() for theirs in members), FOLDER, PARTIAL])


@given(st.dictionaries(MEMBERS, JSON))
def test_whatever_microsoft_sends_can_be_read_and_kept(record):
    contact = source_contact({"id": "x", **record})

    assert isinstance(contact, Unreadable) or cleaned_and_hashed(contact.said)


@pytest.mark.parametrize("record", [None, 7, "x", [], {}, {"id": None}, {"id": ""}])
def test_a_record_without_an_id_is_unreadable(record):
    assert isinstance(source_contact(record), Unreadable)
