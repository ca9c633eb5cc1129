"""The contacts that clients may send, and the errors of invalid ones."""

from dataclasses import replace

import pytest

from chalicelib.books.book import Entry
from chalicelib.books.contact_rows import size_of, to_item
from chalicelib.books.contact_store import LARGEST_CONTACT as LARGEST_STORED
from chalicelib.books.prepared_contact import prepare
from chalicelib.bulk.check_contacts import LARGEST_CONTACT, MOST_ERRORS_EACH, InvalidContacts, checked_contacts
from chalicelib.bulk.deduplicate import incoming_contacts, primary_email, winners
from chalicelib.contacts.cleaning import digest
from chalicelib.contacts.contact import Contact
from chalicelib.contacts.source_record import SourceRecord, Stamp
from chalicelib.foundation.outcomes import Outcome
from chalicelib.tables.keys import Key

WHOLE = {
    "given": "Ada",
    "family": "Lovelace",
    "display": "Ada Lovelace",
    "nickname": "Countess",
    "organization": "Analytical Engines",
    "department": "Programs",
    "title": "Countess",
    "notes": "two\nlines",
    "photo_url": "https://x.org/ada.jpg",
    "birthday": {"year": 1815, "month": 12, "day": 10},
    "emails": [{"value": "ada@x.org", "label": "work"}],
    "phones": [{"raw": "+44 20 7946 0018", "label": "home"}],
    "addresses": [
        {
            "po_box": "12",
            "extended": "Flat 3",
            "street": "1 St James's Square\nBack",
            "postal_code": "SW1Y",
            "city": "X",
        }
    ],
    "urls": [{"value": "https://x.org"}],
    "groups": ["Mathematicians"],
    "prefix": "Countess",
    "middle": "Augusta",
    "suffix": "MD",
    "phonetic_given": "Eida",
    "phonetic_middle": "Ogasta",
    "phonetic_family": "Lavleis",
    "phonetic_organization": "Enjins",
    "file_as": "Lovelace, Ada",
    "events": [{"value": "1835-07-08", "label": "anniversary"}, {"value": "--02-29"}, {"value": "around Easter"}],
    "relations": [{"value": "William", "label": "spouse"}],
    "ims": [{"value": "ada.l", "label": "skype"}],
    "custom_fields": [{"name": "Engine", "value": "difference\nanalytical"}, {"value": "of no name"}],
}


def list_errors(*contacts: object) -> list[dict]:
    with pytest.raises(InvalidContacts) as refused:
        checked_contacts(contacts)
    return refused.value.members["errors"]


def errors_of(contact: object) -> list[tuple[str, str]]:
    with pytest.raises(InvalidContacts) as list_errors:
        checked_contacts([contact])
    return [(each["field"], each["code"]) for each in list_errors.value.members["errors"]]


