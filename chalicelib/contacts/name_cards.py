"""The name card of a contact: what matching compares, that is the name, the kind of card, and contradicting facts.

The book stores a card as text, which is cheap to write; it is parsed only when two cards are compared.
"""

import re
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache

from chalicelib.contacts.fold_name import fold_name
from chalicelib.contacts.parse_name import ParsedName, Word, words_of
from chalicelib.contacts.source_record import Birthday, ContactFields

LONGEST_PART = 200  # characters of one field
_BETWEEN = "\t"  # separates the fields of a card; cleaned lines contain no tab
_A_LETTER = re.compile(r"[^\W\d_]")


class Kind(Enum):
    """The kind of entity that a card describes."""

    BARE = "bare"  # neither a name nor a company: a number or an address alone
    PERSON = "person"
    HOUSEHOLD = "household"  # a couple or a family
    COMPANY = "company"


@dataclass(frozen=True, slots=True)
class Card:
    """The facts by which two contacts are compared."""

    kind: Kind
    #: The given name and the middle name, or the whole name if it `is_loose`.
    given: tuple[Word, ...] = ()
    family: tuple[Word, ...] = ()
    #: Whether given and family names are not separate.
    is_loose: bool = True
    #: How many words at the end of `given` are the middle name.
    middles: int = 0
    #: "junior", "3"; "" for none.
    generation: str = ""
    #: "m" or "f" if a title implies it; "" if unknown.
    gender: str = ""
    #: Year, month and day, each 0 if unknown.
    birthday: tuple[int, int, int] = (0, 0, 0)

    @property
    def name(self) -> tuple[Word, ...]:
        return self.given + self.family

    @property
    def words(self) -> tuple[str, ...]:
        return tuple(part for word in self.name for part in word)


# ── as text


def card_text(fields: ContactFields) -> str:
    """The card as text; "" if there is no name and no contradicting fact."""
    given, family, display = fields.get("given", ""), fields.get("family", ""), fields.get("display", "")
    more = ""
    if "prefix" in fields or "middle" in fields or "suffix" in fields:
        more = _text(fields, "prefix") + _BETWEEN + _text(fields, "middle") + _BETWEEN + _text(fields, "suffix")
    company = ""
    if not (given and family):
        company = fields.get("organization", "")
        if not (given or family or display):
            display = (
                fields.get("nickname", "")
                or f"{fields.get('phonetic_given', '')} {fields.get('phonetic_family', '')}".strip()
            )
    elif display == f"{given} {family}":
        display = ""
    birthday = fields.get("birthday")
    born = _born(birthday) if birthday else ""
    if more or company or born:
        parts = (given, family, display, *(more.split(_BETWEEN) if more else ("", "", "")), company, born)
    elif not (given or family or display):
        return ""
    else:
        parts = (given, family, display)
    text = _BETWEEN.join(parts)
    if len(text) > LONGEST_PART:
        text = _BETWEEN.join(field[:LONGEST_PART] for field in parts)
    return text.rstrip(_BETWEEN) + _BETWEEN


@lru_cache(maxsize=8_192)
def card_of(text: str) -> Card:
    """Parses the text of `card_text`, also as older versions wrote it."""
    parts = text.split(_BETWEEN)
    if len(parts) == 1:
        words = tuple((fold_name(word),) for word in text.split())
        return Card(Kind.PERSON if words else Kind.BARE, words)
    given, family, display, prefix, middle, suffix, company, born = (*parts, *[""] * 8)[:8]
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


def _text(fields: ContactFields, field: str) -> str:
    return str(fields.get(field, ""))


def _born(birthday: Birthday) -> str:
    return f"{birthday.get('year', 0)}-{birthday.get('month', 0)}-{birthday.get('day', 0)}"


def _birthday(born: str) -> tuple[int, int, int]:
    year, month, day = (int(part) for part in born.split("-")) if born else (0, 0, 0)
    return year, month, day


def _is_name(text: str) -> bool:
    """Whether the text can be a name, not only an address, a number or symbols."""
    return bool(text) and "@" not in text and _A_LETTER.search(text) is not None
