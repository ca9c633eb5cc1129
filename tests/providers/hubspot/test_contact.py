"""Converting a HubSpot contact: every property in its field, and nothing left out in silence."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.contacts.cleaning import clean_fields_and_digest
from chalicelib.contacts.source_record import SourceContact, Unreadable
from chalicelib.providers.hubspot.contact import id_of, source_contact
from chalicelib.providers.hubspot.properties import CUSTOM_FIELDS, LABELS, READ


def convert(**properties) -> dict:
    """The fields of a converted contact, without the name that every contact needs."""
    fields = dict(converted(**properties).fields)
    del fields["given"]
    return fields


def converted(**properties) -> SourceContact:
    contact = source_contact({"id": "51", "properties": {"firstname": "A", **properties}})
    assert isinstance(contact, SourceContact)
    return contact


class TestProperties:
    def test_a_whole_contact(self):
        contact = source_contact(
            {
                "id": "51",
                "properties": {
                    "salutation": "Dr.",
                    "firstname": "Anna",
                    "lastname": "Müller",
                    "company": "Example GmbH",
                    "jobtitle": "Engineer",
                    "email": "anna@example.org",
                    "work_email": "a.mueller@example.com",
                    "phone": "030 901820",
                    "mobilephone": "+49 170 1234567",
                    "address": "Hauptstr. 1\nHinterhaus",
                    "city": "Berlin",
                    "state": "BE",
                    "zip": "10115",
                    "country": "Germany",
                    "hs_country_region_code": "DE",
                    "website": "example.com",
                    "hs_linkedin_url": "https://www.linkedin.com/in/anna",
                    "twitterhandle": "anna",
                    "date_of_birth": "1987-06-20",
                    "lifecyclestage": "customer",
                    "hs_lead_status": "OPEN",
                },
            }
        )

        assert contact == SourceContact(
            "51",
            {
                "prefix": "Dr.",
                "given": "Anna",
                "family": "Müller",
                "organization": "Example GmbH",
                "title": "Engineer",
                "emails": [{"value": "anna@example.org"}, {"value": "a.mueller@example.com", "label": "work"}],
                "phones": [
                    {"raw": "030 901820", "e164": "+4930901820"},
                    {"raw": "+49 170 1234567", "e164": "+491701234567", "label": "mobile"},
                ],
                "addresses": [
                    {
                        "street": "Hauptstr. 1\nHinterhaus",
                        "city": "Berlin",
                        "region": "BE",
                        "postal_code": "10115",
                        "country": "Germany",
                    }
                ],
                "birthday": {"year": 1987, "month": 6, "day": 20},
                "urls": [
                    {"value": "https://example.com"},
                    {"value": "https://www.linkedin.com/in/anna", "label": "linkedin"},
                ],
                "ims": [{"value": "anna", "label": "twitter"}],
                "groups_by_id": {"lifecyclestage/customer": "Customer"},
                "custom_fields": [{"name": "Lead status", "value": "OPEN"}],
            },
        )

    def test_further_addresses_are_separated_by_semicolons(self):
        found = convert(email="a@x.example", hs_additional_emails="b@x.example; c@x.example;;A@X.example")

        assert [email["value"] for email in found["emails"]] == ["a@x.example", "b@x.example", "c@x.example"]

    def test_what_is_no_address_is_kept(self):
        assert convert(email="ask Bert")["custom_fields"] == [{"name": "E-mail", "value": "ask Bert"}]

    @pytest.mark.parametrize(
        ("more", "number"),
        [
            ({"hs_country_region_code": "GB"}, "+442071838750"),
            ({"country": "gb"}, "+442071838750"),
            ({"hs_calculated_phone_number_country_code": "GB"}, "+442071838750"),
            ({"hs_country_region_code": "XX", "country": "GB"}, "+442071838750"),
            ({"country": "United Kingdom"}, None),
            ({}, None),
        ],
    )
    def test_a_phone_without_a_country_code_is_one_of_the_contacts_country(self, more, number):
        (phone,) = convert(phone="020 7183 8750", **more)["phones"]

        assert phone.get("e164") == number

    @pytest.mark.parametrize("text", ["06/20/1987", "in May", "1987-02-30"])
    def test_a_birthday_that_is_no_date_is_kept_as_it_is(self, text):
        assert convert(date_of_birth=text) == {"custom_fields": [{"name": "Birthday", "value": text}]}

    def test_a_date_may_have_a_time_and_apples_year_for_none(self):
        assert convert(date_of_birth="1987-06-20T00:00:00Z")["birthday"] == {"year": 1987, "month": 6, "day": 20}
        assert convert(date_of_birth="1604-02-29")["birthday"] == {"month": 2, "day": 29}

    def test_a_link_that_is_a_handle_is_a_handle(self):
        assert convert(website="skype:anna")["ims"] == [{"value": "skype:anna", "label": "skype"}]

    @pytest.mark.parametrize("name", CUSTOM_FIELDS)
    def test_what_has_no_field_is_a_custom_field(self, name):
        assert convert(**{name: "some"})["custom_fields"] == [{"name": CUSTOM_FIELDS[name], "value": "some"}]

    def test_an_unknown_stage_is_called_by_its_value(self):
        assert convert(lifecyclestage="12345")["groups_by_id"] == {"lifecyclestage/12345": "12345"}


class TestMerges:
    def test_contacts_merged_into_it_are_aliases(self):
        assert converted(hs_merged_object_ids="49; 50;51;49").aliases == ("49", "50")

    @pytest.mark.parametrize("value", [None, "", ";", "abc;-1", 17, ["49"]])
    def test_anything_else_is_none(self, value):
        assert converted(hs_merged_object_ids=value).aliases == ()


class TestHostileRecords:
    @pytest.mark.parametrize(
        ("record", "reason"),
        [
            (None, "not_a_contact"),
            ([], "not_a_contact"),
            ({}, "no_id"),
            ({"id": 51}, "no_id"),
            ({"id": "51/../52"}, "no_id"),
            ({"id": "51"}, "not_a_contact"),
            ({"id": "51", "properties": []}, "not_a_contact"),
            ({"id": "51", "properties": {}}, "empty"),
            ({"id": "51", "properties": dict.fromkeys(READ)}, "empty"),
            ({"id": "51", "properties": {"lifecyclestage": "lead"}}, "empty"),
        ],
    )
    def test_are_unreadable_for_a_reason(self, record, reason):
        assert source_contact(record) == Unreadable(id_of(record), reason)

    def test_values_that_are_no_texts_are_reported(self):
        contact = converted(jobtitle=17, email=["a@x.example"], phone={}, mobilephone=17, seniority=[1], website=True)

        assert contact.fields == {"given": "A"}
        assert set(contact.dropped) == {"jobtitle", "E-mail", "Phone", "seniority", "Web"}

    def test_labels_of_any_type_are_ignored(self):
        for labels in (17, {"seniority": 17}, {"seniority": [1]}, {"seniority": [None, {}]}):
            record = {"id": "1", "properties": {"seniority": "vp"}, LABELS: labels}
            contact = source_contact(record)
            assert isinstance(contact, SourceContact)
            assert contact.fields == {"custom_fields": [{"name": "Seniority", "value": "vp"}]}

    @given(
        st.dictionaries(
            st.sampled_from(READ),
            st.none()
            | st.booleans()
            | st.integers()
            | st.text()
            | st.lists(st.text())
            | st.dictionaries(st.text(), st.text()),
        )
    )
    def test_never_raise_and_can_always_be_stored(self, properties):
        contact = source_contact({"id": "1", "properties": properties})

        if isinstance(contact, SourceContact):
            assert clean_fields_and_digest(contact.fields, contact.is_trimmed)
