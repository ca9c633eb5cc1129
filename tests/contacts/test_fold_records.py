import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.contacts.fold_records import display_of, fold, same_value
from chalicelib.contacts.source import PERSON
from tests.contacts.making import GOOGLE, MICROSOFT, fields, record
from tests.contacts.strategies import records


class TestWhoWins:
    def test_the_title_comes_from_the_first_record(self):
        late = record(GOOGLE, {"title": "Countess"}, first_seen=2)
        early = record(MICROSOFT, {"title": "Mathematician"}, first_seen=1)

        assert fold([late, early])["title"] == "Mathematician"

    def test_a_person_wins_however_late(self):
        typed = record(PERSON, {"title": "Programmer"}, first_seen=9)

        assert fold([record(GOOGLE, {"title": "Countess"}), typed])["title"] == "Programmer"

    def test_what_the_first_leaves_open_the_next_fills(self):
        first, second = (
            record(GOOGLE, fields("Ada"), first_seen=1),
            record(MICROSOFT, {"title": "Countess"}, first_seen=2),
        )

        assert fold([first, second]) == {"given": "Ada", "display": "Ada", "title": "Countess"}

    def test_a_name_is_never_put_together_from_two(self):
        first = record(GOOGLE, {"given": "Ada"}, first_seen=1)
        second = record(MICROSOFT, {"given": "Augusta", "family": "King", "display": "A. King"}, first_seen=2)

        assert fold([first, second]) == {"given": "Ada", "display": "Ada"}

    def test_a_name_comes_whole_with_its_prefix_suffix_and_reading(self):
        first = record(GOOGLE, {"given": "Clara", "middle": "Amalie", "family": "Weiss", "suffix": "MD"}, first_seen=1)
        second = record(MICROSOFT, {"given": "C.", "prefix": "Dr.", "phonetic_given": "Klara"}, first_seen=2)

        shown = fold([first, second])

        assert (shown["middle"], shown["suffix"]) == ("Amalie", "MD")
        assert shown.keys().isdisjoint({"prefix", "phonetic_given"})

    def test_what_makes_no_name_alone_does_not_stand_in_for_one(self):
        filed = record(GOOGLE, {"file_as": "Weiss AG", "prefix": "Dr."}, first_seen=1)
        named = record(MICROSOFT, {"given": "Clara"}, first_seen=2)

        assert fold([filed, named]) == {"given": "Clara", "display": "Clara"}
        assert fold([filed])["prefix"] == "Dr."


class TestASourceThatLeadsWithAField:
    """As a person chose for a file."""

    def test_is_shown_there_before_sources_that_came_first_and_nowhere_else(self):
        first = record(GOOGLE, {"title": "Countess", "organization": "Palace"}, first_seen=1)
        file = record(MICROSOFT, {"title": "Mathematician", "organization": "Engine"}, first_seen=2, leads=("title",))

        shown = fold([first, file])

        assert (shown["title"], shown["organization"]) == ("Mathematician", "Palace")

    def test_does_not_replace_what_the_person_wrote(self):
        typed = record(PERSON, {"title": "Programmer"}, first_seen=9)
        file = record(MICROSOFT, {"title": "Mathematician"}, first_seen=2, leads=("title",))

        assert fold([file, typed])["title"] == "Programmer"

    def test_leads_with_the_whole_name(self):
        first = record(GOOGLE, fields("Ada King"), first_seen=1)
        file = record(MICROSOFT, {"given": "Augusta", "family": "King"}, first_seen=2, leads=("name",))

        assert fold([first, file]) == {"given": "Augusta", "family": "King", "display": "Augusta King"}

    def test_comes_after_another_one_that_changed_later(self):
        early = record(GOOGLE, {"title": "Countess"}, first_seen=1, leads=("title",))
        late = record(MICROSOFT, {"title": "Mathematician"}, first_seen=2, leads=("title",))

        assert fold([early, late])["title"] == "Mathematician"

    def test_has_its_values_first_in_a_list(self):
        first = record(GOOGLE, fields(email="a@x.org"), first_seen=1)
        file = record(MICROSOFT, fields(email="b@x.org"), first_seen=2, leads=("emails",))

        assert [each["value"] for each in fold([first, file])["emails"]] == ["b@x.org", "a@x.org"]


