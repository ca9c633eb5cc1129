"""What a person wants a contact to show is what it shows, and can be taken back."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import assume, given, settings

from chalicelib.contacts.contact import Contact
from chalicelib.contacts.contact_fields import EDITABLE, LISTS, NAME
from chalicelib.contacts.custom_values import same_name
from chalicelib.contacts.dates import is_day
from chalicelib.contacts.edit_request import validate_edit
from chalicelib.contacts.fold_records import fold, without
from chalicelib.contacts.identities import with_e164
from chalicelib.contacts.overrides import overrides_after
from chalicelib.contacts.source import PERSON
from chalicelib.contacts.source_record import SourceRecord
from tests.contacts.making import GOOGLE, MICROSOFT, fields, record
from tests.contacts.strategies import field_sets, plain, records, texts, whole_texts

ADA = fields("Ada Lovelace", email="ada@x.org", phone="0170 1234567", title="Countess", groups=["Friends", "Work"])


def contact(*kept) -> Contact:
    return Contact("c1", 1, list(kept), 1, 2)


def apply_edit(one: Contact, wanted: dict[str, Any]) -> Contact:
    """The contact with what the person said of it."""
    own = overrides_after(one, validate_edit(wanted, one.shown), "DE")
    others = [each for each in one.records if each.source != PERSON]
    return contact(*others, *([record(PERSON, own, first_seen=50)] if own else []))


def own_fields(one: Contact) -> Any:
    return next((each.fields for each in one.records if each.source == PERSON), {})


def has_day(wanted: dict[str, Any]) -> bool:
    birthday = wanted.get("birthday")
    return not birthday or is_day(**birthday)


def has_unique_names(edit: dict[str, Any]) -> bool:
    """Whether no two custom fields have one name, which an edit must not send."""
    names = [same_name(each.get("name", "")) for each in edit.get("custom_fields", ())]
    named = [name for name in names if name]
    return len(named) == len(set(named))


def without_photo(kept: SourceRecord) -> SourceRecord:
    """No person says a picture."""
    kept_fields: Any = {field: value for field, value in kept.fields.items() if field != "photo_url"}
    return replace(kept, fields=kept_fields)


def changes_the_name(one: Contact, wanted: dict[str, Any]) -> bool:
    """Whether it says what to call them; who is called as before is called by their new name."""
    return "display" not in wanted or validate_edit(wanted, one.shown)["display"] != one.shown.get("display", "")


edits = (
    field_sets(whole_texts)
    .map(lambda fields: {name: fields[name] for name in fields if name in EDITABLE})
    .filter(has_day)
    .filter(has_unique_names)
)
books = records(texts).filter(bool).map(lambda kept: contact(*map(without_photo, kept)))
slowly = settings(deadline=None)


class TestEveryEdit:
    @slowly
    @given(books, edits)
    def test_is_what_is_shown(self, one, wanted):
        shown: Any = apply_edit(one, wanted).shown

        for field, value in validate_edit(wanted, one.shown).items():
            if field in LISTS:
                sent, seen = (with_e164({field: each}, "DE")[field] for each in (value, shown.get(field, [])))
                assert (without(field, sent, seen), without(field, seen, sent)) == ([], [])
            elif field != "display":  # without one, the display name is computed
                assert (shown.get(field) or None) == (value or None), field
            elif value and changes_the_name(one, wanted):
                assert shown["display"] == value

    @slowly
    @given(books, edits)
    def test_applied_twice_changes_nothing_more(self, one, wanted):
        assume(changes_the_name(one, wanted))
        once = apply_edit(one, wanted)

        assert own_fields(apply_edit(once, wanted)) == own_fields(once)

    @slowly
    @given(books, edits)
    def test_leaves_alone_what_it_does_not_name(self, one, wanted):
        shown: Any = apply_edit(one, wanted).shown
        before: Any = one.shown

        for field in EDITABLE:
            if field not in wanted and not (field in NAME and set(wanted) & set(NAME)) and field != "display":
                assert shown.get(field) == before.get(field), field

    @slowly
    @given(books, edits)
    def test_can_be_taken_back_whole(self, one, wanted):
        again = apply_edit(apply_edit(one, wanted), dict.fromkeys(EDITABLE))

        assert own_fields(again) == {}
        assert again.shown == fold(each for each in one.records if each.source != PERSON)

    @slowly
    @given(records(plain).filter(bool).map(lambda kept: contact(*(each for each in kept if each.source != PERSON))))
    def test_of_shown_values_overrides_nothing(self, one):
        shown: Any = one.shown
        everything = {field: shown.get(field, [] if field in LISTS else "") for field in EDITABLE}
        everything["birthday"] = shown.get("birthday", {})
        assume(has_day(everything))

        assert own_fields(apply_edit(one, everything)) == {}


class TestNames:
    ONE = contact(record(GOOGLE, ADA))

    def name(self, one: Contact) -> list[str]:
        return [str(one.shown.get(field, "")) for field in ("given", "family", "display")]  # type: ignore[attr-defined] # a TypedDict

    @pytest.mark.parametrize(
        ("wanted", "name"),
        [
            ({"family": "King"}, ["Ada", "King", "Ada King"]),
            ({"family": "King", "display": "Ada Lovelace"}, ["Ada", "King", "Ada King"]),  # as a form sends it
            ({"family": "King", "display": "The Countess"}, ["Ada", "King", "The Countess"]),
            ({"display": "The Countess"}, ["Ada", "Lovelace", "The Countess"]),
            ({"given": "", "family": ""}, ["", "", "ada@x.org"]),
            ({"given": "", "family": "", "display": ""}, ["", "", "ada@x.org"]),
        ],
    )
    def test_the_display_name_follows_the_name_unless_it_was_edited(self, wanted, name):
        assert self.name(apply_edit(self.ONE, wanted)) == name

    def test_a_name_put_back_by_hand_is_the_sources_again(self):
        there_and_back = apply_edit(apply_edit(self.ONE, {"family": "King"}), {"family": "Lovelace"})

        assert own_fields(there_and_back) == {}

    @pytest.mark.parametrize(
        ("wanted", "shown"),
        [
            ({"phonetic_given": "Eida"}, {"phonetic_given": "Eida", "display": "Ada Lovelace"}),
            ({"file_as": "Lovelace, A."}, {"file_as": "Lovelace, A.", "display": "Ada Lovelace"}),
            ({"family": "King"}, {"file_as": None, "display": "Ada King"}),
            ({"family": "King", "file_as": "King, A."}, {"file_as": "King, A."}),
        ],
        ids=["reading", "filing", "another-name", "another-name-and-filing"],
    )
    def test_a_reading_leaves_what_is_shown_and_another_name_is_not_filed_as_the_old_one(self, wanted, shown):
        one = contact(record(GOOGLE, {**ADA, "file_as": "Lovelace, Ada"}))

        now: Any = apply_edit(one, wanted).shown

        assert {field: now.get(field) for field in shown} == shown

    @pytest.mark.parametrize("added", [{"prefix": "Countess"}, {"middle": "Augusta"}, {"suffix": "MD"}])
    def test_a_display_name_without_parts_stays_when_a_part_is_added(self, added):
        now = apply_edit(contact(record(GOOGLE, {"display": "Ada Lovelace"})), added).shown

        assert now == {**added, "display": "Ada Lovelace"}

    @pytest.mark.parametrize(
        ("source_fields", "wanted", "display"),
        [
            ({"given": "健一", "family": "小林"}, {"given": "健二"}, "小林 健二"),
            ({"given": "서연", "family": "박", "display": "박서연"}, {"given": "지우"}, "박지우"),
            ({"given": "Helen", "family": "Marsh", "display": "MARSH, Helen"}, {"family": "Ash"}, "Helen Ash"),
            ({"given": "Gisela", "family": "Meier", "display": "Oma Gisela"}, {"family": "Berg"}, "Oma Gisela"),
            ({"display": "Ada Lovelace"}, {"given": "Ada"}, "Ada Lovelace"),
            ({"display": "Bob"}, {"given": "Aaron", "family": "Abel"}, "Aaron Abel"),
        ],
        ids=["japanese", "korean", "filed", "own", "contained", "another"],
    )
    def test_the_display_name_follows_its_parts_unless_it_has_other_words(self, source_fields, wanted, display):
        assert apply_edit(contact(record(GOOGLE, source_fields)), wanted).shown["display"] == display

    def test_what_to_call_them_can_be_taken_back_alone(self):
        one = apply_edit(self.ONE, {"family": "King", "display": "The Countess"})

        assert self.name(apply_edit(one, {"display": None})) == ["Ada", "King", "Ada King"]

    def test_a_name_is_not_frozen_by_an_edit_of_something_else(self):
        nameless = contact(record(GOOGLE, fields(email="ada@x.org")))

        one = apply_edit(
            nameless, {"emails": [{"value": "king@x.org"}], "display": "ada@x.org", "given": "", "family": ""}
        )

        assert set(own_fields(one)) == {"emails", "hidden"}
        assert one.shown["display"] == "king@x.org"


class TestScalars:
    def test_an_empty_one_clears_the_list(self):
        one = apply_edit(contact(record(GOOGLE, ADA)), {"title": ""})

        assert (own_fields(one), one.shown.get("title")) == ({"title": ""}, None)

    def test_a_birthday_is_taken_whole(self):
        source = record(GOOGLE, {"birthday": {"year": 1815, "month": 12, "day": 10}})

        without_year, none = {"month": 12, "day": 10}, {}

        assert apply_edit(contact(source), {"birthday": without_year}).shown == {"birthday": without_year}
        assert "birthday" not in apply_edit(contact(source), {"birthday": none}).shown


class TestLists:
    TWO = contact(
        record(GOOGLE, {"emails": [{"value": "ada@x.org", "label": "home"}, {"value": "king@x.org", "label": "work"}]})
    )

    def test_values_of_sources_stay_with_their_sources(self):
        one = apply_edit(self.TWO, {"emails": [*self.TWO.shown["emails"], {"value": "new@x.org"}]})

        assert own_fields(one) == {"emails": [{"value": "new@x.org"}]}

    def test_what_is_left_out_is_hidden_and_what_comes_later_is_not(self):
        one = apply_edit(self.TWO, {"emails": [{"value": "ada@x.org", "label": "home"}]})
        later = record(MICROSOFT, {"emails": [{"value": "KING@x.org"}, {"value": "late@x.org"}]}, first_seen=9)

        assert own_fields(one) == {"hidden": {"emails": [{"value": "king@x.org", "label": "work"}]}}
        assert [each["value"] for each in contact(*one.records, later).shown["emails"]] == ["ada@x.org", "late@x.org"]

    def test_a_hidden_value_stays_hidden_while_its_source_lacks_it(self):
        one = apply_edit(self.TWO, {"emails": [{"value": "ada@x.org", "label": "home"}]})
        own = next(each for each in one.records if each.source == PERSON)
        silent = contact(record(GOOGLE, {"emails": [{"value": "ada@x.org", "label": "home"}]}), own)

        assert own_fields(apply_edit(silent, {"emails": []}))["hidden"]["emails"] == [
            {"value": "ada@x.org", "label": "home"},
            {"value": "king@x.org", "label": "work"},
        ]

    def test_a_hidden_value_returns_when_the_person_adds_it(self):
        one = apply_edit(apply_edit(self.TWO, {"emails": []}), {"emails": [{"value": "ada@x.org", "label": "home"}]})

        assert own_fields(one) == {"hidden": {"emails": [{"value": "king@x.org", "label": "work"}]}}

    @pytest.mark.parametrize("label", [{"label": "private"}, {}])
    def test_a_label_is_changed_or_taken_away(self, label):
        changed = {"value": "ada@x.org", **label}

        one = apply_edit(self.TWO, {"emails": [changed, self.TWO.shown["emails"][1]]})

        assert [each.get("label", "") for each in one.shown["emails"]] == [label.get("label", ""), "work"]

    def test_a_number_is_read_as_one_of_the_region_and_the_sources_reading_of_theirs_stays(self):
        one = contact(record(GOOGLE, {"phones": [{"raw": "(212) 555-0100", "e164": "+12125550100"}]}))

        changed = apply_edit(one, {"phones": [{"raw": "(212) 555-0100", "e164": "+490000"}, {"raw": "0170 1234567"}]})

        assert own_fields(changed) == {"phones": [{"raw": "0170 1234567", "e164": "+491701234567"}]}
        assert [each["e164"] for each in changed.shown["phones"]] == ["+491701234567", "+12125550100"]

    def test_an_extension_is_read_from_the_number_and_not_taken_from_what_is_sent(self):
        phone = {"raw": "+1 202-555-0123 ext. 42", "e164": "+12025550123", "extension": "42"}
        one = contact(record(GOOGLE, {"phones": [phone]}))

        changed = apply_edit(one, {"phones": [phone, {"raw": "+1 202-555-0123 x7", "extension": "99"}]})

        assert own_fields(changed) == {"phones": [{**phone, "raw": "+1 202-555-0123 x7", "extension": "7"}]}
        assert phone in changed.shown["phones"]

    def test_a_repeated_value_is_stored_once(self):
        one = apply_edit(self.TWO, {"emails": [{"value": "a@x.org"}, {"value": "A@x.org"}]})

        assert own_fields(one)["emails"] == [{"value": "a@x.org"}]
