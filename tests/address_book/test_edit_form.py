"""The form to edit a contact: only the fields that were changed are an edit."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.address_book.edit_form import (
    BLANK_LINES,
    PAIRS,
    edit_of,
    filled_form,
    has_less_common,
    parse_form,
    resubmitted_form,
)
from chalicelib.foundation.errors import InvalidInput
from chalicelib.foundation.forms import Form

SHOWN = {
    "given": "Ada",
    "family": "Lovelace",
    "display": "Ada Lovelace",
    "emails": [{"value": "ada@x.org", "label": "work"}, {"value": "ada@home.org"}],
    "phones": [{"raw": "030 123456", "e164": "+4930123456"}],
    "addresses": [{"street": "Main St 1\nBack door", "city": "Berlin", "label": "home"}],
    "urls": [{"value": "https://ada.example"}],
    "groups": ["Friends", "Work"],
    "birthday": {"month": 12, "day": 10},
    "notes": "first line\nsecond line",
    "prefix": "Countess",
    "events": [{"value": "1835-07-08", "label": "anniversary"}],
    "custom_fields": [{"name": "Engine", "value": "difference\nanalytical"}],
}
TEXT = st.text(st.characters(exclude_categories=("C",)), min_size=1).map(str.strip).filter(bool)


def submit_form(shown, **touched) -> Form:
    """What a browser submits of the form that was filled with `shown`, with some fields changed."""
    fields = filled_form(shown)
    texts = {name: [value.replace("\n", "\r\n")] for name, value in fields.items() if isinstance(value, str)}
    values = {pair.field: [each["value"] for each in fields[name]] for name, pair in PAIRS.items()}
    labels = {pair.label_field: [each["label"] for each in fields[name]] for name, pair in PAIRS.items()}
    parts = {
        f"address_{part}": [each[part].replace("\n", "\r\n") for each in fields["addresses"]]
        for part in fields["addresses"][0]
    }
    return Form({**texts, **values, **labels, **parts, **touched})


class TestUntouched:
    def test_nothing_is_edit(self):
        assert edit_of(submit_form(SHOWN), SHOWN) == {}

    @given(
        st.fixed_dictionaries(
            {},
            optional={
                "given": TEXT,
                "display": TEXT,
                "notes": TEXT,
                "emails": st.lists(st.fixed_dictionaries({"value": TEXT}, optional={"label": TEXT}), max_size=3),
                "groups": st.lists(TEXT, max_size=3),
                "birthday": st.fixed_dictionaries({"day": st.integers(1, 31)}),
            },
        )
    )
    def test_is_no_edit_of_any_contact(self, shown):
        assert edit_of(submit_form(shown), shown) == {}

    def test_a_field_that_the_form_lacks_is_no_edit(self):
        assert edit_of(Form({"given": ["Augusta"]}), SHOWN) == {"given": "Augusta"}


class TestLessCommonFields:
    @pytest.mark.parametrize("fields", [{"prefix": "Dr."}, {"events": [{"value": "2009-06-20"}]}], ids=["text", "list"])
    def test_are_expanded_if_one_has_a_value(self, fields):
        assert has_less_common(filled_form(fields))
        assert not has_less_common(filled_form({"given": "Ada"}))


class TestChanged:
    @pytest.mark.parametrize(
        ("touched", "edit"),
        [
            ({"given": ["Augusta"]}, {"given": "Augusta"}),
            ({"notes": [""]}, {"notes": ""}),
            ({"groups": ["Friends\r\n\r\n Family "]}, {"groups": ["Friends", "Family"]}),
            ({"birth_day": [""], "birth_month": [""]}, {"birthday": None}),
            ({"birth_year": ["1815"]}, {"birthday": {"day": 10, "month": 12, "year": 1815}}),
        ],
    )
    def test_one_field_is_an_edit_of_that_field(self, touched, edit):
        assert edit_of(submit_form(SHOWN, **touched), SHOWN) == edit

    def test_a_cleared_line_removes_its_value(self):
        edit = edit_of(submit_form(SHOWN, email=["", "ada@home.org", "", ""]), SHOWN)

        assert edit == {"emails": [{"value": "ada@home.org"}]}

    def test_a_blank_line_that_is_filled_adds_a_value(self):
        form = submit_form(SHOWN, phone=["030 123456", "0171 1", ""], phone_label=["", "mobile", ""])

        assert edit_of(form, SHOWN)["phones"] == [{"raw": "030 123456"}, {"raw": "0171 1", "label": "mobile"}]

    def test_an_address_with_only_a_kind_is_removed(self):
        form = submit_form(SHOWN, address_street=["", ""], address_city=["", ""])

        assert edit_of(form, SHOWN) == {"addresses": []}

    def test_a_birthday_in_words_is_refused_with_an_example(self):
        with pytest.raises(InvalidInput, match="as numbers") as refused:
            parse_form(submit_form(SHOWN, birth_month=["December"]))

        assert refused.value.members["field"] == "birth_month"


class TestResubmitted:
    def test_there_are_blank_lines(self):
        assert [each["value"] for each in filled_form(SHOWN)["emails"]] == [
            "ada@x.org",
            "ada@home.org",
            *[""] * BLANK_LINES,
        ]

    def test_the_form_shows_the_submitted_values_again(self):
        form = submit_form(SHOWN, given=["Augusta"], email=["new@x.org"])

        fields = resubmitted_form(form)

        assert fields["given"] == "Augusta"
        assert fields["emails"][0] == {"value": "new@x.org", "label": "work"}
        assert set(fields) == set(filled_form(SHOWN))
