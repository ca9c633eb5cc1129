"""What a person reads of why a contact says what it says."""

from chalicelib.address_book.why_view import WORDS, why_rows
from chalicelib.contacts.contact import Contact
from chalicelib.contacts.contact_json import contact_details_json
from chalicelib.contacts.explain_fold import Rule
from chalicelib.contacts.source import PERSON
from tests.contacts.making import GOOGLE, MICROSOFT, fields, record

NAMES = {GOOGLE: "Google ada@gmail.example", MICROSOFT: "Microsoft ada@work.example"}


def rows(*records):
    contact = Contact("c1", 1, list(records), 0, 0)
    return why_rows(contact_details_json(contact), NAMES)


def words(*records, title="Title"):
    return [(row.text, row.is_shown, row.why) for row in rows(*records) if row.title == title]


class TestWords:
    def test_name_the_source_that_was_first_and_the_day_and_the_values_that_lost(self):
        later = record(MICROSOFT, {"title": "Programmer"}, first_seen=2)
        first = record(GOOGLE, {"title": "Countess"}, first_seen=1)

        won, lost = (row for row in rows(later, first) if row.title == "Title")

        assert (won.text, won.why) == ("Countess", "first to arrive: Google ada@gmail.example")
        assert won.arrived_at == "1970-01-01T00:00:00.001Z"
        assert (lost.text, lost.is_shown, lost.why) == ("Programmer", False, "another source arrived first")
        assert [each.name for each in lost.sources] == ["Microsoft ada@work.example"]

    def test_name_the_persons_own_edit(self):
        own = record(PERSON, {"title": "Queen"})

        assert words(record(GOOGLE, {"title": "Countess"}), own) == [
            ("Queen", True, "your own edit"),
            ("Countess", False, "your edit takes precedence"),
        ]

    def test_name_what_the_person_hid(self):
        own = record(PERSON, {"title": "Queen", "hidden": {"emails": [{"value": "ada@x.org"}]}})

        assert words(record(GOOGLE, fields(email="ada@x.org")), own, title="Email") == [
            ("ada@x.org", False, "hidden by you")
        ]

    def test_exist_for_every_rule(self):
        assert set(WORDS) == set(Rule)
