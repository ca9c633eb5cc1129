"""Two contacts compared field by field."""

from chalicelib.contacts.contact import Contact
from chalicelib.contacts.source_row import SourceRow
from chalicelib.reviews.compare_contacts import (
    MOST_COMPARISONS,
    ComparedContact,
    Difference,
    compare,
    differing_fields,
)
from tests.contacts.making import GOOGLE, MICROSOFT, fields, record

NAMES = {GOOGLE: "Google ada@gmail.example"}


def side(name: str = "", source: str = GOOGLE, rows=None, **more) -> ComparedContact:
    contact = Contact("c1", 1, [record(source, fields(name, **more), first_seen=1_772_539_200_000)], 1, 1)
    return ComparedContact(contact, rows or {}, NAMES)


def compared(left: ComparedContact, right: ComparedContact):
    return {each.field: each for each in compare(left, right)}


def marks(values) -> list[str]:
    return ["".join(f"[{part.text}]" if part.differs else part.text for part in each.segments) for each in values]


class TestOrder:
    def test_fields_that_differ_come_first_then_those_of_one_side_then_equal_ones(self):
        left = side("Ada Lovelace", email="ada@mail.example", title="Analyst", notes="met in May")
        right = side("Ada Lovelace", email="ada@mail.example", title="Countess", nickname="Addie")

        assert [(each.field, each.difference) for each in compare(left, right)] == [
            ("title", Difference.DIFFERENT),
            ("nickname", Difference.ONE_SIDED),
            ("notes", Difference.ONE_SIDED),
            ("name", Difference.EQUAL),
            ("emails", Difference.EQUAL),
        ]

    def test_a_field_that_neither_has_is_absent(self):
        assert set(compared(side("Ada"), side("Ada"))) == {"name"}


class TestName:
    def test_is_one_field_and_shows_the_displayed_name_with_marks(self):
        name = compared(side("Ada Lovelace"), side("Ada Lovelase"))["name"]

        assert (name.title, marks(name.left), marks(name.right)) == ("Name", ["Ada Lovela[c]e"], ["Ada Lovela[s]e"])

    def test_shows_the_parts_that_differ_if_it_is_displayed_alike(self):
        left = side(given="Ada King", family="Lovelace", display="Ada King Lovelace")
        right = side(given="Ada", family="King Lovelace", display="Ada King Lovelace")

        name = compared(left, right)["name"]

        assert name.difference is Difference.DIFFERENT
        assert [each.label for each in name.left] == ["", "First name", "Last name"]
        assert marks(name.right) == ["Ada King Lovelace", "Ada", "[King ]Lovelace"]


class TestLists:
    def test_are_equal_in_any_order_and_spelling(self):
        left = side(phones=[{"raw": "020 7946 0018", "e164": "+442079460018"}, {"raw": "+49 170 1"}])
        right = side(phones=[{"raw": "+49 170 1"}, {"raw": "+44 20 7946 0018", "e164": "+442079460018"}])

        assert compared(left, right)["phones"].difference is Difference.EQUAL

    def test_tell_which_values_both_have_and_mark_those_that_resemble_each_other(self):
        left = side(emails=[{"value": "ada@mail.example"}, {"value": "ada.lovelace@work.example"}])
        right = side(emails=[{"value": "ada.lovelase@work.example"}, {"value": "ADA@mail.example"}])

        emails = compared(left, right)["emails"]

        assert [each.is_common for each in emails.left] == [True, False]
        assert marks(emails.left) == ["ada@mail.example", "ada.lovela[c]e@work.example"]
        assert marks(emails.right) == ["ada.lovela[s]e@work.example", "ADA@mail.example"]

    def test_custom_fields_of_one_name_are_compared_with_each_other(self):
        left = side(custom_fields=[{"name": "Member", "value": "gold"}, {"name": "Shoe size", "value": "41"}])
        right = side(custom_fields=[{"name": "Shoe size", "value": "42"}])

        assert marks(compared(left, right)["custom_fields"].left) == ["gold", "4[1]"]

    def test_of_many_values_are_not_searched_for_resemblance(self):
        many = [{"value": f"ada{number}@mail.example"} for number in range(MOST_COMPARISONS)]
        right = side(emails=[{"value": "eda@mail.example"}, {"value": "ida@mail.example"}])

        assert marks(compared(side(emails=many), right)["emails"].right) == ["eda@mail.example", "ida@mail.example"]


class TestSources:
    def test_each_value_names_its_source_and_date(self):
        [source] = compared(side("Ada"), side("Ada", MICROSOFT))["name"].left[0].sources

        assert (source.name, source.changed_at) == ("Google ada@gmail.example", "2026-03-03T12:00:00.000Z")

    def test_a_value_of_a_file_names_its_row(self):
        rows = {("file:f1", "1"): SourceRow("i1", "fair.csv", 12, "")}

        [source] = compared(side("Ada"), side("Ada", "file:f1", rows))["name"].right[0].sources

        assert (source.name, source.import_id, source.row_words) == ("fair.csv", "i1", ("row 12",))


def test_the_differing_fields_are_those_that_both_have():
    left = fields("Ada Lovelace", email="ada@mail.example", title="Analyst", notes="met in May")
    right = fields("Ada Byron", email="ada@mail.example", title="Countess")

    assert differing_fields(left, right) == ("name", "title")
