"""Invented people: their numbers in all spellings, and what a file may say about them."""

import random
from typing import NamedTuple

_FIRST = ("Ana", "João", "Zoë", "Łukasz", "Mary Ann", "O'Neil", "Đặng", "José")
_LAST = ("Silva", "Müller", "de la Cruz", "Smith, Jr.", 'van "Vic" Dijk', "Öztürk", "Nguyễn")
_CITIES = ("São Paulo, SP", "Ciudad de México", "Córdoba", "Berlin", "New York")
_NOTES = ("met at the fair", 'said "call me"\r\nafter six', "two\nlines", "a, b; c", "=not a formula")


class _Country(NamedTuple):
    """How the numbers of a country are written: {a} are the first digits of those that differ, {b} the others."""

    first: int  #: the first of the digits that differ
    split: int  #: how many of them are {a}
    spellings: tuple[str, ...]


_COUNTRIES = (
    _Country(
        60_000_000,
        4,
        (
            "+55 11 9{a}-{b}",
            "+55 (11) {a}-{b}",  # without the ninth digit
            "(11) 9{a}-{b}",  # within the region of the import
            "0055 11 9{a}{b}",
            "whatsapp:+55119{a}{b}",
            "'+55119{a}{b}",
            "55119{a}{b}.0",
        ),
    ),
    _Country(20_000_000, 4, ("+52 55 {a} {b}", "+521 55 {a}{b}", "0052 55{a}{b}", "+52(55){a}{b}", "tel:+5255{a}{b}")),
    _Country(
        20_000_000, 4, ("+54 9 11 {a}-{b}", "+54 11 {a}{b}", "+54 11 15 {a}{b}", "+54911{a}{b}", "0054 11 {a}{b}")
    ),
    _Country(1_000_000, 3, ("+49 170 {a}{b}", "0049 170/{a}{b}", "+49 (0)170 {a}{b}", "+49.170.{a}{b}")),
    _Country(2_000_000, 3, ("+1 212 {a} {b}", "+1 (212) {a}-{b}", "001 212 {a}{b}", "+1.212.{a}{b}", "+1212{a}{b}")),
)


class Said(NamedTuple):
    """What a row says about a person, as it should be stored; "" for nothing."""

    name: str = ""
    email: str = ""
    office: str = ""
    city: str = ""
    note: str = ""


def number_of(person: int, which: int, chance: random.Random) -> str:
    """The first or the second number of a person (0 or 1), in one of the spellings that mean the same."""
    place, country = divmod(person, len(_COUNTRIES))
    first, split, spellings = _COUNTRIES[country]
    digits = str(first + place * 2 + which)
    return chance.choice(spellings).format(a=digits[:split], b=digits[split:])


def said_of(person: int, chance: random.Random) -> Said:
    """Some of what can be known of a person. Colleagues share addresses, and the number of their office."""
    company = person % 997
    addresses = (f"person{person}@example.org", f"p{person}@new.example.org", f"info@company{company}.example")
    (email,) = chance.choices(addresses, (6, 1, 3))
    return Said(
        f"{_FIRST[person % 8]} {_LAST[person % 7]}" if chance.random() < 0.9 else "",
        email if chance.random() < 0.6 else "",
        f"+49 30 555{company:04}" if chance.random() < 0.3 else "",
        _CITIES[person % 5] if chance.random() < 0.5 else "",
        chance.choice(_NOTES) if chance.random() < 0.2 else "",
    )
