"""The cards that address books have of invented people: `address_book(seed)` is the set on which duplicates are judged.

A card is written by a kind of source, which knows some things and not others, and with the faults that such sources
have: typing errors, nicknames, initials, another script, swapped and married names, shared addresses and numbers.
Which cards belong to one person is known by construction.
"""

from collections.abc import Callable
from random import Random
from typing import NamedTuple, cast

from chalicelib.contacts.source_record import ContactFields, Email, Phone
from tests.bench.duplicates.invented_names import Word
from tests.bench.duplicates.invented_people import Firm, Person, World

PEOPLE = 2_000
CARDS_OF_A_PERSON = ((1, 2, 3, 4), (50, 32, 13, 5))  # how many, and of a hundred people how many have so many
# How often a card has a fault, if it can have it
NICKNAME, INITIAL, OTHER_SPELLING, OTHER_SCRIPT, SWAPPED, MARRIED = 0.17, 0.07, 0.16, 0.5, 0.05, 0.4
TYPING_ERROR, WRONG_ADDRESS, WRONG_NUMBER, OLD_MOBILE, NO_YEAR, WRONG_DAY = 0.06, 0.02, 0.02, 0.04, 0.3, 0.04
ROLE_INSTEAD, SWITCHBOARD_INSTEAD, FAMILY_EMAIL, GENERATION = 0.1, 0.2, 0.04, 0.3
FIRM_CARDS = 0.15  # of the firms have a card of their own, some two


class Card(NamedTuple):
    """A contact and whom it is of."""

    entity: str
    fields: ContactFields
    owner: Person | Firm


def address_book(seed: int, people: int = PEOPLE) -> list[Card]:
    """The cards of so many people, in any order; about 1.7 of each."""
    random = Random(seed)  # not for secrets
    world = World(random, people)
    cards: list[Card] = []
    for person in world.people:
        count = random.choices(*CARDS_OF_A_PERSON)[0]
        cards += [Card(f"person {person.number}", _Writer(random, person).card(), person) for _ in range(count)]
    for number, firm in enumerate(world.firms):
        count = random.choice((1, 1, 2)) if random.random() < FIRM_CARDS else 0
        cards += [Card(f"firm {number}", _firm_card(random, firm), firm) for _ in range(count)]
    random.shuffle(cards)
    return cards


