"""The table of fields: every field in it can be cleaned, shown, described and edited."""

import pytest

from chalicelib.address_book.bodies import EditContactBody
from chalicelib.contacts.cleaning import clean_fields
from chalicelib.contacts.contact_field import Kind
from chalicelib.contacts.contact_fields import EDITABLE, FIELDS, TABLE
from chalicelib.contacts.removed_names import NOTED
from chalicelib.contacts.schemas import CONTACT
from chalicelib.contacts.source_record import ContactFields


def example(field):
    """A value of that member with every part."""
    match field.kind:
        case Kind.OBJECTS:
            return [{part.name: part.choices[-1] if part.choices else f"a {part.name}" for part in field.parts}]
        case Kind.LINES:
            return ["a line"]
        case Kind.DAY:
            return {"year": 1990, "month": 2, "day": 28}
    return "a text"


def test_it_names_every_member_of_what_a_source_says():
    assert set(FIELDS) == set(ContactFields.__annotations__) - {"hidden", "groups_by_id", *NOTED}


@pytest.mark.parametrize("field", TABLE, ids=lambda field: field.name)
class TestEachMember:
    def test_is_kept_whole_when_it_is_cleaned(self, field):
        assert clean_fields({field.name: example(field)}) == {field.name: example(field)}

    def test_is_described(self, field):
        assert field.name in CONTACT

    def test_is_taken_in_an_edit_or_not_to_be_edited(self, field):
        assert (field.name in EDITABLE) == (field.name in EditContactBody.model_fields)
        if field.name in EDITABLE:
            EditContactBody.model_validate({field.name: example(field)})


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        (
            {"addresses": [{"street": "Gate 7\r\nB"}]},
            {"addresses": [{"street": "Gate 7\nB"}]},
        ),
        ({"custom_fields": [{"name": "Sizes", "value": "shoe\nhat"}]}, None),
        ({"custom_fields": [{"name": "Sizes"}], "events": [{"label": "anniversary"}]}, {}),
        ({"addresses": [{"po_box": "1180"}, {"label": "home"}]}, {"addresses": [{"po_box": "1180"}]}),
    ],
    ids=["street", "custom-field", "name-without-value", "label-alone"],
)
def test_line_breaks_stay_where_allowed_and_empty_values_are_dropped(given, kept):
    assert clean_fields(given) == (given if kept is None else kept)
