"""What is compared of a contact: its name in words, addresses, numbers, birthday, organization and postal address."""

import re
from collections.abc import Iterable
from typing import NamedTuple

from chalicelib.contacts.fold_name import fold_name
from chalicelib.contacts.identities import emails_of, phone_hints_of, phones_of
from chalicelib.contacts.name_cards import Card, Kind, card_of, card_text
from chalicelib.contacts.parse_name import Word, words_of
from chalicelib.contacts.shared_addresses import FREE_MAIL
from chalicelib.contacts.source_record import Address, ContactFields
from chalicelib.duplicates.romanize import roman


def _words(*lines: str) -> frozenset[str]:
    return frozenset(word for line in lines for word in line.split())


_PARTICLES = _words("al el de del della di da do dos das van von der den la le ter ten zu of y e bin ibn st san")
_LEGAL_FORMS = _words("ltd limited gmbh inc ag sa sl srl llc co kg plc corp bv nv oy ab as spa ohg ug eg sarl ooo")
_HANGUL_NAME, _HAN_NAME = re.compile("[\uac00-\ud7a3]{3}"), re.compile("[\u3400-\u9fff]{2,3}")
_DIGITS = re.compile(r"\d+")


class Place(NamedTuple):
    """A postal address as it is compared; "" for a missing part."""

    postal_code: str
    number: str  # of the house
    street: str
    city: str
    extended: str
    region: str


class Profile(NamedTuple):
    """What is compared of one contact."""

    contact_id: str
    kind: Kind
    #: The first given name and the first family name come first; romanized. The whole name may be in `given`.
    given: tuple[str, ...]
    family: tuple[str, ...]
    #: The words of the name as they are folded for matching, marks and scripts kept.
    words: tuple[str, ...]
    generation: str
    gender: str
    emails: tuple[str, ...]
    phones: tuple[str, ...]
    birthday: tuple[int, int, int]  # year, month and day, each 0 if unknown
    organization: str  # without its legal form
    #: The organization and the names in the domains of its emails, without spaces.
    employers: frozenset[str]
    places: tuple[Place, ...]
    card: Card

    @property
    def is_reachable(self) -> bool:
        """Whether it has an email address or a number."""
        return bool(self.emails or self.phones)

    @property
    def has_full_name(self) -> bool:
        return bool(self.given and self.family)


def profile_of(contact_id: str, fields: ContactFields) -> Profile:
    card = card_of(card_text(fields))
    given, family = _given_and_family(card)
    if nickname := fields.get("nickname"):
        given = tuple(dict.fromkeys((*given, *map(roman, words_of(nickname)))))
    company = _company(fields.get("organization", ""))
    phones, emails = phones_of(fields), emails_of(fields)
    return Profile(
        contact_id,
        card.kind,
        given,
        family,
        card.words,
        card.generation,
        card.gender,
        tuple(emails),
        (*phones, *phone_hints_of(fields, phones)),
        card.birthday,
        company,
        _employers(company, emails),
        tuple(_place(address) for address in fields.get("addresses", ())),
        card,
    )


def _given_and_family(card: Card) -> tuple[tuple[str, ...], tuple[str, ...]]:
    if card.kind is Kind.COMPANY:
        return (), ()
    if not card.is_loose:
        return _romanized(card.given), _without_particles(_romanized(card.family))
    if len(card.words) == 1 and (split := _split_east_asian(card.words[0])):
        return (roman(split[1]),), (roman(split[0]),)
    if len(card.given) < 2:
        return _romanized(card.given), ()
    return _romanized(card.given[:-1]), _without_particles(_romanized(card.given[-1:]))


def _romanized(words: Iterable[Word]) -> tuple[str, ...]:
    """Each word, one with hyphens both whole and in parts."""
    found: list[str] = []
    for word in words:
        parts = [roman(part) for part in word]
        found += parts if len(parts) == 1 else ["".join(parts), *parts]
    return tuple(found)


def _employers(organization: str, emails: Iterable[str]) -> frozenset[str]:
    return frozenset(filter(None, (organization.replace(" ", ""), *map(employer_of, emails))))


def employer_of(email: str) -> str:
    """The letters of the name in the domain of an email; "" if anybody may have such an address."""
    domain = email.partition("@")[2]
    if domain in FREE_MAIL:
        return ""
    name = max(domain.split(".")[:-1], key=len, default="")
    return "".join(letter for letter in name if letter.isalpha())


def _without_particles(words: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(word for word in words if word not in _PARTICLES) or words


def _split_east_asian(word: str) -> tuple[str, str] | None:
    """Family and given name of a Korean or Chinese name without a space."""
    if _HANGUL_NAME.fullmatch(word) or _HAN_NAME.fullmatch(word):
        return word[0], word[1:]
    return None


def _company(name: str) -> str:
    """The words of an organization without its legal form, joined by spaces."""
    words = [roman(word) for word in words_of(name)] if name else []
    return " ".join(word for word in words if word not in _LEGAL_FORMS)


def _place(address: Address) -> Place:
    street = roman_line(address.get("street", ""))
    number = _DIGITS.search(street)
    return Place(
        address.get("postal_code", "").replace(" ", "").lower(),
        number.group() if number else "",
        "".join(word for word in street.split() if not word.isdigit()),
        roman_line(address.get("city", "")).replace(" ", ""),
        roman_line(address.get("extended", "")).replace(" ", ""),
        address.get("region", "").lower(),
    )


def roman_line(text: str) -> str:
    if text.isascii():
        return text.lower()
    return " ".join(roman(fold_name(word)) for word in text.split())