class TestContacts:
    def test_every_field_is_kept_as_sent(self):
        assert checked_contacts([WHOLE]) == [WHOLE]

    def test_text_is_cleaned(self):
        assert checked_contacts([{"given": "  Ada\x00 ", "family": ""}]) == [{"given": "Ada"}]

    def test_it_is_not_cleaned_again_by_the_book(self):
        [each] = incoming_contacts(checked_contacts([{"given": "  Ada\x00 "}]))

        assert prepare(each).fields is each.fields
        assert prepare(each).digest == digest({"given": "Ada"})
        assert prepare(replace(each, fields={"given": " Ada "})).fields == {"given": " Ada "}

    @pytest.mark.parametrize(
        ("contact", "field", "code"),
        [
            ({}, "", "empty"),
            ({"given": " \u200b "}, "", "empty"),
            ({"groups": ["Friends"]}, "", "empty"),
            ("Ada", "", "wrong_type"),
            (None, "", "wrong_type"),
            ({"given": None}, "", "empty"),
            ({"emails": [{"value": None}]}, "emails.0.value", "required"),
            ({"emails": [None]}, "emails.0", "wrong_type"),
            ({"events": [{"value": "2009-02-30"}]}, "events.0.value", "not_a_date"),
            ({"events": [{"value": "20090230"}]}, "events.0.value", "not_a_date"),
            ({"ims": [{"value": ""}]}, "ims.0.value", "required"),
            ({"custom_fields": [{"name": "n" * 65, "value": "v"}]}, "custom_fields.0.name", "too_long"),
            ({"custom_fields": [{"value": "v"}] * 51}, "custom_fields", "too_many"),
            ({"addresses": [{"city": "half \ud800"}]}, "addresses.0.city", "not_text"),
            ({"given": "half \ud800"}, "given", "not_text"),
            ({"given": "x" * 1_001}, "given", "too_long"),
            ({"groups": ["g"] * 101}, "groups", "too_many"),
            ({"emails": [{"value": "ada@x.org"}, {}]}, "emails.1.value", "required"),
            ({"emails": [{"value": "ada"}]}, "emails.0.value", "not_an_email"),
            ({"phones": [{"raw": "none"}]}, "phones.0.raw", "not_a_phone"),
            ({"phones": [{"raw": "1", "e164": "+1"}]}, "phones.0.e164", "unknown_field"),
            ({"urls": [{"value": "javascript:alert(1)"}]}, "urls.0.value", "not_a_link"),
            ({"urls": [{"value": "skype:ada"}]}, "urls.0.value", "not_a_link"),
            ({"urls": [{"value": "https://"}]}, "urls.0.value", "not_a_link"),
            ({"urls": [{"value": "http:///path"}]}, "urls.0.value", "not_a_link"),
            ({"photo_url": "x.org/me"}, "photo_url", "not_a_link"),
            ({"birthday": {"month": 2, "day": 30}}, "birthday", "not_a_date"),
            ({"birthday": {"year": 1900, "month": 2, "day": 29}}, "birthday", "not_a_date"),
            ({"birthday": {"day": 1}}, "birthday", "not_a_date"),
            ({"birthday": {"year": 1}}, "birthday.year", "not_a_date"),
            ({"birthday": {"month": True, "day": 1}}, "birthday.month", "wrong_type"),
            ({"user_id": "eve", "given": "Ada"}, "user_id", "unknown_field"),
            ({"addresses": [{"street": "x" * 1_000, "city": "x" * 1_000}] * 20}, "", "too_large"),
        ],
    )
    def test_invalid_fields_are_reported(self, contact, field, code):
        assert (field, code) in errors_of(contact)

    @pytest.mark.parametrize(
        "birthday", [{"month": 2, "day": 29}, {"year": 1990}, {"year": 2000, "month": 2, "day": 29}]
    )
    def test_a_birthday_may_have_no_year_or_only_a_year(self, birthday):
        assert checked_contacts([{"given": "Ada", "birthday": birthday}])[0]["birthday"] == birthday

    def test_null_means_absent_at_any_depth(self):
        sent = {
            "given": "Ada",
            "nickname": None,
            "groups": None,
            "birthday": {"year": None, "month": None, "day": None},
            "emails": [{"value": "ada@x.org", "label": None}],
            "addresses": [{"city": "London", "region": None}],
        }

        assert checked_contacts([sent]) == [
            {"given": "Ada", "emails": [{"value": "ada@x.org"}], "addresses": [{"city": "London"}]}
        ]

    @pytest.mark.parametrize(
        ("value", "kept"),
        [
            ("ada.example", "https://ada.example"),
            ("www.müller-bau.example/x?y=1", "https://www.müller-bau.example/x?y=1"),
            ("http://ada.example", "http://ada.example"),
        ],
    )
    def test_a_site_without_a_scheme_is_completed(self, value, kept):
        assert checked_contacts([{"given": "Ada", "urls": [{"value": value}]}])[0]["urls"] == [{"value": kept}]

    @pytest.mark.parametrize(
        ("contact", "message"),
        [
            ({"given": 1}, "This must be text."),
            ({"emails": "x"}, "This must be a list."),
            ({"emails": ["x"]}, "This must be an object."),
            ({"birthday": {"year": "1990"}}, "This must be a whole number."),
        ],
    )
    def test_an_error_names_the_expected_type(self, contact, message):
        with pytest.raises(InvalidContacts) as list_errors:
            checked_contacts([contact])

        assert list_errors.value.members["errors"][0]["message"] == message

    def test_errors_contain_no_submitted_value(self):
        with pytest.raises(InvalidContacts) as list_errors:
            checked_contacts([{"emails": [{"value": "a secret"}]}])

        assert "secret" not in str(list_errors.value.members) + list_errors.value.detail

    def test_of_very_many_unknown_fields_the_first_are_reported_and_no_other_error_is_lost(self):
        unknown = {f"m{number}": number for number in range(100_000)}
        named = errors_of({**unknown, "given": 7, "emails": [{**unknown, "label": 7}]})

        assert ("given", "wrong_type") in named
        assert ("emails.0.label", "wrong_type") in named
        assert len(named) == MOST_ERRORS_EACH
        assert errors_of({"display": "Ada", **unknown})[0] == ("m0", "unknown_field")

    def test_every_invalid_contact_is_listed_however_many_there_are(self):
        many = [{"given": 1, "family": 2, "display": 3}] * 2_000

        with pytest.raises(InvalidContacts) as list_errors:
            checked_contacts(many)

        errors = list_errors.value.members["errors"]
        assert {each["index"] for each in errors} == set(range(2_000))
        assert len(errors) < 3_000

    def test_among_very_many_errors_each_contact_is_listed_with_its_first(self):
        wrong = {"emails": [{"value": "ada@x.org"}, {"value": None}, {"value": "b"}], "urls": [{"value": "c d"}]}
        few, many = list_errors(wrong), list_errors(*[wrong] * 1_500)

        assert [each["field"] for each in few] == ["emails.1.value", "emails.2.value", "urls.0.value"]
        assert {each["index"] for each in many} == set(range(1_500))
        assert [(each["field"], each["code"]) for each in many if each["index"] == 1_499] == [
            (few[0]["field"], few[0]["code"])
        ]

    def test_a_valid_contact_after_very_many_invalid_ones_stays_valid(self):
        indexes = {
            each["index"] for each in list_errors(*[{"given": 1}] * 1_500, {**WHOLE, "title": None}, {"given": 2})
        }

        assert indexes == {*range(1_500), 1_501}

    def test_every_valid_contact_fits_one_item(self):
        emails = [{"value": f"{'x' * 300}{number}@x.org"} for number in range(50)]
        [contacts] = checked_contacts([{"emails": emails, "notes": "x" * 9_999, "given": "y" * 999}])
        assert len(str(contacts)) > 0.9 * LARGEST_CONTACT
        record = SourceRecord("bcc:j:" + "x" * 200, "1", contacts, "d" * 32, Stamp("j" * 22, 0, Outcome.CREATED), 1, 1)
        contact = Contact("c" * 22, 0, [record], 1, 1, tuple("c" * 22 for _ in range(20)))

        assert size_of(to_item(Key("p", "c").item, contact, Entry.of(contact).match(1))) < LARGEST_STORED


