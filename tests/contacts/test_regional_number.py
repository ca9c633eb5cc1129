"""Numbers of a region that are read without the library are those that are read with it."""

import random
from collections.abc import Iterator

import phonenumbers
import pytest
from hypothesis import example, given

from chalicelib.contacts.phone_region import e164_of, national
from chalicelib.contacts.regional_number import regional_number
from tests.contacts.test_parse_phone import DIGITS, GAPS, PREFIXES, REGIONS, with_gaps

SAMPLE, PART, PARTS = 3_000, 100_000, 10


def with_library(text: str, region: str) -> str | None:
    number = national(text, region)
    return e164_of(number) if number is not None else None


def numbers_of_all_regions(count: int, seed: int) -> Iterator[tuple[str, str]]:
    """Texts like those in files, each with a region: numbers and near misses, with and without prefix and code."""
    chance = random.Random(seed)
    regions = sorted(phonenumbers.SUPPORTED_REGIONS)
    kinds = [phonenumbers.PhoneNumberType.MOBILE, phonenumbers.PhoneNumberType.FIXED_LINE]
    for _ in range(count):
        region = chance.choice(regions)
        model = phonenumbers.example_number_for_type(region, chance.choice(kinds))
        digits = phonenumbers.national_significant_number(model) if model else "123456789"
        kept = chance.randrange(1, len(digits) + 1)
        number = digits[:kept] + "".join(
            chance.choices("0123456789", k=len(digits) - kept + chance.choice((0, 0, 0, 1, -1)))
        )
        code = str(phonenumbers.country_code_for_region(region))
        read_in = region if chance.random() < 0.8 else chance.choice(regions)
        text = chance.choice(("", "", "0", code, "1", "8", "00" + code)) + number
        yield text if chance.random() < 0.7 else f"({text[:2]}) {text[2:5]}-{text[5:]}", read_in


def differing(count: int, seed: int) -> list[tuple[str, str]]:
    return [
        (text, region)
        for text, region in numbers_of_all_regions(count, seed)
        if regional_number(text, region) not in (None, with_library(text, region))
    ]


def test_a_sample_of_all_regions_is_read_as_the_library_reads_it():
    assert differing(SAMPLE, seed=PARTS) == []


@pytest.mark.long
@pytest.mark.parametrize("seed", range(PARTS))
def test_a_million_numbers_of_all_regions_are_read_as_the_library_reads_them(seed):
    assert differing(PART, seed) == []


@given(REGIONS, PREFIXES, DIGITS, GAPS)
@example("DE", "0", "30123456", [])
@example("DE", "", "4930123456", [])
@example("BR", "00", "5511987654321", [])
@example("BR", "", "5599999999", [])
@example("AR", "0", "11151234567", [])
def test_any_digits_are_read_as_the_library_reads_them(region, prefix, digits, gaps):
    text = with_gaps(prefix + digits, gaps)

    assert regional_number(text, region) in (None, with_library(text, region))


@pytest.mark.parametrize(
    ("text", "region", "number"),
    [
        ("11987654321", "BR", "+5511987654321"),
        ("(11) 98765-4321", "BR", "+5511987654321"),
        ("5511987654321", "BR", "+5511987654321"),
        ("1133334444", "BR", "+551133334444"),
        ("0170 1234567", "DE", "+491701234567"),
        ("(415) 555-2671", "US", "+14155552671"),
        ("5512345678", "MX", "+525512345678"),
        ("9876543210", "IN", "+919876543210"),
    ],
)
def test_the_usual_texts_are_read(text, region, number):
    assert regional_number(text, region) == number


@pytest.mark.parametrize(
    ("text", "region"),
    [
        ("6592345678", "US"),  # or a mobile number of Singapore
        ("+5511987654321", "BR"),
        ("005511987654321", "BR"),
        ("1187654321", "BR"),
        ("ext. 5", "BR"),
        ("", "BR"),
        ("11987654321", ""),
    ],
)
def test_all_else_is_left_to_the_library(text, region):
    assert regional_number(text, region) is None