class TestHidden:
    """What the person does not want to see of what sources say."""

    def hiding(self, **values):
        return record(PERSON, {"hidden": values}, first_seen=9)

    def test_is_not_shown_however_it_is_spelled(self):
        card = record(GOOGLE, {"emails": [{"value": "Ada@x.org", "label": "home"}, {"value": "king@x.org"}]})

        shown = fold([card, self.hiding(emails=[{"value": "ada@X.org"}])])

        assert shown["emails"] == [{"value": "king@x.org"}]

    def test_does_not_hide_values_that_sources_add_later(self):
        first = record(GOOGLE, {"groups": ["Friends"], "phones": [{"raw": "1"}]})
        later = record(MICROSOFT, {"groups": ["friends", "Work"]}, first_seen=20)

        shown = fold([first, later, self.hiding(groups=["Friends"], phones=[{"raw": "1"}])])

        assert shown == {"groups": ["Work"]}

    def test_is_nothing_a_source_can_say(self):
        card = record(GOOGLE, {"emails": [{"value": "ada@x.org"}], "hidden": {"emails": [{"value": "ada@x.org"}]}})
        other = record(MICROSOFT, {"title": "Countess"}, first_seen=2)

        assert fold([card, other])["emails"] == [{"value": "ada@x.org"}]

    def test_alone_is_not_a_contact(self):
        assert fold([self.hiding(groups=["Friends"])]) == {}


class TestLists:
    def test_two_anniversaries_on_one_day_stay_two_and_the_same_one_from_two_sources_is_merged(self):
        ours, theirs = {"value": "2009-06-20", "label": "Anniversary"}, {"value": "2009-06-20", "label": "first met"}
        first = record(GOOGLE, {"events": [ours, theirs]}, first_seen=1)
        second = record(MICROSOFT, {"events": [{"value": "2009-06-20", "label": "anniversary"}]}, first_seen=2)

        assert fold([first, second])["events"] == [ours, theirs]

    def test_lists_are_united_and_the_first_spelling_stays(self):
        first = record(GOOGLE, fields(email="Ada@Example.com", phone="0170 1234567"))
        second = record(
            MICROSOFT,
            {
                "emails": [{"value": "ada@example.com", "label": "home"}, {"value": "king@example.com"}],
                "phones": [{"raw": "0170/1234567"}],
            },
            first_seen=2,
        )

        assert fold([first, second])["emails"] == [
            {"value": "Ada@Example.com", "label": "home"},
            {"value": "king@example.com"},
        ]
        assert fold([first, second])["phones"] == [{"raw": "0170 1234567"}]

    @pytest.mark.parametrize(
        ("field", "left", "right"),
        [
            ("phones", {"raw": "0170 1", "e164": "+491701"}, {"raw": "+49 170 1", "e164": "+491701"}),
            ("phones", {"raw": "030 23125123 home"}, {"raw": "(030) 23125123"}),
            ("urls", {"value": "HTTPS://Example.com/"}, {"value": "https://example.com"}),
            ("urls", {"value": "https://example.com/a,b"}, {"value": "https://example.com/a%2Cb"}),
            ("addresses", {"city": "Köln", "label": "home"}, {"city": " koln "}),
            ("groups", "Friends", "friends"),
            ("groups", "کار", "كار"),
            ("addresses", {"city": "臺北"}, {"city": "台北"}),
            ("emails", {"value": "/O=X/CN=ada"}, {"value": "/o=x/cn=ADA"}),
        ],
    )
    def test_values_in_different_spellings_are_merged(self, field, left, right):
        assert same_value(field, left, right)

    @pytest.mark.parametrize(
        ("field", "left", "right"),
        [
            ("urls", {"value": "https://example.com/A"}, {"value": "https://example.com/a"}),
            ("addresses", {"city": "Köln"}, {"region": "Köln"}),
            ("groups", "C", "C++"),
            ("groups", "Thúy", "Thùy"),
            ("ims", {"value": "ken_sato"}, {"value": "ken.sato"}),
            ("phones", {"raw": "*#06#"}, {"raw": "*#07#"}),
            ("phones", {"raw": "1", "e164": "+12025550123"}, {"raw": "1", "e164": "+12025550123", "extension": "42"}),
            ("phones", {"raw": "1-800-FLOWERS"}, {"raw": "1-800-COLLECT"}),
            ("phones", {"raw": "+52 1 55 5555 0123"}, {"raw": "+52 55 5555 0123", "e164": "+525555550123"}),
        ],
    )
    def test_what_differs_is_kept_apart(self, field, left, right):
        assert not same_value(field, left, right)


