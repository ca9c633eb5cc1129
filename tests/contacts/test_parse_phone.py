"""Numbers that are taken apart without the library are those that the library finds."""

import phonenumbers
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from phonenumbers import NumberParseException, PhoneNumber, PhoneNumberFormat

from chalicelib.contacts.parse_phone import complete_number, may_be_international, parse_phone

COUNTRY_CODES = st.sampled_from(sorted(phonenumbers.COUNTRY_CODE_TO_REGION_CODE)).map(str)
REGIONS = st.sampled_from(sorted(phonenumbers.SUPPORTED_REGIONS))
DIGITS = st.text("0123456789", max_size=15)
PREFIXES = st.sampled_from(["", "0", "00", "1", "8", "9", "06", "011"])
GAPS = st.lists(st.tuples(st.integers(0, 18), st.sampled_from([" ", "-", ".", "(", ")", ") "])), max_size=4)


def parsed(text: str, region: str | None = None) -> PhoneNumber | None:
    try:
        return phonenumbers.parse(text, region, keep_raw_input=region is not None)
    except NumberParseException:
        return None


def e164_if_possible(number: PhoneNumber | None) -> str | None:
    if number is None or number.extension or not phonenumbers.is_possible_number(number):
        return None
    return phonenumbers.format_number(number, PhoneNumberFormat.E164)


def with_gaps(text: str, gaps: list[tuple[int, str]]) -> str:
    for place, gap in gaps:
        text = text[:place] + gap + text[place:]
    return text


class TestACompleteNumber:
    @given(COUNTRY_CODES, DIGITS, GAPS)
    @example("39", "0612345678", [])
    @example("54", "1112345678", [])
    @example("1", "12125550170", [])
    def test_is_the_one_that_the_library_finds(self, code, digits, gaps):
        text = "+" + with_gaps(code + digits, gaps)

        assert complete_number(text) in (None, e164_if_possible(parsed(text)))

    @pytest.mark.parametrize("text", ["+491701234567", "+49 (170) 123-45.67", "+1 (212) 555-0170", "+39 06 1234 5678"])
    def test_may_have_decoration(self, text):
        assert complete_number(text) is not None
        assert complete_number(text) == e164_if_possible(parsed(text))

    @pytest.mark.parametrize(
        "text",
        ["+49 (0)170 1234567", "+49 170", "0170 1234567", "+8 495 1234567", "+999 123456", "+49 170 1234567 x4", "+"],
    )
    def test_has_a_country_code_and_its_length_and_no_prefix(self, text):
        assert complete_number(text) is None


class TestANationalNumber:
    @given(REGIONS, PREFIXES, DIGITS, GAPS)
    @example("DE", "0", "30123456", [])
    @example("DE", "", "4930123456", [])
    @example("DE", "00", "4930123456", [])
    @example("GB", "", "18002012345678", [])
    @example("IT", "06", "12345678", [])
    @example("RU", "8", "4951234567", [(1, " (")])
    @example("AR", "0", "11151234567", [])
    @example("NA", "0", "", [])
    def test_is_the_one_that_the_library_finds(self, region, prefix, digits, gaps):
        text = with_gaps(prefix + digits, gaps)

        assert parse_phone(text, region) == parsed(text, region)

    @pytest.mark.parametrize(
        "text", ["030 5550123 x4", "030 5550123, 42", "0800 FLOWERS", "*100#", "12", "", "Tel. 030 1"]
    )
    def test_may_be_any_text(self, text):
        assert parse_phone(text, "DE") == parsed(text, "DE")


class TestDigitsWithoutTheirPlus:
    @given(COUNTRY_CODES | PREFIXES, DIGITS)
    @example("1", "3101234")
    def test_are_no_number_abroad_only_if_there_is_none(self, code, digits):
        number = parsed(f"+{code}{digits}")
        is_valid = number is not None and phonenumbers.is_valid_number(number)

        assert may_be_international(code + digits) or code.startswith("0") or not is_valid

    @pytest.mark.parametrize(
        ("digits", "may_be"),
        [
            ("491701234567", True),
            ("4901701234567", True),
            ("13101234", True),
            ("49170", False),
            ("0491701234567", False),
            ("999123456", False),
            ("", False),
        ],
    )
    def test_may_be_a_number_if_the_country_code_and_the_length_fit(self, digits, may_be):
        assert may_be_international(digits) is may_be
