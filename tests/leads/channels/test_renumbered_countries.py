"""Numbers of before and after a country renumbered are one identity, in the spelling that was written first."""

import json
import random

import phonenumbers
import pytest

from chalicelib.contacts.renumbered_phones import RULES, current_number, is_valid, may_be_old
from chalicelib.leads.channels.number_spellings import key_form
from chalicelib.leads.channels.phone import INTERNATIONAL
from tests.leads.channels.parsing import phone
from tests.leads.importing.import_desk import ImportDesk

WITH_SPELLINGS_IN_USE = ("MX", "AR", "BR")  # see test_phone_spellings.py
RULES_OF = [(each["country"], rule) for each in json.loads(RULES.read_text("utf-8")) for rule in each["rules"]]
OTHERS = [(country, rule) for country, rule in RULES_OF if country not in WITH_SPELLINGS_IN_USE]
SAME = [
    pytest.param(*rule["example"], id=f"{country} {rule['example'][0]}")
    for country, rule in OTHERS
    if rule["is"] == "same"
]
PERHAPS = [pytest.param(*rule["example"], id=rule["example"][0]) for _, rule in OTHERS if rule["is"] != "same"]


@pytest.mark.parametrize(("old", "current"), SAME)
@pytest.mark.parametrize("region", ["US", "DE", INTERNATIONAL])
def test_an_old_number_has_the_key_of_the_current_one_and_stays_as_it_was_written(old, current, region):
    assert phone(old, region) == (old, current)
    assert phone(f"{old[:6]} {old[6:]}", region) == (old, current)
    assert phone(current, region) == (current, current)


@pytest.mark.parametrize(("old", "current"), PERHAPS)
def test_numbers_that_two_people_may_have_are_two_identities(old, current):
    assert key_form(old) == old != key_form(current) == current


def test_no_number_in_use_is_rewritten():
    """Numbers like the examples of all regions: no certain rule takes a valid one for an old one."""
    chance = random.Random(7)
    examples = [
        phonenumbers.format_number(example, phonenumbers.PhoneNumberFormat.E164)
        for region in sorted(phonenumbers.SUPPORTED_REGIONS)
        for kind in (phonenumbers.PhoneNumberType.MOBILE, phonenumbers.PhoneNumberType.FIXED_LINE)
        if (example := phonenumbers.example_number_for_type(region, kind)) is not None
    ]
    tried = [each[:-5] + f"{chance.randrange(10**5):05}" for each in examples for _ in range(20)]
    valid = list(filter(is_valid, tried))

    assert len(valid) > 5_000
    assert [each for each in valid if key_form(each) != each and not each.startswith(("+52", "+54", "+55"))] == []


@pytest.mark.parametrize("country", sorted({country for country, _ in RULES_OF}))
def test_only_numbers_that_look_old_are_looked_up(country):
    for name, rule in RULES_OF:
        if name == country and rule["is"] == "same":
            old, current = rule["example"]
            assert (may_be_old(old), current_number(current)) == (True, current)


def test_a_row_with_the_other_spelling_finds_the_lead():
    desk = ImportDesk()

    desk.imported("Phone,Name\n+84 121 000 0123,Lan\n+225 01 00 01 23,Koffi\n")
    job = desk.imported("Phone,Name\n+84 79 000 0123,Lan\n+225 01 01 00 01 23,Koffi\n")

    assert (job.counts["created"], job.counts["unchanged"]) == (0, 2)
    assert sorted(desk.by_form()) == ["+22501000123", "+841210000123"]