class TestNotes:
    def folded_notes(self, *notes, **own):
        records = [record(GOOGLE, {"notes": note}, first_seen=number) for number, note in enumerate(notes)]
        return fold([*records, *([record(PERSON, own, first_seen=9)] if own else [])]).get("notes")

    def test_of_all_sources_are_shown_in_their_order(self):
        assert self.folded_notes("Met in Rome.", "Likes tea.\nTwo sugars.") == "Met in Rome.\n\nLikes tea.\nTwo sugars."

    @pytest.mark.parametrize(
        ("notes", "shown"),
        [
            (("Met in Rome.", "Met in Rome."), "Met in Rome."),
            (("Met in Rome.", "Met in Rome. Likes tea."), "Met in Rome. Likes tea."),
            (("Met in Rome. Likes tea.", "Likes tea."), "Met in Rome. Likes tea."),
            (("Rome", "Romeo"), "Rome\n\nRomeo"),
            (("tea", "steak and tea"), "steak and tea"),
        ],
        ids=["equal", "the first in the second", "the second in the first", "a part of a word", "as a word too"],
    )
    def test_a_note_contained_in_another_is_not_repeated(self, notes, shown):
        assert self.folded_notes(*notes) == shown

    def test_the_persons_own_take_their_place(self):
        assert self.folded_notes("Met in Rome.", "Likes tea.", notes="Call her.") == "Call her."

    def test_that_the_person_took_away_are_not_shown(self):
        assert self.folded_notes("Met in Rome.", "Likes tea.", notes="") is None


class TestGroups:
    def test_those_known_by_an_id_are_groups_like_the_others(self):
        card = {"groups": ["Red"], "groups_by_id": {"f1": "Work", "f2": "red"}}

        assert fold([record(GOOGLE, card)]) == {"groups": ["Red", "Work"]}
        assert fold([record(GOOGLE, card), record(MICROSOFT, {"groups": ["Blue"]})])["groups"] == [
            "Red",
            "Work",
            "Blue",
        ]


class TestBirthday:
    def test_a_missing_year_comes_from_a_record_with_the_same_day(self):
        without = record(GOOGLE, {"birthday": {"month": 12, "day": 10}})
        with_year = record(MICROSOFT, {"birthday": {"month": 12, "day": 10, "year": 1815}}, first_seen=2)

        assert fold([without, with_year])["birthday"] == {"month": 12, "day": 10, "year": 1815}

    def test_another_day_is_another_opinion(self):
        without = record(GOOGLE, {"birthday": {"month": 12, "day": 10}})
        other = record(MICROSOFT, {"birthday": {"month": 12, "day": 11, "year": 1815}}, first_seen=2)

        assert fold([without, other])["birthday"] == {"month": 12, "day": 10}


