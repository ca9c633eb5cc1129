"""Names, companies, jobs and addresses in several languages, drawn once from Faker and recombined for each person.

Faker needs a few dozen microseconds a value; a pool needs them once, so that 25,000 people take about a second.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from random import Random
from typing import Any

_SEED = 20_240_229
_MANY, _SOME = 160, 60


@dataclass(frozen=True, slots=True)
class Country:
    """A language, and how phones and streets are written where it is spoken.

    Args:
        weight: how often its people come up, relative to the others.
        phone: the form of a mobile number, from seven unique digits.
    """

    locale: str
    code: str
    name: str
    weight: int
    phone: Callable[[str], tuple[str, str]]
    family_first: bool = False
    region: str | None = None  # the Faker method that names one
    cities: tuple[str, ...] = ()  # where Faker's own are not of that language
    street: str = ""  # the form of a street named after a person


@dataclass(frozen=True, slots=True)
class Pool:
    """The names, companies and places that the people of one country are made of."""

    country: Country
    given: tuple[str, ...]
    family: tuple[str, ...]
    companies: tuple[str, ...]
    jobs: tuple[str, ...]
    streets: tuple[str, ...]
    cities: tuple[str, ...]
    postcodes: tuple[str, ...]
    regions: tuple[str, ...]
    sentences: tuple[str, ...]


def _number(shown: str, e164: str) -> Callable[[str], tuple[str, str]]:
    """Digits go where the patterns say {0} (the first three) and {1} (the last four)."""
    return lambda digits: (shown.format(digits[:3], digits[3:]), e164.format(digits[:3], digits[3:]))


def _american(digits: str) -> tuple[str, str]:
    """An exchange begins with 2 to 9 there; the others move to another city."""
    area, first = ("415", int(digits[0]) + 5) if digits[0] in "01" else ("212", int(digits[0]))
    return f"({area}) {first}{digits[1:3]}-{digits[3:]}", f"+1{area}{first}{digits[1:]}"


COUNTRIES = (
    Country("de_DE", "DE", "Deutschland", 5, _number("01512 {0}{1}", "+491512{0}{1}"), region="administrative_unit"),
    Country("en_US", "US", "United States", 5, _american, region="state"),
    Country("en_GB", "GB", "United Kingdom", 2, _number("0740{0} {1}", "+44740{0}{1}"), region="county"),
    Country("fr_FR", "FR", "France", 3, _number("06 1{0} {1}", "+3361{0}{1}"), region="region"),
    Country("ja_JP", "JP", "日本", 2, _number("090-1{0}-{1}", "+81901{0}{1}"), True, region="prefecture"),
    Country("pl_PL", "PL", "Polska", 2, _number("+48 51{0}{1}", "+4851{0}{1}"), region="region"),
    Country("pt_BR", "BR", "Brasil", 2, _number("(11) 98{0}-{1}", "+551198{0}{1}"), region="estado_nome"),
    Country("es_ES", "ES", "España", 1, _number("61{0}{1}", "+3461{0}{1}"), region="region"),
    Country("el_GR", "GR", "Ελλάδα", 1, _number("694 {0} {1}", "+30694{0}{1}")),
    Country("ru_RU", "KZ", "Казахстан", 1, _number("8 701 {0} {1}", "+7701{0}{1}")),
    Country(
        "tr_TR",
        "TR",
        "Türkiye",
        1,
        _number("0532 {0} {1}", "+90532{0}{1}"),
        cities=("İzmir", "Ankara", "Iğdır"),
        street="{} Cd. 7",
    ),
    Country(
        "ar_AA", "EG", "مصر", 1, _number("010 1{0} {1}", "+20101{0}{1}"), cities=("القاهرة", "الجيزة"), street="شارع {}"
    ),
)


@cache
def pools() -> tuple[Pool, ...]:
    """One pool per country, repeated by its weight."""
    return tuple(pool for country in COUNTRIES for pool in [_pool(country)] * country.weight)


def _pool(country: Country) -> Pool:
    from faker import Faker

    fake = Faker(country.locale, use_weighting=False)
    fake.seed_instance(_SEED)
    draw = _drawing(fake)
    regions = draw(country.region, _SOME) if country.region and hasattr(fake, country.region) else ()
    family = draw("last_name", _MANY)
    return Pool(
        country,
        given=draw("first_name", _MANY),
        family=family,
        companies=draw("company", _SOME),
        jobs=draw("job", _SOME),
        streets=tuple(map(country.street.format, family)) if country.street else draw("street_address", _MANY),
        cities=country.cities or draw("city", _SOME),
        postcodes=draw("postcode", _SOME),
        regions=regions,
        sentences=draw("sentence", _SOME),
    )


def _drawing(fake: Any) -> Callable[[str, int], tuple[str, ...]]:
    def draw(what: str, count: int) -> tuple[str, ...]:
        """Distinct values in order."""
        return tuple(dict.fromkeys(str(getattr(fake, what)()) for _ in range(count)))

    return draw


def a_pool(chance: Random) -> Pool:
    every = pools()
    return every[int(chance.random() * len(every))]
