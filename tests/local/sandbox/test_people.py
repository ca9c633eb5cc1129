"""The sandbox's people: realistic, everybody different, the same in every run."""

from functools import cache

import phonenumbers
import pytest

from local.sandbox.accounts import Account, Recipe
from local.sandbox.hostile import KINDS
from local.sandbox.people import Human, as_known_elsewhere, human, is_recognizable
from local.sandbox.world import GOOGLE_DEMO, MICROSOFT_DEMO, World


@cache  # made when the first test asks, not in every process that collects the tests
def crowd() -> list[Human]:
    return [human(7, index) for index in range(3_000)]


class TestPeople:
    def test_a_seed_gives_the_same_people_for_ever(self):
        first = human(1, 0)

        assert first == human(1, 0)
        assert (first.display, first.emails) == ("Abbas Hering", (("a.2t4w@striebitz-hesse-ag.example", "work"),))

    def test_seeds_and_places_give_different_people(self):
        emails = [email for seed in range(20) for index in range(200) for email, _ in human(seed, index).emails]

        assert len(set(emails)) == len(emails)

    @pytest.mark.parametrize("member", ["middle", "prefix", "anniversary", "spouse", "ims", "own_fields"])
    def test_some_have_rare_fields(self, member):
        assert 0.01 < sum(bool(getattr(person, member)) for person in crowd()) / len(crowd()) < 0.1

    def test_phones_are_unique(self):
        phones = [phone.raw for person in crowd() for phone in person.phones]

        assert len(set(phones)) == len(phones)

    def test_phones_are_numbers_that_exist_as_their_canonical_form_says(self):
        known = [phone for person in crowd() for phone in person.phones if phone.e164]

        assert [phone for phone in known if not phonenumbers.is_valid_number(phonenumbers.parse(phone.e164))] == []

    @pytest.mark.parametrize(
        ("has", "share"),
        [
            (lambda person: person.emails, 0.85),
            (lambda person: person.phones, 0.70),
            (lambda person: person.company, 0.55),
            (lambda person: person.birthday, 0.30),
            (lambda person: person.birthday and person.birthday[0] is None, 0.06),
            (lambda person: any(phone.e164 is None for phone in person.phones), 0.20),
            (lambda person: not person.display.isascii(), 0.34),
        ],
    )
    def test_about_as_many_as_in_real_books(self, has, share):
        assert sum(bool(has(person)) for person in crowd()) / len(crowd()) == pytest.approx(share, abs=0.06)

    def test_a_person_known_elsewhere_keeps_the_email_and_the_parts_of_the_name(self):
        for index, there in enumerate(filter(is_recognizable, crowd()[:300])):
            here = as_known_elsewhere(there, 8, index)

            assert here.emails[0] == there.emails[0]
            assert (here.given, here.family) == (there.given, there.family)
            assert (here.suffix, here.birthday) == (there.suffix, there.birthday)  # or they would be two people


class TestAccounts:
    def test_hostile_contacts_stand_evenly_and_every_kind_comes(self):
        entries = Account(Recipe("google", "x@gmail.example", 400, hostile=0.25)).entries
        odd = [entry for entry in entries if entry.odd]

        assert (len(odd), {entry.odd for entry in odd}) == (100, set(KINDS))
        assert [entry.number for entry in odd[:3]] == [3, 7, 11]

    def test_the_demo_has_three_folders_and_three_hundred_people_in_common(self):
        world = World()
        google, microsoft = (world.accounts.get(recipe.address) for recipe in (GOOGLE_DEMO, MICROSOFT_DEMO))
        known = {email for entry in google.entries for email, _ in entry.human.emails}
        phones = {phone.raw for entry in google.entries for phone in entry.human.phones}
        shared = [entry for entry in microsoft.entries if known & {email for email, _ in entry.human.emails}]

        assert [len(google.list_entries(folder)) for folder in range(2)] == [2_500, 600]  # and "Other contacts"
        assert (len(microsoft.entries), len(shared)) == (1_200, 300)
        assert [len(microsoft.list_entries(folder)) for folder in range(3)] == [600, 300, 300]
        assert not phones & {phone.raw for entry in microsoft.entries for phone in entry.human.phones}
