"""Numbering plans have the numbers that the library has."""

import phonenumbers
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from phonenumbers import PhoneNumber

from chalicelib.contacts.numbering_plan import lengths_with, plan_in, plan_of
from chalicelib.contacts.phone_region import is_valid

REGIONS = sorted(phonenumbers.SUPPORTED_REGIONS)
EXAMPLES = [
    phonenumbers.national_significant_number(found)
    for region in REGIONS
    for kind in phonenumbers.PhoneNumberType.values()
    if (found := phonenumbers.example_number_for_type(region, kind))
]


def number(code: int, digits: str) -> PhoneNumber:
    return PhoneNumber(country_code=code, national_number=int(digits), italian_leading_zero=digits.startswith("0"))


class TestNumbers:
    @given(st.sampled_from(REGIONS), st.sampled_from(EXAMPLES), st.text("0123456789", max_size=2))
    def test_a_plan_has_the_valid_ones_of_its_country(self, region, digits, ending):
        digits = digits[: len(digits) - len(ending)] + ending
        wanted = number(phonenumbers.country_code_for_region(region), digits)

        assert plan_in(region).has(digits) == phonenumbers.is_valid_number_for_region(wanted, region)

    @pytest.mark.parametrize("region", REGIONS)
    def test_a_plan_has_the_examples_of_every_kind(self, region):
        found = (phonenumbers.example_number_for_type(region, kind) for kind in phonenumbers.PhoneNumberType.values())

        assert all(plan_in(region).has(phonenumbers.national_significant_number(each)) for each in found if each)

    @given(st.sampled_from(REGIONS), st.sampled_from(["", "DE", "US", "IT"]), st.sampled_from(EXAMPLES))
    @example("CA", "US", "3101234")
    @example("GB", "", "7911123456")
    def test_a_number_is_valid_wherever_its_country_has_it(self, country, region, digits):
        wanted = number(phonenumbers.country_code_for_region(country), digits)

        assert is_valid(wanted, region) == phonenumbers.is_valid_number(wanted)


class TestCountryCodes:
    @pytest.mark.parametrize(("digits", "code"), [("4930", "49"), ("12125550170", "1"), ("80012345678", "800")])
    def test_digits_begin_with_the_code_of_a_country_or_of_a_service(self, digits, code):
        assert plan_of(digits).code == code

    @pytest.mark.parametrize("digits", ["", "0", "049", "999", "2101"])
    def test_other_digits_begin_with_none(self, digits):
        assert plan_of(digits) is None

    def test_canada_has_shorter_numbers_than_the_country_that_it_shares_its_code_with(self):
        assert 7 not in plan_in("US").any_kind.lengths
        assert 7 in lengths_with(1)

    def test_a_country_that_is_none_has_no_plan(self):
        assert plan_in("XX") is None
