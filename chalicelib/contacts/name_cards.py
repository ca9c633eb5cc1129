"""The card of one source: what distinguishes people, that is the name, the kind of card, and contradicting facts.

The book keeps a card as text, which is cheap to write; it is parsed only when two cards meet.
"""

import re
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache

from chalicelib.contacts.contact import Birthday, ContactFields
from chalicelib.contacts.fold_name import fold_name
from chalicelib.contacts.parse_name import ParsedName, Word, words_of

LONGEST_PART = 200  # characters of one field
_BETWEEN = "\t"  # separates the fields of a card; cleaned lines contain no tab
_A_LETTER = re.compile(r"[^\W\d_]")


class Kind(Enum):
    BARE = "bare"  # neither a name nor a company: a number or an address alone
    PERSON = "person"
    HOUSEHOLD = "household"  # a couple or a family
    COMPANY = "company"


@dataclass(frozen=True, slots=True)
class Card:
    """Args:
    given, family: if the card separates them; else the whole name is `given` and `is_loose`. The middle name is
        the end of `given`.
    generation: "junior", "3"; "" for none. gender: implied by a title, "m" or "f"; "" if unknown.
    birthday: year, month, day, each 0 if unknown.
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


def card_text(said: ContactFields) -> str:
    """The card as the book keeps it; "" for one without a name or any contradicting fact."""
    given, family, display = said.get("given", ""), said.get("family", ""), said.get("display", "")
    more = ""
    if "prefix" in said or "middle" in said or "suffix" in said:
        more = _text(said, "prefix") + _BETWEEN + _text(said, "middle") + _BETWEEN + _text(said, "suffix")
    company = ""
    if not (given and family):
        company = said.get("organization", "")
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
    """The card that `card_text` wrote, or what an older version kept of one."""
    fields = text.split(_BETWEEN)
    if len(fields) == 1:
        words = tuple((fold_name(word),) for word in text.split())
        return Card(Kind.PERSON if words else Kind.BARE, words)
    given, family, display, prefix, middle, suffix, company, born = (*fields, *[""] * 8)[:8]
    birthday = _birthday(born)
    given, family, display, middle = (part if _is_name(part) else "" for part in (given, family, display, middle))
    alone = given or display if not (family or middle) else ""
    if company and words_of(alone) in ((), words_of(company)) and not (family or middle):
        return Card(Kind.COMPANY, tuple((word,) for word in words_of(company)), birthday=birthday)
    if not (given or family or middle or display):
        return Card(Kind.BARE, birthday=birthday)
    read = ParsedName(given, family, middle, display, prefix, suffix)
    kind = Kind.HOUSEHOLD if read.is_household else Kind.PERSON
    return Card(kind, read.given, read.family, read.is_loose, len(read.middle), read.generation, read.gender, birthday)


def _text(said: ContactFields, field: str) -> str:
    return str(said.get(field, ""))


def _born(birthday: Birthday) -> str:
    return f"{birthday.get('year', 0)}-{birthday.get('month', 0)}-{birthday.get('day', 0)}"


def _birthday(born: str) -> tuple[int, int, int]:
    year, month, day = (int(part) for part in born.split("-")) if born else (0, 0, 0)
    return year, month, day


def _is_name(text: str) -> bool:
    """Whether it can be a name: an address, a number or symbols alone cannot disagree with another name."""
    return bool(text) and "@" not in text and _A_LETTER.search(text) is not None