class TestDuplicates:
    def test_the_first_contact_with_an_email_wins_in_any_spelling(self):
        contacts = [{"emails": [{"value": value}]} for value in ("a@x.org", " A@X.org", "b@x.org", "a@x.org")]

        assert winners(contacts) == [None, 0, None, 0]

    @pytest.mark.parametrize(
        ("names", "wanted"),
        [
            (["Ada Lovelace", "Ada Lovelace"], [None, 0]),
            (["Ada Lovelace", "LOVELACE, Ada"], [None, 0]),
            (["Ada Lovelace", "Ada"], [None, 0]),
            (["Ada Lovelace", ""], [None, 0]),
            (["", "Ada Lovelace"], [None, 0]),
            (["Ada Lovelace", "Tom Lovelace", "Ada Lovelace"], [None, None, 0]),
            (["", "Ada Lovelace", "Tom Lovelace", ""], [None, None, None, 0]),
            (["Ada Lovelace", "Tom Lovelace", "Ada"], [None, None, None]),
            (["Tom Reed Sr.", "Tom Reed Jr."], [None, None]),
        ],
    )
    def test_contacts_with_different_names_are_no_duplicates(self, names, wanted):
        contacts = [{"display": name, "emails": [{"value": "a@x.org"}]} for name in names]

        assert winners([{member: value for member, value in each.items() if value} for each in contacts]) == wanted

    def test_at_a_role_address_only_equal_names_are_duplicates(self):
        contacts = [{"display": name, "emails": [{"value": "info@x.org"}]} for name in ("Ada Lovelace", "Ada")]

        assert winners(contacts) == [None, None]

    def test_two_spellings_of_a_mailbox_are_one(self):
        contacts = [{"emails": [{"value": value}]} for value in ("a@bücher.example", "a@xn--bcher-kva.example")]

        assert winners(contacts) == [None, 0]

    def test_thousands_of_names_at_one_address_are_all_kept(self):
        contacts = [{"display": f"Person Nr{index}", "emails": [{"value": "a@x.org"}]} for index in range(3_000)]

        assert winners([*contacts, contacts[2_000]]) == [None] * 3_000 + [2_000]

    def test_only_the_first_email_counts_and_contacts_without_email_are_no_duplicates(self):
        contacts = [
            {"emails": [{"value": "a@x.org"}, {"value": "b@x.org"}]},
            {"emails": [{"value": "b@x.org"}]},
            {"given": "Ada"},
            {"given": "Ada"},
        ]

        assert winners(contacts) == [None] * 4
        assert primary_email(contacts[2]) == ""
