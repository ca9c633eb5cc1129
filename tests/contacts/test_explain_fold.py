"""Each value of the records of a contact is shown, lost or hidden by a rule, just as the fold has it."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.contacts.contact_fields import LISTS, NAME, SINGLE, with_defaults
from chalicelib.contacts.explain_fold import HIDING, ExplainedValue, Explanation, Rule
from chalicelib.contacts.fold_records import by_rank, fold, holds_note, joined_notes, same_value, value_of
from chalicelib.contacts.source import PERSON, enrichment_source
from chalicelib.contacts.source_record import WHOLE_NAME, SourceRecord
from tests.contacts.making import GOOGLE, MICROSOFT, fields, record
from tests.contacts.strategies import records
from tests.examples import examples

ENRICHMENT = enrichment_source("apollo").key
SHOWN = {
    Rule.OWN_EDIT,
    Rule.ONLY_SOURCE,
    Rule.SOURCES_AGREE,
    Rule.FIRST_TO_ARRIVE,
    Rule.LEADS,
    Rule.ALL_SHOWN,
    Rule.FILLS_GAP,
    Rule.COMPLETES,
    Rule.KEPT_NAME,
    Rule.COMPUTED,
}


@st.composite
def contacts(draw: st.DrawFn) -> list[SourceRecord]:
    """Records of sources, one of them perhaps enrichment, and of a person who may have cleared and hidden values."""
    found = draw(records())
    if found and draw(st.booleans()):
        found[-1].source = ENRICHMENT if found[-1].source != PERSON else PERSON
    for each in found:
        if each.source != PERSON and draw(st.integers(0, 3)) == 0:
            each.leads = tuple(draw(st.lists(st.sampled_from([WHOLE_NAME, "title", "birthday", "emails"]), max_size=3)))
    own = next((each for each in found if each.source == PERSON), None)
    if own is not None:
        content: dict[str, Any] = own.fields  # type: ignore[assignment] # any of its fields
        for name in draw(st.lists(st.sampled_from(["title", "notes", "emails", "groups", "birthday"]), max_size=2)):
            content[name] = [] if name in LISTS else {} if name == "birthday" else ""
        if draw(st.booleans()):
            content.update(given="", family="", display="")
        for name in draw(st.lists(st.sampled_from(["emails", "phones", "groups"]), max_size=1)):
            content["hidden"] = {name: [value for each in found for value in value_of(each, name) or ()][:2]}
        if draw(st.booleans()) and not any(each in content for each in NAME):
            content["kept_name"] = {"given": "Kept", "display": "Kept Name"}
    return found


def explained(found: list[SourceRecord]) -> dict[str, dict[Rule, list[ExplainedValue]]]:
    result: dict[str, dict[Rule, list[ExplainedValue]]] = {}
    for name, values in Explanation.of(found, fold(found)).fields():
        for value, rule in values:
            result.setdefault(name, {}).setdefault(rule, []).append(value)
    return result


def rules(found: list[SourceRecord], name: str) -> list[tuple[Any, Rule]]:
    """The values of a field with their rules."""
    return [
        (value.value, rule)
        for each, values in Explanation.of(found, fold(found)).fields()
        for value, rule in values
        if each == name
    ]


class TestOfAnyRecords:
    @settings(max_examples=examples(60))
    @given(contacts())
    def test_the_values_that_are_shown_are_those_of_the_fold(self, found):
        shown: dict[str, Any] = fold(found)  # type: ignore[assignment] # any of its fields
        for name, values in Explanation.of(found, fold(found)).fields():
            visible = [each.value for each, _ in values if each.is_shown]
            if name in LISTS:
                assert len(visible) == len(shown.get(name, []))
                assert all(
                    any(same_value(name, one, with_defaults(name, other)) for other in shown[name]) for one in visible
                )
            elif name == "notes":
                assert all(holds_note(shown[name], each) for each in visible)
                assert name not in shown or visible
            else:
                assert visible == ([shown[name]] if name in shown else [])
        assert set(shown) <= {name for name, _ in Explanation.of(found, fold(found)).fields()}

    @settings(max_examples=examples(60))
    @given(contacts())
    def test_every_value_of_every_record_is_among_them_once(self, found):
        by_field = dict(Explanation.of(found, fold(found)).fields())
        for each in found:
            for name in (*SINGLE, *LISTS):
                value = value_of(each, name)
                for one in value if isinstance(value, list) else [value] if value else []:
                    holding = [
                        entry for entry, _ in by_field[name] if same_value(name, entry.value, with_defaults(name, one))
                    ]
                    assert len(holding) == 1
                    assert each in holding[0].records

    @settings(max_examples=examples(60))
    @given(contacts())
    def test_the_rule_is_one_of_values_that_are_shown_lost_or_hidden(self, found):
        for _, values in Explanation.of(found, fold(found)).fields():
            for value, rule in values:
                assert value.is_shown == (rule in SHOWN)

    @settings(max_examples=examples(60))
    @given(contacts())
    def test_the_record_that_wins_has_what_is_shown(self, found):
        explanation, shown = Explanation.of(found, fold(found)), fold(found)
        named = [(name, rule) for name, values in explanation.fields() if name in SINGLE for _, rule in values]
        for name, rule in named:
            if name != "notes" and rule in (Rule.FIRST_TO_ARRIVE, Rule.LEADS, Rule.ONLY_SOURCE, Rule.SOURCES_AGREE):
                winner = explanation.winner(name)
                assert winner is not None
                assert value_of(winner, name) == shown[name]

    @settings(max_examples=examples(60))
    @given(contacts())
    def test_a_value_that_lost_has_a_winner(self, found):
        explanation, shown = Explanation.of(found, fold(found)), fold(found)
        for name, values in explanation.fields():
            for _, rule in values:
                if rule in (Rule.LOST_TO_FIRST, Rule.LOST_TO_LEADING, Rule.LOST_TO_OWN_EDIT, Rule.FILLS_GAPS_ONLY):
                    assert name in shown or name in NAME

    @settings(max_examples=examples(60))
    @given(contacts())
    def test_notes_that_are_shown_make_the_notes(self, found):
        values = dict(Explanation.of(found, fold(found)).fields()).get("notes", [])
        if all(rule in (Rule.ALL_SHOWN, Rule.ONLY_SOURCE) for _, rule in values) and values:
            assert joined_notes(each.value for each, _ in values) == fold(found)["notes"]


class TestRules:
    ada = record(GOOGLE, fields("Ada Lovelace", email="ada@x.org", title="Countess", notes="Poet"))
    later = record(
        MICROSOFT,
        {
            "given": "Augusta",
            "prefix": "Lady",
            "title": "Programmer",
            "emails": [{"value": "ada@y.org"}],
            "notes": "Math",
        },
        first_seen=2,
    )

    def test_of_one_source(self):
        assert rules([self.ada], "title") == [("Countess", Rule.ONLY_SOURCE)]
        assert rules([self.ada], "emails") == [({"value": "ada@x.org"}, Rule.ONLY_SOURCE)]

    def test_of_two_sources(self):
        both = [self.later, self.ada]

        assert rules(both, "title") == [("Countess", Rule.FIRST_TO_ARRIVE), ("Programmer", Rule.LOST_TO_FIRST)]
        assert [rule for _, rule in rules(both, "emails")] == [Rule.ALL_SHOWN] * 2
        assert [rule for _, rule in rules(both, "notes")] == [Rule.ALL_SHOWN] * 2

    def test_of_a_source_that_the_person_chose_to_go_first(self):
        leading = record(MICROSOFT, {"title": "Programmer"}, first_seen=2, leads=("title",))

        assert rules([self.ada, leading], "title") == [("Programmer", Rule.LEADS), ("Countess", Rule.LOST_TO_LEADING)]

    def test_of_a_name_which_comes_whole_from_one(self):
        both = [self.ada, self.later]

        assert rules(both, "given") == [("Ada", Rule.FIRST_TO_ARRIVE), ("Augusta", Rule.LOST_TO_FIRST)]
        assert rules(both, "prefix") == [("Lady", Rule.WHOLE_NAME)]

    def test_of_two_that_agree(self):
        other = record(MICROSOFT, {"title": "Countess"}, first_seen=2)

        assert rules([self.ada, other], "title") == [("Countess", Rule.SOURCES_AGREE)]

    @pytest.mark.parametrize(
        ("own", "expected"),
        [
            ({"title": "Queen"}, [("Queen", Rule.OWN_EDIT), ("Countess", Rule.LOST_TO_OWN_EDIT)]),
            ({"title": ""}, [("Countess", Rule.CLEARED)]),
        ],
    )
    def test_of_an_edit(self, own, expected):
        assert rules([self.ada, record(PERSON, own, first_seen=3)], "title") == expected

    def test_of_values_of_lists_that_the_person_hid_or_cleared(self):
        hidden = record(PERSON, {"hidden": {"emails": [{"value": "ADA@x.org"}]}}, first_seen=3)
        cleared = record(PERSON, {"emails": []}, first_seen=3)

        assert [rule for _, rule in rules([self.ada, self.later, hidden], "emails")] == [Rule.HIDDEN, Rule.ALL_SHOWN]
        assert [rule for _, rule in rules([self.ada, cleared], "emails")] == [Rule.CLEARED]
        assert set(HIDING) == {Rule.HIDDEN, Rule.CLEARED}

    def test_of_enrichment_which_fills_gaps_only(self):
        vendor = record(ENRICHMENT, {"title": "Analyst", "department": "Engines", "emails": [{"value": "a@z.org"}]})

        both = [vendor, self.ada]
        assert rules(both, "title") == [("Countess", Rule.ONLY_SOURCE), ("Analyst", Rule.FILLS_GAPS_ONLY)]
        assert rules(both, "department") == [("Engines", Rule.FILLS_GAP)]
        assert [rule for _, rule in rules(both, "emails")] == [Rule.ALL_SHOWN, Rule.FILLS_GAP]

    def test_of_a_birthday_whose_year_another_source_has(self):
        day = record(GOOGLE, {"birthday": {"month": 12, "day": 10}})
        whole = record(MICROSOFT, {"birthday": {"year": 1815, "month": 12, "day": 10}}, first_seen=2)

        assert [rule for _, rule in rules([day, whole], "birthday")] == [Rule.COMPLETED, Rule.COMPLETES]

    def test_of_a_display_name_that_nobody_wrote(self):
        assert rules([record(GOOGLE, {"given": "Ada", "family": "King"})], "display") == [("Ada King", Rule.COMPUTED)]

    def test_of_a_name_that_was_kept_from_the_last_source(self):
        own = record(PERSON, {"title": "Queen", "kept_name": {"given": "Ada", "display": "Ada"}})

        assert rules([own], "given") == [("Ada", Rule.KEPT_NAME)]


def test_the_order_of_the_records_does_not_matter():
    records_ = [TestRules.later, TestRules.ada]

    assert rules(records_, "title") == rules(by_rank(records_), "title")
