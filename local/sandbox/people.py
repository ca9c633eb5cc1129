"""Generated people for address books: the same for the same seed, in every run.

A `Human` is independent of wire formats; `google_person.py` and `microsoft_contact.py` convert it to each provider's.
"""

import re
import unicodedata
from dataclasses import dataclass, replace
from random import Random

from local.sandbox.pools import Country, Pool, a_pool

_DOMAINS = ("mail.example", "post.example", "gmail.example", "outlook.example", "web.example")
_GROUPS = ("Family", "Friends", "Choir", "Suppliers", "Neighbors", "Conference 2019")
_NICKNAMES = ("Bo", "Kit", "Max", "Lulu", "Ace", "Teddy")
_DIGITS, _SPREAD = 10_000_000, 4_637_219  # a phone has seven free digits; the factor scatters neighbors
_CODE = "0123456789abcdefghijklmnopqrstuvwxyz"
_PEOPLE_PER_SEED = 131_072


@dataclass(frozen=True, slots=True)
class Phone:
    """A phone number."""

    raw: str
    e164: str | None  # None where the provider could not make sense of the number
    label: str


@dataclass(frozen=True, slots=True)
class Address:
    """A postal address."""

    street: str
    city: str
    region: str
    postcode: str
    country: Country
    label: str
    po_box: str = ""
    extended: str = ""


@dataclass(frozen=True, slots=True)
class Human:
    """One person.

    Args:
        emails: (address, label) each.
        birthday, anniversary: year or None, month, day.
        ims: (handle, service) each. own_fields: (name, value) each, as people add them.
        photo: whether there is a picture of them.
    """

    given: str = ""
    family: str = ""
    display: str = ""
    middle: str = ""
    nickname: str = ""
    emails: tuple[tuple[str, str], ...] = ()
    phones: tuple[Phone, ...] = ()
    company: str = ""
    department: str = ""
    title: str = ""
    addresses: tuple[Address, ...] = ()
    birthday: tuple[int | None, int, int] | None = None
    note: str = ""
    url: str = ""
    groups: tuple[str, ...] = ()
    photo: bool = False
    prefix: str = ""
    suffix: str = ""
    phonetic_given: str = ""
    phonetic_family: str = ""
    anniversary: tuple[int | None, int, int] | None = None
    spouse: str = ""
    ims: tuple[tuple[str, str], ...] = ()
    own_fields: tuple[tuple[str, str], ...] = ()


def human(seed: int, index: int) -> Human:
    """The person at this index for this seed. Emails and phones are unique."""
    chance = Random(seed * _PEOPLE_PER_SEED + index)
    pool = a_pool(chance)
    given, family = _pick(chance, pool.given), _pick(chance, pool.family)
    company = _pick(chance, pool.companies) if chance.random() < 0.55 else ""
    return Human(
        given=given,
        family=family,
        display=display_name(given, family, pool.country),
        middle=_pick(chance, pool.given) if chance.random() < 0.06 else "",
        nickname=_pick(chance, _NICKNAMES) if chance.random() < 0.05 else "",
        emails=_emails(chance, given, family, company, code_of(seed, index)),
        phones=_phones(chance, pool.country, seed, index),
        company=company,
        department=_pick(chance, ("Sales", "R&D", "Einkauf", "IT")) if company and chance.random() < 0.3 else "",
        title=_pick(chance, pool.jobs) if company and chance.random() < 0.8 else "",
        addresses=_addresses(chance, pool),
        birthday=_birthday(chance),
        note=_pick(chance, pool.sentences) if chance.random() < 0.15 else "",
        url=f"https://{_slug(company) or 'site'}.example/" if company and chance.random() < 0.2 else "",
        groups=(_pick(chance, _GROUPS),) if chance.random() < 0.3 else (),
        photo=chance.random() < 0.4,
        prefix=_pick(chance, ("Dr.", "Prof.")) if chance.random() < 0.04 else "",
        anniversary=(1980 + int(chance.random() * 40), 6, 20) if chance.random() < 0.03 else None,
        spouse=_pick(chance, pool.given) if chance.random() < 0.05 else "",
        ims=((f"{_slug(given) or 'me'}.{code_of(seed, index)}", "jabber"),) if chance.random() < 0.04 else (),
        own_fields=(("Shoe size", str(36 + int(chance.random() * 10))),) if chance.random() < 0.04 else (),
    )


