"""The values that a person chooses for a merged contact."""

import pytest

from chalicelib.foundation.errors import InvalidInput
from chalicelib.reviews.choices import chosen_values
from tests.contacts.making import fields

LEFT = fields(
    "Ada Lovelace",
    title="Analyst",
    emails=[{"value": "ada@mail.example", "label": "home"}, {"value": "ada@work.example"}],
    birthday={"year": 1815},
)
RIGHT = fields("Ada Byron", emails=[{"value": "ADA@mail.example"}, {"value": "countess@king.example"}])


def test_a_field_without_a_choice_is_absent():
    assert chosen_values(LEFT, RIGHT, {}) == {}


def test_a_side_of_a_field_gives_its_value_and_an_empty_one_clears_it():
    assert chosen_values(LEFT, RIGHT, {"title": "left"}) == {"title": "Analyst"}
    assert chosen_values(LEFT, RIGHT, {"title": "right", "birthday": "right"}) == {"title": "", "birthday": None}


def test_a_name_is_chosen_as_a_whole():
    chosen = chosen_values(LEFT, RIGHT, {"name": "right"})

    assert (chosen["display"], chosen["given"], chosen["family"], chosen["prefix"]) == ("Ada Byron", "Ada", "Byron", "")


def test_a_value_chooses_the_side_that_has_it():
    assert chosen_values(LEFT, RIGHT, {"name": "Ada Byron"})["family"] == "Byron"
    assert chosen_values(LEFT, RIGHT, {"birthday": {"year": 1815}}) == {"birthday": {"year": 1815}}


class TestLists:
    @pytest.mark.parametrize("choice", ["both", ["ada@mail.example", "ada@work.example", "countess@king.example"]])
    def test_both_leaves_them_united(self, choice):
        assert chosen_values(LEFT, RIGHT, {"emails": choice}) == {}

    def test_a_side_has_only_its_values(self):
        assert chosen_values(LEFT, RIGHT, {"emails": "right"}) == {"emails": RIGHT["emails"]}

    def test_some_of_the_values_leave_out_the_others(self):
        choice = [{"value": "countess@king.example"}, {"value": "ada@mail.example"}]

        assert chosen_values(LEFT, RIGHT, {"emails": choice}) == {
            "emails": [{"value": "ada@mail.example", "label": "home"}, {"value": "countess@king.example"}]
        }

    def test_none_of_them_leave_the_field_empty(self):
        assert chosen_values(LEFT, RIGHT, {"emails": []}) == {"emails": []}


@pytest.mark.parametrize(
    ("field", "choice"),
    [
        ("title", "both"),
        ("title", "Baroness"),
        ("title", None),
        ("title", ["left"]),
        ("emails", "ada@mail.example"),
        ("emails", ["eve@mail.example"]),
        ("emails", [{}]),
        ("emails", [None, 1, ["x"]]),
        ("birthday", {"year": 1900}),
        ("given", "left"),
        ("shoe", "left"),
    ],
)
def test_what_neither_side_has_cannot_be_chosen(field, choice):
    with pytest.raises(InvalidInput) as refused:
        chosen_values(LEFT, RIGHT, {field: choice})

    assert refused.value.members["field"] == f"choices.{field}"
