"""The card of one source, as far as it tells persons apart: whose name it is, what kind of card, and what contradicts.

The book keeps a card as text, which costs next to nothing to write; it is taken apart only where two cards meet.
"""

import re
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache

from chalicelib.contacts.contact import Birthday, Said
from chalicelib.contacts.name_letters import strict
from chalicelib.contacts.name_reading import NameReading, Word, words_of

LONGEST_PART = 200  # characters of one field
_BETWEEN = "\t"  # the fields of a card; cleaned text of one line has none
_A_LETTER = re.compile(r"[^\W\d_]")


class Kind(Enum):
    BARE = "bare"  # neither a name nor a company: a number or an address alone
    PERSON = "person"
    HOUSEHOLD = "household"  # a couple or a family
    COMPANY = "company"


@dataclass(frozen=True, slots=True)
class Card:
    """Args:
    given, family: where the card tells them apart; else the whole name is `given` and `is_loose`. The middle name is
        the end of `given`.
    generation: "junior", "3"; "" for none. gender: what a title says, "m" or "f"; "" for nothing.
    birthday: year, month, day, each 0 where it is not known.
    """

    kind: Kind
    given: tuple[Word, ...] = ()
    family: tuple[Word, ...] = ()
    is_loose: bool = True
    middles: int = 0  # how many words of `given` are the middle name
    generation: str = ""
    gender: str = ""
    birthday: tuple[int, int, int] = (0, 0, 0)

    @property
    def name(self) -> tuple[Word, ...]:
        return self.given + self.family

    @property
    def words(self) -> tuple[str, ...]:
        return tuple(part for word in self.name for part in word)


# ── as text


def card_text(said: Said) -> str:
    """The card as the book keeps it; "" for one that neither names nor contradicts anybody."""
    given, family, display = said.get("given", ""), said.get("family", ""), said.get("display", "")
    more = ""
    if "prefix" in said or "middle" in said or "suffix" in said:
        more = _text(said, "prefix") + _BETWEEN + _text(said, "middle") + _BETWEEN + _text(said, "suffix")
    company = ""
    if not (given and family):
        company = said.get("organisation", "")
        if not (given or family or display):
            display = (
                said.get("nickname", "")
                or f"{said.get('phonetic_given', '')} {said.get('phonetic_family', '')}".strip()
            )
    elif display == f"{given} {family}":
        display = ""
    birthday = said.get("birthday")
    born = _born(birthday) if birthday else ""
    if more or company or born:
        fields = (given, family, display, *(more.split(_BETWEEN) if more else ("", "", "")), company, born)
    elif not (given or family or display):
        return ""
    else:
        fields = (given, family, display)
    text = _BETWEEN.join(fields)
    if len(text) > LONGEST_PART:
        text = _BETWEEN.join(field[:LONGEST_PART] for field in fields)
    return text.rstrip(_BETWEEN) + _BETWEEN


@lru_cache(maxsize=8_192)
def card_of(text: str) -> Card:
    """The card that `card_text` wrote, or as much of one as an older version kept."""
    fields = text.split(_BETWEEN)
    if len(fields) == 1:
        words = tuple((strict(word),) for word in text.split())
        return Card(Kind.PERSON if words else Kind.BARE, words)
    given, family, display, prefix, middle, suffix, company, born = (*fields, *[""] * 8)[:8]
    birthday = _birthday(born)
    given, family, display, middle = (part if _is_name(part) else "" for part in (given, family, display, middle))
    alone = given or display if not (family or middle) else ""
    if company and words_of(alone) in ((), words_of(company)) and not (family or middle):
        return Card(Kind.COMPANY, tuple((word,) for word in words_of(company)), birthday=birthday)
    if not (given or family or middle or display):
        return Card(Kind.BARE, birthday=birthday)
    read = NameReading(given, family, middle, display, prefix, suffix)
    kind = Kind.HOUSEHOLD if read.is_household else Kind.PERSON
    return Card(kind, read.given, read.family, read.is_loose, len(read.middle), read.generation, read.gender, birthday)


def _text(said: Said, member: str) -> str:
    return str(said.get(member, ""))


def _born(birthday: Birthday) -> str:
    return f"{birthday.get('year', 0)}-{birthday.get('month', 0)}-{birthday.get('day', 0)}"


def _birthday(born: str) -> tuple[int, int, int]:
    year, month, day = (int(part) for part in born.split("-")) if born else (0, 0, 0)
    return year, month, day


def _is_name(text: str) -> bool:
    """What is no name of a person (an address, a number, signs alone) cannot disagree with anything."""
    return bool(text) and "@" not in text and _A_LETTER.search(text) is not None
