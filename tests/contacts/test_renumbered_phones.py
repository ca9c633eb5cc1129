"""Every rule of renumbering, checked against the numbering plans of the phone library."""

import json
import random
import re
import subprocess
import sys

import phonenumbers
import pytest

from chalicelib.contacts.renumbered_phones import RULES, current_number, has_rules, is_valid, possible_variants

CHANGES = json.loads(RULES.read_text())
WRITTEN = [(change, rule) for change in CHANGES for rule in change["rules"]]
SAME = [pytest.param(rule, id=rule["example"][0]) for _, rule in WRITTEN if rule["is"] == "same"]
PERHAPS = [pytest.param(rule, id=rule["example"][0]) for _, rule in WRITTEN if rule["is"] == "perhaps"]
NEVER = [  # they look like old spellings, and may be somebody else's
    ("+84838220123", "a landline of Ho Chi Minh City, or a mobile"),
    ("+201500000123", "given to another operator since"),
    ("+201510000123", "given to another operator since"),
    ("+201520000123", "given to another operator since"),
    ("+22650300123", "freed for mobiles"),
    ("+22640450123", "freed for mobiles"),
    ("+2287500123", "of two operators"),
    ("+2236840123", "of two operators"),
    ("+21241000123", "a landline, or a mobile of two years"),
    ("+39351234567", "a mobile, or a landline without its zero"),
    ("+84955550123", "of Viet Nam, or of Moscow behind a trunk 8"),
]


class TestRules:
    def test_there_are_as_many_as_were_verified(self):
        assert (len(SAME), len(PERHAPS)) == (103, 14)

    @pytest.mark.parametrize("change", [pytest.param(each, id=str(at)) for at, each in enumerate(CHANGES)])
    def test_each_change_names_its_country_its_day_and_its_sources(self, change):
        assert set(change) == {"country", "codes", "since", "sources", "rules"}
        assert re.fullmatch("[A-Z]{2}", change["country"])
        assert {int(code) for code in change["codes"]} <= phonenumbers.COUNTRY_CODE_TO_REGION_CODE.keys()
        assert change["since"]
        assert all(re.fullmatch(r"https?://\S+", source) for source in change["sources"])
        assert change["sources"]

    @pytest.mark.parametrize("rule", SAME)
    def test_an_old_spelling_becomes_the_number_of_today(self, rule):
        old, new = rule["example"]

        assert current_number(old) == new
        assert is_valid(new)
        assert current_number(new) == new

    @pytest.mark.parametrize("rule", PERHAPS)
    def test_a_spelling_that_may_be_two_people_is_found_from_either_side_and_never_rewritten(self, rule):
        old, new = rule["example"]

        assert (current_number(old), current_number(new)) == (old, new)
        assert new in possible_variants(old)
        assert old in possible_variants(new) or not is_valid(old)

    @pytest.mark.parametrize(("number", "reason"), NEVER)
    def test_an_uncertain_number_is_not_changed(self, number, reason):
        assert current_number(number) == number, reason
        assert possible_variants(number) == ()

    def test_the_first_digits_of_a_number_tell_whether_there_are_rules_for_it(self):
        codes = tuple("+" + code for change in CHANGES for code in change["codes"])
        numbers = [f"+{beginning}1234567" for beginning in range(100, 1_000)]

        assert [has_rules(number) for number in numbers] == [number.startswith(codes) for number in numbers]
        assert not any(map(has_rules, ("", "+", "0551234567", "551234567", "ada@example.com")))

    def test_an_old_spelling_has_one_rule(self):
        patterns = [re.compile(rule["old"]) for _, rule in WRITTEN if rule["is"] == "same"]

        assert all(
            sum(bool(each.fullmatch(rule.values[0]["example"][0][1:])) for each in patterns) == 1 for rule in SAME
        )

    def test_no_number_of_today_is_changed(self):
        """Example numbers of every region and kind, with other last digits: those that are valid stay as they are."""
        chance = random.Random(17)
        changed = [number for number in valid_numbers(chance) if current_number(number) != number]

        assert changed == []


def valid_numbers(chance, tails=12):
    for region in sorted(phonenumbers.SUPPORTED_REGIONS):
        for kind in (phonenumbers.PhoneNumberType.MOBILE, phonenumbers.PhoneNumberType.FIXED_LINE):
            example = phonenumbers.example_number_for_type(region, kind)
            if example is None:
                continue
            text = phonenumbers.format_number(example, phonenumbers.PhoneNumberFormat.E164)
            for _ in range(tails):
                number = text[:-4] + f"{chance.randrange(10_000):04d}"
                if is_valid(number):
                    yield number


class TestCurrent:
    @pytest.mark.parametrize("number", ["+12025550123", "+491701234567", "+0", "+", "", "+999", "+5215"])
    def test_a_number_without_a_rule_is_unchanged(self, number):
        assert current_number(number) == number
        assert possible_variants(number) == ()

    def test_the_library_is_not_loaded_for_numbers_without_a_rule(self):
        program = "import sys; from chalicelib.contacts.identities import current_identities as today\n"
        program += (
            "print(today(['+12025550123', 'ada@example.com']), 'phonenumbers' in sys.modules, 'idna' in sys.modules)"
        )
        done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

        assert done.stdout.split(")")[1].split() == ["False", "False"]

    def test_what_would_be_no_number_is_left_alone(self):
        assert current_number("+2250000000") == "+2250000000"
