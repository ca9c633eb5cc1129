"""The form of columns: what was chosen becomes a mapping, and what was not sent stays."""

import pytest

from chalicelib.contacts.countries import countries
from chalicelib.file_imports.pages.column_form import mapping_of_form
from chalicelib.file_imports.pages.column_view import target_groups, target_title
from chalicelib.files.mapping.column_mapping import ColumnMapping, MappedColumn, Rule
from chalicelib.files.mapping.target import TITLES, Target
from chalicelib.files.mapping.written_dates import DateOrder
from chalicelib.foundation.errors import InvalidInput
from chalicelib.foundation.forms import Form
from chalicelib.foundation.setting_kinds import region_of_phones

CURRENT = ColumnMapping(
    [
        MappedColumn("Vorname", Target.of("given")),
        MappedColumn("Mail", Target.of("emails.1=work")),
        MappedColumn("Shoe  size", Target.of("")),
        MappedColumn("Ort", Target.of("")),
    ],
    preset="google",
    rules={"emails": Rule.NEVER},
)


def after(**fields: str) -> ColumnMapping:
    return mapping_of_form(Form({name.replace("_", "-"): [value] for name, value in fields.items()}), CURRENT)


def targets(mapping: ColumnMapping) -> list[str]:
    return [column.target.text for column in mapping.columns]


class TestColumns:
    def test_that_the_form_does_not_have_stay(self):
        assert after() == CURRENT

    def test_that_become_values_of_a_list_take_the_first_one_without_this_part(self):
        assert targets(after(target_2="emails", target_3="emails")) == [
            "given",
            "emails.1=work",
            "emails.2",
            "emails.3",
        ]
        assert targets(after(target_2="emails.label")) == ["given", "emails.1=work", "emails.1.label", ""]
        assert targets(after(target_2="addresses.street", target_3="addresses.city"))[2:] == [
            "addresses.1.street",
            "addresses.1.city",
        ]

    def test_that_become_custom_fields_are_named_by_their_header(self):
        assert targets(after(target_2="custom_fields"))[2] == "custom_fields.1=Shoe size"

    def test_of_dates_have_the_chosen_order(self):
        mapping = after(target_2="birthday", date_2="month_first")

        assert mapping.columns[2].date_order is DateOrder.MONTH_FIRST

    @pytest.mark.parametrize("fields", [{"target_0": "shoes"}, {"date_0": "year_first"}, {"rule_emails": "sometimes"}])
    def test_that_become_what_does_not_exist_are_refused(self, fields):
        with pytest.raises(InvalidInput):
            after(**fields)


def test_rules_are_changed_one_by_one():
    assert after(rule_given="where_empty").rules == {"emails": Rule.NEVER, "given": Rule.WHERE_EMPTY}
    assert after(rule_emails="in_turn").rules == {"emails": Rule.IN_TURN}
    assert after(rule_emails="always").rules == {"emails": Rule.ALWAYS}


def test_values_for_rows_without_one():
    form = Form({"default_field": ["groups", "", "title"], "default_value": [" Fair ", "x", ""]})

    assert mapping_of_form(form, CURRENT).defaults == {"groups": "Fair"}


def test_every_kind_of_target_can_be_chosen_once():
    kinds = [kind for _, listed in target_groups() for kind, _ in listed]

    assert sorted(["", *kinds]) == sorted(TITLES)


def test_targets_have_names_for_people():
    assert target_title(Target.of("emails.2=work")) == "Email 2 (work)"
    assert target_title(Target.of("")) == "Ignore"


def test_every_country_of_phone_numbers_has_a_name():
    assert all(region_of_phones(code) == code for code in countries())
    assert len(countries()) == 245