class TestDisplay:
    @pytest.mark.parametrize(
        ("card", "display"),
        [
            ({"given": "Ada", "family": "Lovelace"}, "Ada Lovelace"),
            ({"family": "Lovelace"}, "Lovelace"),
            ({"nickname": "Countess", "organization": "Acme"}, "Countess"),
            ({"organization": "Acme", "emails": [{"value": "a@x.org"}]}, "Acme"),
            ({"emails": [{"value": "a@x.org"}], "phones": [{"raw": "1"}]}, "a@x.org"),
            ({"phones": [{"raw": "0170 1"}]}, "0170 1"),
        ],
    )
    def test_a_missing_display_name_is_computed_from_the_next_best_field(self, card, display):
        assert fold([record(GOOGLE, card)])["display"] == display

    def test_an_empty_contact_has_none(self):
        assert fold([]) == {}
        assert fold([record(GOOGLE, {"groups": ["Friends"]})]) == {"groups": ["Friends"]}


class TestWhatThePersonTakesBack:
    def test_an_empty_list_clears_the_field(self):
        typed = record(PERSON, {"emails": [], "title": "", "birthday": {}}, first_seen=9)
        card = {
            "emails": [{"value": "a@x.org"}],
            "title": "Countess",
            "birthday": {"month": 1, "day": 1},
            "nickname": "A",
        }

        assert fold([typed, record(GOOGLE, card)]) == {"nickname": "A", "display": "A"}

    def test_a_name_is_taken_back_whole(self):
        typed = record(PERSON, {"given": "", "family": "", "display": ""})

        assert fold([typed, record(GOOGLE, fields("Ada Lovelace", email="a@x.org"))]) == {
            "emails": [{"value": "a@x.org"}],
            "display": "a@x.org",
        }

    def test_a_source_cannot(self):
        empty = record(GOOGLE, {"emails": [], "title": ""}, first_seen=1)
        card = record(MICROSOFT, {"emails": [{"value": "a@x.org"}], "title": "Countess"}, first_seen=2)

        assert fold([empty, card])["title"] == "Countess"
        assert fold([empty, card])["emails"] == [{"value": "a@x.org"}]


class TestAlways:
    @given(records(), st.randoms(use_true_random=False))
    def test_the_order_in_which_records_are_kept_does_not_count(self, kept, chance: random.Random):
        shuffled = list(kept)
        chance.shuffle(shuffled)

        assert fold(shuffled) == fold(kept)

    @given(records())
    def test_folding_is_idempotent(self, kept):
        shown = fold(kept)

        assert fold([record(GOOGLE, shown)]) == shown

    @given(records())
    def test_the_same_record_twice_changes_nothing(self, kept):
        again = [record("later:1", each.fields, source_id=str(index), first_seen=9) for index, each in enumerate(kept)]

        assert fold([*kept, *again]) == fold(kept)

    @given(records())
    def test_nothing_that_is_in_a_list_is_lost(self, kept):
        shown = fold(kept)

        for field in ("emails", "phones", "addresses", "urls", "groups"):
            for each in kept:
                for value in each.fields.get(field, ()):
                    assert any(same_value(field, value, known) for known in shown[field])

    @given(records())
    def test_values_of_the_person_are_shown_unchanged(self, kept):
        shown = fold(kept)

        for typed in (each.fields for each in kept if each.source == PERSON):
            for field in ("nickname", "organization", "title", "notes", "given", "family", "display"):
                assert field not in typed or shown[field] == typed[field]

    @given(records())
    def test_no_field_is_null_or_empty_and_a_display_name_is_computed(self, kept):
        shown = fold(kept)

        assert all(shown.values())
        assert "display" in shown or not set(shown) & {
            "given",
            "family",
            "nickname",
            "organization",
            "emails",
            "phones",
        }

    @given(records())
    def test_the_display_name_alone_is_the_same(self, kept):
        for some in (kept, *([each] for each in kept)):
            assert display_of(some) == fold(some).get("display", "")
