"""What a column can become: the fields of the table of fields, and the parts of their values."""

import pytest

from chalicelib.contacts.contact_field import Kind
from chalicelib.contacts.contact_fields import TABLE
from chalicelib.files.mapping.target import IGNORED, TITLES, Target

WRITTEN = {
    "given": Target("given"),
    "groups": Target("groups"),
    "name": Target("name"),
    "uid": Target("uid"),
    "birthday": Target("birthday"),
    "birthday.year": Target("birthday", "year"),
    "emails.1": Target("emails", "value", 1),
    "emails.2.label": Target("emails", "label", 2),
    "phones.12=home fax": Target("phones", "raw", 12, "home fax"),
    "addresses.1.city=work": Target("addresses", "city", 1, "work"),
    "addresses.3": Target("addresses", "whole", 3),
    "events.1.month=anniversary": Target("events", "month", 1, "anniversary"),
    "custom_fields.3=Shoe size = EU": Target("custom_fields", "value", 3, "Shoe size = EU"),
    "custom_fields.4.name": Target("custom_fields", "name", 4),
    "": IGNORED,
}


@pytest.mark.parametrize(("text", "target"), WRITTEN.items())
def test_a_target_is_read_as_it_is_written(text, target):
    assert Target.of(text) == target
    assert target.text == text


@pytest.mark.parametrize(
    "text",
    [
        *(
            "nonsense",
            "emails",
            "emails.0",
            "emails.1000",
            "emails.1.city",
            "emails.01",
            "given.1",
            "given=x",
            "groups.1",
        ),
        *(
            "phones.1.e164",
            "phones.1.extension",
            "custom_fields.1.type",
            "birthday.hour",
            "name.1",
            "Given",
            "emails.1.",
        ),
    ],
)
def test_what_no_column_can_become_is_refused(text):
    with pytest.raises(ValueError, match="not a target"):
        Target.of(text)


class TestChoices:
    @pytest.mark.parametrize("field", [field.name for field in TABLE])
    def test_every_field_of_a_contact_is_one(self, field):
        assert field in TITLES

    def test_every_part_of_an_address_is_one(self):
        parts = {kind.partition(".")[2] for kind in TITLES if kind.startswith("addresses.")}

        assert parts == {"po_box", "extended", "street", "postal_code", "city", "region", "country", "label"}

    def test_what_is_computed_from_other_parts_is_none(self):
        assert not {"phones.e164", "phones.extension"} & set(TITLES)

    def test_each_has_a_title_of_its_own(self):
        assert len(set(TITLES.values())) == len(TITLES)

    @pytest.mark.parametrize("field", [field.name for field in TABLE if field.kind is Kind.OBJECTS])
    def test_a_list_has_as_many_as_columns_are_numbered(self, field):
        assert Target.of(f"{field}.999").entry == 999
