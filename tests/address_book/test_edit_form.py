"""The form to edit a contact: an untouched one asks for nothing, and every field that is touched asks for just that."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.address_book.edit_form import (
    BLANK_LINES,
    PAIRS,
    changed,
    filled_in,
    has_less_common,
    sent_again,
    wanted,
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


def as_sent(shown, **touched) -> Form:
    """What a browser sends of the form that was filled in with `shown`, with some fields changed."""
    fields = filled_in(shown)
    texts = {name: [value.replace("\n", "\r\n")] for name, value in fields.items() if isinstance(value, str)}
    values = {pair.field: [each["value"] for each in fields[name]] for name, pair in PAIRS.items()}
    labels = {pair.label_field: [each["label"] for each in fields[name]] for name, pair in PAIRS.items()}
    parts = {
        f"address_{part}": [each[part].replace("\n", "\r\n") for each in fields["addresses"]]
        for part in fields["addresses"][0]
    }
    return Form({**texts, **values, **labels, **parts, **touched})


class TestUntouched:
    def test_nothing_is_asked_for(self):
        assert changed(wanted(as_sent(SHOWN)), SHOWN) == {}

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
    def test_whatever_the_contact_says(self, shown):
        assert changed(wanted(as_sent(shown)), shown) == {}

    def test_what_a_form_has_not_is_no_edit(self):
        assert changed(wanted(Form({"given": ["Augusta"]})), SHOWN) == {"given": "Augusta"}


class TestFoldedAway:
    @pytest.mark.parametrize("said", [{"prefix": "Dr."}, {"events": [{"value": "2009-06-20"}]}], ids=["text", "list"])
    def test_what_is_rarely_there_is_open_where_it_is(self, said):
        assert has_less_common(filled_in(said))
        assert not has_less_common(filled_in({"given": "Ada"}))


class TestTouched:
    @pytest.mark.parametrize(
        ("touched", "asked_for"),
        [
            ({"given": ["Augusta"]}, {"given": "Augusta"}),
            ({"notes": [""]}, {"notes": ""}),
            ({"groups": ["Friends\r\n\r\n Family "]}, {"groups": ["Friends", "Family"]}),
            ({"birth_day": [""], "birth_month": [""]}, {"birthday": None}),
            ({"birth_year": ["1815"]}, {"birthday": {"day": 10, "month": 12, "year": 1815}}),
        ],
    )
    def test_a_text_asks_for_itself_alone(self, touched, asked_for):
        assert changed(wanted(as_sent(SHOWN, **touched)), SHOWN) == asked_for

    def test_a_cleared_line_takes_that_value_away(self):
        asked_for = changed(wanted(as_sent(SHOWN, email=["", "ada@home.org", "", ""])), SHOWN)

        assert asked_for == {"emails": [{"value": "ada@home.org"}]}

    def test_a_blank_line_that_is_filled_in_adds_one(self):
        form = as_sent(SHOWN, phone=["030 123456", "0171 1", ""], phone_label=["", "mobile", ""])

        assert changed(wanted(form), SHOWN)["phones"] == [{"raw": "030 123456"}, {"raw": "0171 1", "label": "mobile"}]

    def test_an_address_with_nothing_but_its_kind_is_none(self):
        form = as_sent(SHOWN, address_street=["", ""], address_city=["", ""])

        assert changed(wanted(form), SHOWN) == {"addresses": []}

    def test_a_birthday_in_words_is_refused_with_what_to_write(self):
        with pytest.raises(InvalidInput, match="in numbers") as refused:
            wanted(as_sent(SHOWN, birth_month=["December"]))

        assert refused.value.members["field"] == "birth_month"


class TestAgain:
    def test_there_are_blank_lines_to_fill_in(self):
        assert [each["value"] for each in filled_in(SHOWN)["emails"]] == [
            "ada@x.org",
            "ada@home.org",
            *[""] * BLANK_LINES,
        ]

    def test_what_was_sent_stands_in_the_form_again(self):
        form = as_sent(SHOWN, given=["Augusta"], email=["new@x.org"])

        fields = sent_again(form)

        assert fields["given"] == "Augusta"
        assert fields["emails"][0] == {"value": "new@x.org", "label": "work"}
        assert set(fields) == set(filled_in(SHOWN))
