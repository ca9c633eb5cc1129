"""People who do not exist: their names, households, employers, addresses and numbers, drawn from a seed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from chalicelib.contacts.source_record import Address, Birthday
from tests.bench.duplicates.invented_names import Culture, Word, a_common_one, a_culture

IN_HOUSEHOLDS, TWINS, FATHERS_WITH_SONS = 0.22, 0.02, 0.02  # of all people
_FREE_MAIL = ("gmail.com", "outlook.com", "yahoo.com", "gmx.net", "web.de", "icloud.com", "mail.ru", "hotmail.com")
_STREETS = (
    *("High Street", "Station Road", "Church Lane", "Mill Road", "Park Avenue", "Kings Road", "Victoria Street"),
    *("Green Lane", "Queens Drive", "Elm Grove", "Harbour Row", "Orchard Close", "Bridge Street", "Chestnut Walk"),
    *("Meadow View", "Tower Hill", "Abbey Road", "Hauptstraße", "Bahnhofstraße", "Gartenweg", "Schulstraße"),
    *("Lindenallee", "Bergstraße", "Am Markt", "Rosenweg", "Calle Mayor", "Avenida del Sol", "Calle de la Luna"),
    "Paseo del Prado",
)
_CITIES = (
    *("London:N1 W2 SE5 E8", "Leeds:LS1 LS6 LS8", "Bristol:BS1 BS3 BS8", "Berlin:10115 10437 12043 10999"),
    *("Hamburg:20095 22765 22303", "München:80331 80799 81543", "Madrid:28001 28013 28045", "Sevilla:41001 41010"),
    *("Cardiff:CF10 CF24", "Ulm:89073 89075", "York:YO1 YO10"),
)
_FIRMS = (
    *("Northwind", "Halvorsen", "Bluepine", "Larkfield", "Osprey", "Kestrel", "Meridian", "Quayside", "Ironbridge"),
    *("Silverbirch", "Tannenhof", "Lindenbau", "Rheintal", "Ostwind", "Alpenrose", "Solana", "Mirador", "Castellana"),
    *("Volga", "Baltika", "Helios", "Akropolis", "Hanbit", "Daehan", "Nurland", "Zamzam"),
)
_TRADES = ("Logistics", "Bau", "Consulting", "Foods", "Systems", "Partners", "Media", "Energy", "Textil", "Optics")
_LEGAL = (" Ltd", " GmbH", " Inc", " SA", " AG", "")
_ROLES = ("info", "office", "kontakt", "sales", "team", "contacto", "buchhaltung", "support", "hello", "verwaltung")
_OLDEST = date(1938, 1, 1)


@dataclass(slots=True)
class Firm:
    """An employer: its names, mail domain, switchboard and the address that its employees share."""

    name: str
    bare_name: str
    domain: str
    switchboard: str
    role_address: str
    address: Address
    numbers: str  # the beginning of its employees' own numbers


@dataclass(slots=True)
class Home:
    """What the members of a household share."""

    address: Address
    landline: str
    email: str


@dataclass(slots=True)
class Person:
    """One person, with everything that a card may say."""

    number: int
    culture: Culture
    is_woman: bool
    given: Word
    family: Word
    born: Birthday
    home: Home
    mobile: str
    old_mobile: str
    emails: list[str]
    firm: Firm | None = None
    work_email: str = ""
    work_phone: str = ""
    second_family: Word | None = None
    married_name: Word | None = None
    second_given: Word | None = None
    generation: str = ""  # "Sr." or "Jr.", of a father and a son with one name


class World:
    """Everybody, by their number."""

    def __init__(self, random: Random, number: int) -> None:
        self._random = random
        self._used: set[str] = set()
        self.firms = [self._firm() for _ in range(max(1, number // 6))]
        self.people: list[Person] = []
        while len(self.people) < number:
            self._add_household(number - len(self.people))

    # ── people

    def _add_household(self, room: int) -> None:
        roll, culture = self._random.random(), a_culture(self._random)
        home, first = self._home(), None
        if room > 1 and roll < TWINS / 2:
            first = self._person(culture, home)
            twin = self._person(culture, home, family=first.family, second=first.second_family)
            twin.born = first.born
        elif room > 1 and roll < (TWINS + FATHERS_WITH_SONS) / 2 + 0.01:
            first = self._person(culture, home, is_woman=False)
            son = self._person(culture, home, family=first.family, is_woman=False, second=first.second_family)
            son.given = first.given
            son.born = _later(self._random, first.born)
            first.generation, son.generation = "Sr.", "Jr."
        elif room > 1 and roll < IN_HOUSEHOLDS:
            self._add_family(culture, home, room)
        else:
            self._person(culture, home)

    def _add_family(self, culture: Culture, home: Home, room: int) -> None:
        husband = self._person(culture, home, is_woman=False)
        wife = self._person(culture, home, is_woman=True)
        if self._random.random() < 0.75:
            wife.married_name = husband.family
        for _ in range(min(room - 2, self._random.choice((0, 0, 1, 2)))):
            self._person(culture, home, family=husband.family, second=wife.family)

    def _person(
        self,
        culture: Culture,
        home: Home,
        *,
        is_woman: bool | None = None,
        family: Word | None = None,
        second: Word | None = None,
    ) -> Person:
        random = self._random
        woman = random.random() < 0.5 if is_woman is None else is_woman
        given = a_common_one(random, culture.women if woman else culture.men)
        other = a_common_one(random, culture.women if woman else culture.men)
        person = Person(
            len(self.people),
            culture,
            woman,
            given,
            family or a_common_one(random, culture.families),
            _birthday(random),
            home,
            self._number("+49151", 8),
            self._number("+49160", 7),
            [],
        )
        if culture.has_two_families:
            person.second_family = second or a_common_one(random, culture.families)
        if random.random() < 0.25 and other is not given:
            person.second_given = other
        person.emails = [self._personal_email(person) for _ in range(random.choice((1, 1, 1, 1, 1, 2)))]
        if random.random() < 0.6:
            self._employ(person)
        self.people.append(person)
        return person

    def _employ(self, person: Person) -> None:
        firm = person.firm = self._random.choice(self.firms)
        given, family = latin(person.given), latin(person.family)
        person.work_email = self._unused(f"{given[0]}.{family}", f"{given}.{family}", firm.domain)
        person.work_phone = self._number(firm.numbers, 3)

    def _personal_email(self, person: Person) -> str:
        given, family, year = latin(person.given), latin(person.family), person.born.get("year", 0) % 100
        local = self._random.choice(
            (
                f"{given}.{family}",
                f"{given}{family}",
                f"{given[0]}{family}{year:02}",
                f"{given}{year:02}",
                f"{family}.{given[0]}",
            )
        )
        handles = ("sunny", "mtb", "luna", "foxtrot", "kiwi", "pixel")
        if self._random.random() < 0.2:
            local = f"{self._random.choice(handles)}{self._random.randrange(10, 9999)}"
        return self._unused(local, f"{local}{self._random.randrange(100)}", self._random.choice(_FREE_MAIL))

    # ── what they have

    def _firm(self) -> Firm:
        random = self._random
        first, trade = random.choice(_FIRMS), random.choice(_TRADES)
        domain = f"{first.lower()}-{trade.lower()}{random.randrange(100)}.example"
        numbers = self._number("+4930", 4)
        role = random.choice(_ROLES)
        return Firm(
            f"{first} {trade}{random.choice(_LEGAL)}",
            f"{first} {trade}",
            domain,
            f"{numbers}000",
            f"{role}@{domain}",
            self._address(),
            numbers,
        )

    def _home(self) -> Home:
        landline = self._number("+4989", 7)
        return Home(self._address(), landline, f"familie{landline[-5:]}@{self._random.choice(_FREE_MAIL)}")

    def _address(self) -> Address:
        city, _, codes = self._random.choice(_CITIES).partition(":")
        return {
            "street": f"{self._random.randrange(1, 160)} {self._random.choice(_STREETS)}",
            "city": city,
            "postal_code": self._random.choice(codes.split()),
        }

    def _number(self, start: str, digits: int) -> str:
        while True:
            number = start + "".join(self._random.choices("23456789", k=digits))
            if number not in self._used:
                self._used.add(number)
                return number

    def _unused(self, local: str, other: str, domain: str) -> str:
        at = 0
        address = f"{local}@{domain}"
        while address in self._used:
            at += 1
            address = f"{other}{at if at > 1 else ''}@{domain}"
        self._used.add(address)
        return address


def latin(word: Word) -> str:
    """The word as its owner writes it in an address: ASCII letters alone."""
    for spelling in (word.text, *word.spellings):
        plain = "".join(letter for letter in spelling.lower() if letter.isalnum())
        if plain.isascii():
            return plain
    return "".join(letter for letter in word.text.lower() if letter.isascii() and letter.isalnum()) or "x"


def _birthday(random: Random) -> Birthday:
    born = _OLDEST + timedelta(days=random.randrange(25_000))
    return {"year": born.year, "month": born.month, "day": born.day}


def _later(random: Random, born: Birthday) -> Birthday:
    child = date(born["year"], 1, 1) + timedelta(days=random.randrange(22, 38) * 365 + random.randrange(365))
    return {"year": child.year, "month": child.month, "day": child.day}


def people_of(random: Random, number: int) -> Sequence[Person]:
    return World(random, number).people[:number]
