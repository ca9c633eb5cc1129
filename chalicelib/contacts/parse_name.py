"""Parses one card's name: removes titles, notes a generation, and recognizes couples and families."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from chalicelib.contacts.fold_name import fold_name, is_spaceless
from chalicelib.contacts.name_words import (
    AND,
    AND_BETWEEN_NAMES,
    BEHIND_TITLES,
    FEMALE_TITLES,
    FRONT_TITLES,
    FRONT_TITLES_WITH_STOP,
    GENERATIONS,
    GENERATIONS_IN_FRONT,
    GENERATIONS_OF_FULL_NAMES,
    GENERATIONS_OF_GIVEN_NAMES,
    GENERATIONS_WITH_STOP,
    GLUED_BEHIND,
    GLUED_IN_FRONT,
    HOUSEHOLD_BEHIND,
    HOUSEHOLD_IN_FRONT,
    MALE_TITLES,
    TELLING,
)

MOST_WORDS = 12  # of a name; the rest is ignored, which bounds the cost of a hostile name
LONGEST_WORD = 40

Word = tuple[str, ...]  # one word, folded by `fold_name`; several parts if it has hyphens

_QUOTED = re.compile(r'(?<=[א-ת])"(?=[א-ת])')  # a quotation mark written for gershayim
_JOINS = re.compile(r"\s*([&+＆＋/])\s*")
_ALIKE_AND = frozenset("&+/")
_SEPARATORS = re.compile('[\\s,;:()\\[\\]{}"“”«»„!?<>|·・，、；：（）「」_~*#]+')
_PARTS = re.compile("[.\\-\u2010-\u2015\u2212\u30a0]+")
_SUFFIX_BREAK = re.compile("[,，]")
_THAI_START = re.compile("[\u0e01-\u0e2e\u0e40-\u0e44]")


@dataclass(frozen=True, slots=True)
class _Token:
    """A word as it is written.

    Args:
        key: the word folded by `fold_name`, without full stops and hyphens.
    """

    raw: str
    key: str

    @property
    def has_stop(self) -> bool:
        return "." in self.raw

    @property
    def word(self) -> Word:
        parts = (_alphanumeric(fold_name(part)) for part in _PARTS.split(self.raw))
        return tuple(part[:LONGEST_WORD] for part in parts if part)


class ParsedName:
    """The parsed name of a card.

    Args:
        given, family, middle, display, prefix, suffix: the fields of the contact; "" for a missing one.

    Attributes:
        given, middle, family: the words of each part, without titles and generation. `given` includes `middle`.
        generation, gender: as in `Card`.
        is_loose: whether the parts are unknown, because the words come from the display name; all are in `given`.
        is_household: whether the name is of a couple or a family.
    """

    def __init__(self, given: str, family: str, middle: str, display: str, prefix: str, suffix: str) -> None:
        self.generation, self.gender = "", ""  # see `Card`
        self._prefix, self._suffix = _tokens(prefix), _tokens(suffix)
        shown = _tokens(_in_order(display))
        stated = [_tokens(given), _tokens(middle), _tokens(family)]
        count = sum(map(len, stated))
        self.is_loose = not (given and family) and len(shown) > count + len(self._prefix) + len(self._suffix)
        self.is_loose = self.is_loose or not count
        if self.is_loose:
            self._given, self._middle, self._family = shown, [], []
            self._extra: list[_Token] = []
        else:
            self._given, self._middle, self._family = stated
            self._extra = shown
        self.is_household = (
            _is_household(self._given, self._middle, self._family)
            or _joins_two(self._prefix)
            or _joins_two(self._extra)
            or _joins_two(self._suffix)
            or any(token.key in HOUSEHOLD_IN_FRONT for token in self._prefix)
        )
        if self.is_household:
            self._given, self._family = [*self._prefix, *self._given], [*self._family, *self._suffix]
        else:
            self._read_fields_of_titles()
            self._drop_titles()
            self._look_at_display()
        self.middle = _words(self._middle)
        self.given, self.family = (*_words(self._given), *self.middle)[:MOST_WORDS], _words(self._family)

    @property
    def _all(self) -> list[_Token]:
        return [*self._given, *self._middle, *self._family]

    def _read_fields_of_titles(self) -> None:
        """Reads generation and gender from prefix and suffix. Words that are not titles become part of the name."""
        for token in self._prefix:
            if token.key in GENERATIONS_IN_FRONT or token.key in ("jr", "junior", "senior"):
                self.generation = GENERATIONS[token.key]
            elif token.key in TELLING:
                self._given = [token, *self._given]
            self._note_gender(token.key)
        for token in self._suffix:
            if token.key in GENERATIONS:
                self.generation = GENERATIONS[token.key]
            elif not (token.key in BEHIND_TITLES or token.has_stop or token.raw.isupper()):
                (self._given if self.is_loose else self._family).append(token)
            self._note_gender(token.key)

    def _note_gender(self, key: str) -> None:
        """Sets the gender if the word is a title of one gender, such as Mrs."""
        if key in MALE_TITLES or key in FEMALE_TITLES:
            self.gender = "m" if key in MALE_TITLES else "f"

    def _drop_titles(self) -> None:
        """Removes titles and generations as long as enough words remain to be a name."""
        self._drop_glued()
        while self._given and self._drops_first(self._given[0]):
            self._given = self._given[1:]
        while self._all and self._drops_last():
            pass
        last = self._given[-1] if len(self._given) > 1 and not self.is_loose else None
        if last is not None and last.key in GENERATIONS_OF_GIVEN_NAMES:
            self.generation, self._given = GENERATIONS[last.key], self._given[:-1]

    def _drop_glued(self) -> None:
        """Removes titles and honorifics that are attached to the name without a space, as in Thai or Korean."""
        if not self._given or self._given[0].raw.isascii():
            return
        first, others = self._given[0], len(self._all) - 1
        title = next((title for title in GLUED_IN_FRONT if first.raw.startswith(title)), "")
        rest = first.raw[len(title) :]
        if title and others and len(rest) > 1 and _THAI_START.match(rest):
            self._note_gender(title)
            self._given[0] = _Token(rest, fold_name(rest))
        last = self._given[-1]
        title = next((title for title in GLUED_BEHIND if last.key.endswith(title)), "")
        rest = last.key.removesuffix(title)
        if title and not self._family and len(rest) > 1:
            self._note_gender(title)
            self._given[-1] = _Token(rest, rest)

    def _drops_first(self, token: _Token) -> bool:
        """Whether the first word is a title or a generation to remove. Records the generation or gender it states."""
        rest = len(self._all) - 1
        if rest < 2 or (not self.is_loose and not self._given[1:]):
            return False
        if token.key in GENERATIONS_IN_FRONT and (token.has_stop or token.key not in GENERATIONS_WITH_STOP):
            self.generation = GENERATIONS[token.key]
            return True
        if _is_title(token):
            self._note_gender(token.key)
            return True
        return False

    def _drops_last(self) -> bool:
        """Removes the last word if it is a title or a generation, which it records. Returns whether it did."""
        part = self._family or self._middle or self._given
        token, rest = part[-1], len(self._all) - 1
        if rest < 1 or (not self.is_loose and len(part) == 1):
            return False
        if _is_generation(token, rest):
            self.generation = GENERATIONS[token.key]
        elif token.key in BEHIND_TITLES and (rest > 1 or _is_whole_name(self._all[0])):
            self._note_gender(token.key)
        else:
            return False
        part.pop()
        return True

    def _look_at_display(self) -> None:
        """If given and family name are separate fields, the display name may still contain a generation."""
        if len(self._extra) > 2 and not self.generation:
            last = self._extra[-1]
            if _is_generation(last, len(self._extra) - 1) and last.key not in {token.key for token in self._all}:
                self.generation = GENERATIONS[last.key]


def _words(tokens: Sequence[_Token]) -> tuple[Word, ...]:
    """The folded words of these tokens, at most `MOST_WORDS`."""
    return tuple(word for token in tokens if (word := token.word))[:MOST_WORDS]


@lru_cache(maxsize=4_096)
def _tokens_of(text: str) -> tuple[_Token, ...]:
    """The words of a text, without punctuation; every sign for "and" becomes "&"."""
    joined = _JOINS.sub(r" \1 ", _QUOTED.sub("", text)) if not text.isalpha() else text
    found = []
    for raw in _SEPARATORS.split(joined)[: MOST_WORDS * 2]:
        key = fold_name(_PARTS.sub("", raw))
        if key in _ALIKE_AND or any(sign.isalnum() for sign in key):
            found.append(_Token("&", "&") if key in _ALIKE_AND else _Token(raw, key))
    return tuple(found)


def _tokens(text: str) -> list[_Token]:
    return list(_tokens_of(text)) if text else []


def _alphanumeric(part: str) -> str:
    """The letters, digits and marks of a part of a word."""
    if part.isascii():
        return part if part.isalnum() else "".join(sign for sign in part if sign.isalnum() or sign in "&+")
    return "".join(sign for sign in part if sign.isalnum() or unicodedata.category(sign)[0] == "M" or sign == "\u200d")


def _in_order(display: str) -> str:
    """Rewrites "Family, Given, Title" as "Given Family Title", and a list of relatives as "… & …".

    Titles and generations after a comma come last.
    """
    if not _SUFFIX_BREAK.search(display):
        return display
    parts = [part.strip() for part in _SUFFIX_BREAK.split(display) if part.strip()]
    behind = [part for part in parts[1:] if _is_all_behind(part)]
    names = [part for part in parts if part not in behind]
    if _are_relatives(names):
        return " & ".join(names)
    return " ".join([*names[1:], *names[:1], *behind])


def _are_relatives(names: Sequence[str]) -> bool:
    """Whether these are whole names of one family: "Anna Berg, Tom Berg"."""
    keys = [{token.key for token in _tokens(name)} for name in names]
    return len(keys) > 1 and all(len(each) > 1 for each in keys) and bool(set.intersection(*keys))


def _is_all_behind(part: str) -> bool:
    """Whether all words are titles or generations that follow a name."""
    return all(token.key in BEHIND_TITLES or token.key in GENERATIONS for token in _tokens(part))


def _is_whole_name(token: _Token) -> bool:
    """Whether the word may be a whole name: in scripts without spaces, one word may hold both names."""
    return len(token.key) > 1 and is_spaceless(token.key)


def _is_title(token: _Token) -> bool:
    """Whether the word is a title in front of a name, or several joined by full stops or hyphens, as in "Prof.Dr."."""
    if token.key in FRONT_TITLES or (token.has_stop and token.key in FRONT_TITLES_WITH_STOP):
        return True
    parts = [fold_name(part) for part in _PARTS.split(token.raw) if part]
    return len(parts) > 1 and all(part in FRONT_TITLES for part in parts)


def _is_generation(token: _Token, rest: int) -> bool:
    """Whether the word is a generation, such as Jr., behind `rest` other words."""
    key = token.key
    if key not in GENERATIONS or (key in GENERATIONS_WITH_STOP and not token.has_stop):
        return False
    return rest >= (2 if key in GENERATIONS_OF_FULL_NAMES else 1)


def _is_household(given: Sequence[_Token], middle: Sequence[_Token], family: Sequence[_Token]) -> bool:
    """Whether these words name a couple or a family: "Anna & Tom Berg", "Familie Berg"."""
    every = [*given, *middle, *family]
    if _joins_two(every):
        return True
    if len(every) < 2:
        return False
    if every[0].key in HOUSEHOLD_IN_FRONT or every[-1].key in HOUSEHOLD_BEHIND:
        return True
    has_capitals = any(token.raw != token.raw.lower() for token in every)
    return any(
        token.key in AND_BETWEEN_NAMES and token.raw == token.raw.lower() and (has_capitals or len(token.key) > 1)
        for token in (given[1:-1] if family else every[1:2] if len(every) > 2 else ())
    )


def _joins_two(tokens: Sequence[_Token]) -> bool:
    """Whether the words contain "&", or a word for "and" between two others."""
    return any(token.key == "&" for token in tokens) or any(token.key in AND for token in tokens[1:-1])


def words_of(text: str) -> tuple[str, ...]:
    """The words of a text that is not a person's name, such as a company's, each folded by `fold_name`."""
    return tuple(part for token in _tokens(text) for part in token.word)
