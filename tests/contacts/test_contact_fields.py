"""One table of a contact's members: whatever stands in it can be cleaned, shown, described and edited."""

import pytest

from chalicelib.address_book.bodies import EditContactBody
from chalicelib.contacts.cleaning import clean_said
from chalicelib.contacts.contact import ContactFields
from chalicelib.contacts.contact_field import Kind
from chalicelib.contacts.contact_fields import EDITABLE, MEMBERS, TABLE
from chalicelib.contacts.schemas import CONTACT


def example(member):
    """A value of that member with every part."""
    match member.kind:
        case Kind.OBJECTS:
            return [{part.name: part.choices[-1] if part.choices else f"a {part.name}" for part in member.parts}]
        case Kind.LINES:
            return ["a line"]
        case Kind.DAY:
            return {"year": 1990, "month": 2, "day": 28}
    return "a text"


def test_it_names_every_member_of_what_a_source_says():
    assert set(MEMBERS) == set(ContactFields.__annotations__) - {"hidden", "groups_by_id", "kept_name"}


@pytest.mark.parametrize("member", TABLE, ids=lambda member: member.name)
class TestEachMember:
    def test_is_kept_whole_when_it_is_cleaned(self, member):
        assert clean_said({member.name: example(member)}) == {member.name: example(member)}

    def test_is_described(self, member):
        assert member.name in CONTACT

    def test_is_taken_in_an_edit_or_not_to_be_edited(self, member):
        assert (member.name in EDITABLE) == (member.name in EditContactBody.model_fields)
        if member.name in EDITABLE:
            EditContactBody.model_validate({member.name: example(member)})


@pytest.mark.parametrize(
    ("said", "kept"),
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
def test_line_breaks_stay_where_they_may_be_and_what_says_nothing_goes(said, kept):
    assert clean_said(said) == (said if kept is None else kept)