def as_known_elsewhere(there: Human, seed: int, index: int) -> Human:
    """The same person in another account: same emails, a compatible name, other values differ."""
    here, chance = human(seed, index), Random(f"known {seed} {index}")
    kind = chance.random()
    reordered = f"{there.family}, {there.given}" if kind < 0.1 else there.display
    return replace(
        here,
        given=there.given,
        family=there.family,
        display=_loud(reordered) if kind > 0.95 else reordered,
        middle=there.middle,
        nickname="",
        prefix="",
        suffix=there.suffix,
        birthday=there.birthday,
        emails=there.emails[:1] + (here.emails[:1] if chance.random() < 0.2 else ()),
    )


def _loud(name: str) -> str:
    """The name in capitals, if it is still equal ignoring case (not so in every language)."""
    return name.upper() if name.upper().casefold() == name.casefold() else name


def is_recognizable(person: Human) -> bool:
    """Whether another account could recognize them by name and email."""
    return bool(person.given and person.family and person.emails)


def display_name(given: str, family: str, country: Country | None = None) -> str:
    first, second = (family, given) if country and country.family_first else (given, family)
    return f"{first} {second}".strip()


def code_of(seed: int, index: int) -> str:
    """A short code unique to this index and seed."""
    number, code = seed * _PEOPLE_PER_SEED + index, ""
    while number:
        number, rest = divmod(number, len(_CODE))
        code = _CODE[rest] + code
    return code or "0"


def _emails(chance: Random, given: str, family: str, company: str, code: str) -> tuple[tuple[str, str], ...]:
    kind = chance.random()
    if kind >= 0.85:
        return ()
    local = ".".join(filter(None, (_slug(given), _slug(family)))) or "kontakt"
    private = (f"{local}.{code}@{_pick(chance, _DOMAINS)}", "home")
    at_work = (f"{_slug(given)[:1] or 'k'}.{code}@{_slug(company) or 'firma'}.example", "work")
    if kind < 0.2 and company:
        return (private, at_work)
    return (at_work,) if company and kind < 0.5 else (private,)


def _phones(chance: Random, country: Country, seed: int, index: int) -> tuple[Phone, ...]:
    kind = chance.random()
    if kind >= 0.7:
        return ()
    first = _phone(country, seed, index, "mobile", known=kind < 0.5)
    return (first, _phone(country, seed, index + _DIGITS // 2, "work", known=True)) if kind < 0.15 else (first,)


def _phone(country: Country, seed: int, index: int, label: str, *, known: bool) -> Phone:
    raw, e164 = country.phone(f"{(index * _SPREAD + seed * 7919) % _DIGITS:07d}")
    return Phone(raw if known else e164, e164 if known else None, label)


def _addresses(chance: Random, pool: Pool) -> tuple[Address, ...]:
    kind = chance.random()
    if kind >= 0.4:
        return ()
    labels = ("home", "work") if kind < 0.05 else ("home",) if kind < 0.3 else ("work",)
    return tuple(_address(chance, pool, label) for label in labels)


def _address(chance: Random, pool: Pool, label: str) -> Address:
    region = _pick(chance, pool.regions) if pool.regions else ""
    street, city, postcode = (_pick(chance, each) for each in (pool.streets, pool.cities, pool.postcodes))
    return Address(street, city, region, postcode, pool.country, label)


def _birthday(chance: Random) -> tuple[int | None, int, int] | None:
    kind = chance.random()
    if kind >= 0.3:
        return None
    month, day = 1 + int(chance.random() * 12), 1 + int(chance.random() * 28)
    if kind < 0.01:
        month, day = 2, 29
    return (None if kind < 0.07 else 1932 + 4 * int(chance.random() * 20), month, day)


def _pick(chance: Random, values: tuple[str, ...]) -> str:
    return values[int(chance.random() * len(values))]


def _slug(text: str) -> str:
    """The part of a name that an address may contain: only ASCII letters and digits, possibly none."""
    plain = unicodedata.normalize("NFKD", text.replace("ß", "ss").replace("ł", "l"))
    return re.sub(r"[^a-z0-9]+", "-", plain.encode("ascii", "ignore").decode().lower()).strip("-")