class _Writer:
    """Writes one card of a person."""

    def __init__(self, random: Random, person: Person) -> None:
        self._random, self._person = random, person
        self._fields: ContactFields = {}
        self._is_latin = random.random() < OTHER_SCRIPT

    def card(self) -> ContactFields:
        kinds: tuple[tuple[Callable[[], None], int], ...] = (
            (self._from_a_phone, 36),
            (self._from_mail, 20),
            (self._from_a_business_card, 20 if self._person.firm else 0),
            (self._from_a_network, 14),
            (self._from_a_list, 10),
        )
        self._random.choices([kind for kind, _ in kinds], [weight for _, weight in kinds])[0]()
        return self._fields

    def _chance(self, probability: float) -> bool:
        return self._random.random() < probability

    # ── kinds of sources

    def _from_a_phone(self) -> None:
        self._name(is_casual=True)
        self._mobile()
        if self._chance(0.12):
            self._phone(self._person.home.landline, "home")
        if self._chance(0.55):
            self._email(self._an_email())
        if self._chance(0.2):
            self._birthday()

    def _from_mail(self) -> None:
        self._name(is_casual=False, is_shown=self._chance(0.6))
        self._email(self._person.work_email if self._person.firm and self._chance(0.15) else self._an_email())
        if self._chance(0.2):
            self._email(self._an_email())
        if self._chance(0.65):
            self._mobile()

    def _from_a_business_card(self) -> None:
        firm = cast(Firm, self._person.firm)
        self._name(is_casual=False)
        self._fields["organization"] = self._random.choice((firm.name, firm.bare_name, firm.name))
        self._email(firm.role_address if self._chance(ROLE_INSTEAD) else self._person.work_email)
        self._phone(firm.switchboard if self._chance(SWITCHBOARD_INSTEAD) else self._person.work_phone, "work")
        if self._chance(0.8):
            self._mobile()
        if self._chance(0.2):
            self._fields["addresses"] = [{**firm.address, "label": "work"}]

    def _from_a_network(self) -> None:
        self._name(is_casual=self._chance(0.5))
        self._birthday()
        if self._chance(0.8):
            self._email(self._an_email())
        if self._chance(0.6):
            self._mobile()
        if self._person.firm and self._chance(0.35):
            self._fields["organization"] = self._person.firm.bare_name

    def _from_a_list(self) -> None:
        self._name(is_casual=False)
        self._fields["addresses"] = [{**self._person.home.address, "label": "home"}]
        if self._chance(0.4):
            self._phone(self._person.home.landline, "home")
        if self._chance(0.55):
            self._mobile()
        if self._chance(0.35):
            self._birthday()
        if self._chance(0.5):
            self._email(self._an_email())

    # ── names

    def _name(self, *, is_casual: bool, is_shown: bool = False) -> None:
        given, family = self._given(is_casual), self._family()
        if is_casual and self._chance(0.12):
            self._fields["given"] = given
            return
        if self._chance(SWAPPED):
            given, family = family, given
        if self._person.second_given and self._chance(0.3) and len(given) > 2:
            given = f"{given} {self._spelled(self._person.second_given)}"
        if not self._person.is_woman and self._chance(0.02):
            self._fields["prefix"] = "Mr"
        self._set_generation()
        if not is_shown:
            self._fields["given"], self._fields["family"] = given, family
        is_family_first = self._person.culture.is_family_first and not family.isascii()
        if is_family_first:
            self._fields["display"] = f"{family}{given}"
        elif is_shown and self._chance(0.2):
            self._fields["display"] = f"{family}, {given}"
        else:
            self._fields["display"] = f"{given} {family}"

    def _set_generation(self) -> None:
        if self._person.generation and self._chance(GENERATION):
            self._fields["suffix"] = self._person.generation

    def _given(self, is_casual: bool) -> str:
        word = self._person.given
        names = [name for name in word.nicknames if name.isascii() or not self._is_latin]
        if names and self._chance(NICKNAME * (1.6 if is_casual else 0.5)):
            return self._random.choice(names)
        given = self._with_error(self._spelled(word))
        if not is_casual and self._chance(INITIAL):
            return f"{given[0]}."
        return given

    def _family(self) -> str:
        person = self._person
        word = person.married_name if person.married_name and self._chance(MARRIED) else person.family
        family = self._with_error(self._spelled(word))
        if person.culture.is_inflected and person.is_woman:
            family += "a" if family.isascii() else "а"
        if person.married_name and word is person.family and self._chance(0.1):
            family = f"{family}-{self._spelled(person.married_name)}"
        if person.second_family and self._chance(0.5):
            family = f"{family} {self._spelled(person.second_family)}"
        return family

    def _spelled(self, word: Word) -> str:
        is_foreign = not word.text[0].isascii() and word.spellings and ord(word.text[0]) > 0x300
        if word.spellings and (self._is_latin if is_foreign else self._chance(OTHER_SPELLING)):
            return self._random.choice(word.spellings)
        return word.text

    def _with_error(self, text: str) -> str:
        if len(text) < 3 or not self._chance(TYPING_ERROR):
            return text
        at = self._random.randrange(1, len(text) - 1)
        return self._random.choice(
            (
                text[:at] + text[at + 1 :],
                text[:at] + text[at] + text[at:],
                text[:at] + text[at + 1] + text[at] + text[at + 2 :],
                text[:at] + self._random.choice("aeinrst") + text[at + 1 :],
            )
        )

    # ── the rest

    def _an_email(self) -> str:
        if self._chance(FAMILY_EMAIL):
            return self._person.home.email
        return self._random.choice(self._person.emails)

    def _email(self, address: str) -> None:
        if self._chance(WRONG_ADDRESS):
            address = address.replace(".com", ".con").replace(".net", ".de")
        emails = self._fields.setdefault("emails", [])
        if all(email["value"] != address for email in emails):
            emails.append(Email(value=address))

    def _phone(self, number: str, label: str) -> None:
        if self._chance(WRONG_NUMBER):
            at = self._random.randrange(6, len(number))
            number = number[:at] + self._random.choice("0123456789") + number[at + 1 :]
        self._fields.setdefault("phones", []).append(Phone(raw=number, e164=number, label=label))

    def _mobile(self) -> None:
        person = self._person
        self._phone(person.old_mobile if self._chance(OLD_MOBILE) else person.mobile, "mobile")

    def _birthday(self) -> None:
        born = self._person.born
        day, month = born["day"], born["month"]
        if self._chance(WRONG_DAY):
            day, month = (month, day) if day <= 12 and self._chance(0.5) else (min(28, day + 1), month)
        self._fields["birthday"] = {"month": month, "day": day}
        if not self._chance(NO_YEAR):
            self._fields["birthday"] = {"year": born["year"], "month": month, "day": day}


def _firm_card(random: Random, firm: Firm) -> ContactFields:
    fields: ContactFields = {"organization": random.choice((firm.name, firm.bare_name))}
    if random.random() < 0.7:
        fields["phones"] = [Phone(raw=firm.switchboard, e164=firm.switchboard, label="work")]
    if random.random() < 0.6 or "phones" not in fields:
        fields["emails"] = [Email(value=firm.role_address)]
    if random.random() < 0.4:
        fields["addresses"] = [firm.address]
    return fields
