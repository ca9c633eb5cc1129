"""Folds text for search: letters that people treat as one become equal. `letter_folds.py` has the table.

A word has a key, which is compared, and marks, which are compared too if both sides have some: "thuy" is the key of
Thúy and of Thủy, and a search for one must not find the other. Both come from the same steps: compatibility
decomposition and case folding, marks off the letters, then the letters of the table. The result is the same in every
version of Python.
"""

import re
import unicodedata
from collections.abc import Iterable
from functools import cache, lru_cache
from pathlib import Path
from typing import NamedTuple

from chalicelib.contacts.letter_folds import (
    ANUSVARA,
    APOSTROPHES,
    DROPPED,
    LETTERS,
    MARKS,
    NASALS,
    NEWER,
    PAIRS,
    PUNCTUATION,
    SIGNS,
    TONES,
    UNSPACED,
    VOICING,
    WRITTEN_OUT,
)

LONGEST_MARKED = 200  # characters of a word; in a longer one marks are not compared
_HAN_FOLDS = Path(__file__).with_name("han_folds.txt")
_ASCII_WORDS = {
    point: None if chr(point) in APOSTROPHES else chr(point).lower() if chr(point).isalnum() else " "
    for point in range(128)
}
_ASCII_LINES = {**_ASCII_WORDS, ord("\n"): "\n"}
_MARKED = re.compile(f"(.)([{MARKS}]+)", re.DOTALL)
_ANY_MARKS = re.compile(f"[{MARKS}]+")
_NEWER = re.compile(f"[{NEWER}]")
_OLDER = re.compile(f"[^{NEWER}]+")
_PAIRS = {"и\u0306": "й", "i\u0307": "i", **PAIRS}
_NASALS = re.compile(NASALS)
_AGAIN = re.compile("(.)[々〻]", re.DOTALL)
_WRITTEN_OUT = str.maketrans(WRITTEN_OUT)
_UNSPACED = re.compile(f"[{UNSPACED}]")
_NO_SPACES = f"(?![{MARKS}])[{UNSPACED}]"
_BEFORE_OTHER_SCRIPT = re.compile(f"[a-z0-9][{MARKS}]*+(?={_NO_SPACES})|{_NO_SPACES}[{MARKS}]*+(?=[a-z0-9])")
_VOWELS = frozenset("aeiouy")
_KEEPS_MARKS = re.compile(f"[a-z\u3041-\u309f\u0e01-\u0eff{VOICING}]")  # Latin, kana, Thai, Lao


_DROP = str.maketrans(dict.fromkeys(DROPPED + APOSTROPHES)) | {0x309B: "\u3099", 0x309C: "\u309a"}


class Folded(NamedTuple):
    """A text as words joined by spaces.

    Args:
        key: what is compared. marked: the same with the distinguishing marks, each behind its letter.
        written_out: the key with ä as ae and so on; "" if there is no such letter.
    """

    key: str
    marked: str
    written_out: str


def fold_text(text: str) -> Folded:
    """Fold a text word by word. Punctuation and surplus spaces are removed."""
    if text.isascii():
        key = " ".join(text.translate(_ASCII_WORDS).split())
        return Folded(key, key, "")
    chunks = [_fold_chunk(chunk) for chunk in text.split()]
    key = " ".join(chunk.key for chunk in chunks if chunk.key)
    marked = " ".join(chunk.marked for chunk in chunks if chunk.key)
    if not any(chunk.written_out for chunk in chunks):
        return Folded(key, marked, "")
    return Folded(key, marked, " ".join(chunk.written_out or chunk.key for chunk in chunks if chunk.key))


def fold_words(text: str) -> list[str]:
    """The keys of its words; a symbol such as an emoji is a word of its own."""
    return fold_text(text).key.split()


def plain(text: str) -> str:
    """The key of a text without spaces in which punctuation counts: an address, a link, a handle."""
    return "".join(_plain_chunks(text))


def ascii_lines(text: str) -> list[str]:
    """The keys of the lines of a text that is ASCII."""
    return [" ".join(line.split()) for line in text.translate(_ASCII_LINES).split("\n")]


def order_key(text: str) -> str:
    """The sort key of a name: its words without symbols; "" for none."""
    if text.isascii():
        return " ".join(text.translate(_ASCII_WORDS).split())
    return " ".join(word for word in fold_words(text) if any(map(str.isalnum, word)))


def same_text(text: str) -> str:
    """A form that is equal for equal parts of a postal address, with or without marks; punctuation counts."""
    return " ".join(_plain_chunks(text))


def same_spelling(text: str) -> str:
    """A form that is equal for equal values of a list, such as groups: folds letters; marks and symbols count."""
    if text.isascii():
        return same_text(text)
    return " ".join(map(_spelled_chunk, text.split()))


def is_unspaced(key: str) -> bool:
    """Whether a word is of a script that puts no spaces between words."""
    return not key.isascii() and _UNSPACED.match(key) is not None


def is_voiced(marked: str) -> bool:
    """Whether a marked word has kana with a voicing mark, which must match exactly if typed."""
    return not marked.isascii() and any(mark in marked for mark in VOICING)


def without_marks(marked: str) -> str:
    """The key of a marked word."""
    return marked if marked.isascii() else _ANY_MARKS.sub("", marked)


def ascii_digits(text: str) -> str:
    """The digits of the text, in any script, as 0 to 9."""
    if text.isascii():
        return "".join(filter(str.isdigit, text))
    return "".join(str(unicodedata.decimal(sign)) for sign in text if sign.isdecimal() and not _NEWER.match(sign))


# ── marks


def marks_fit(typed: str, stored: str, *, anywhere: bool = False) -> bool:
    """Whether a typed marked word may match the beginning of a stored marked word, or any part of it.

    A letter without marks matches every form of it; one with marks matches the same letter with at least these marks,
    and the bare letter, except in kana.
    """
    if len(stored) > LONGEST_MARKED:
        return True
    sought, held = _letters(typed), _letters(stored)
    starts = range(len(held) - len(sought) + 1) if anywhere else range(1)
    return any(_fit_at(sought, held, start) for start in starts)


def _letters(marked: str) -> list[tuple[str, frozenset[str]]]:
    """Each letter with its marks."""
    letters: list[tuple[str, frozenset[str]]] = []
    for sign in marked:
        if letters and _ANY_MARKS.match(sign):
            base, marks = letters[-1]
            letters[-1] = (base, marks | {sign})
        else:
            letters.append((sign, frozenset()))
    return letters


_Letters = list[tuple[str, frozenset[str]]]


def _fit_at(sought: _Letters, held: _Letters, start: int) -> bool:
    there = held[start : start + len(sought)]
    if [base for base, _ in there] != [base for base, _ in sought]:
        return False
    if not all(_agree(typed, stored) for (_, typed), (_, stored) in zip(sought, there, strict=True)):
        return False
    return all(
        _agree(_tones(sought, at, at), _tones(held, start + at, start + at))
        for at, (base, _) in enumerate(sought)
        if base in _VOWELS
    )


def _agree(typed: frozenset[str], stored: frozenset[str]) -> bool:
    if typed & set(VOICING):
        return typed <= stored
    return not stored or typed <= stored


def _tones(letters: _Letters, first: int, last: int) -> frozenset[str]:
    """The tones of the vowels around one, because a tone may be written on any vowel of a syllable."""
    while first and letters[first - 1][0] in _VOWELS:
        first -= 1
    while last + 1 < len(letters) and letters[last + 1][0] in _VOWELS:
        last += 1
    marks = frozenset[str]().union(*(marks for _, marks in letters[first : last + 1]))
    return marks & frozenset(TONES)


# ── below


@lru_cache(maxsize=16_384)
def _fold_chunk(chunk: str) -> Folded:
    if chunk.isascii():
        key = " ".join(chunk.translate(_ASCII_WORDS).split())
        return Folded(key, key, "")
    text = _BEFORE_OTHER_SCRIPT.sub(r"\g<0> ", _decomposed(chunk, _words_table()))
    words = [word for word in text.split() if _ANY_MARKS.sub("", word)]
    key = " ".join(_ANY_MARKS.sub("", word) for word in words)
    marked = " ".join(_MARKED.sub(_kept_marks, word) for word in words)
    composed = unicodedata.normalize("NFC", chunk).lower()
    out = composed.translate(_WRITTEN_OUT)
    spelled = _fold_chunk(out).key if out != composed else ""
    return Folded(key, marked, spelled)


def _plain_chunks(text: str) -> Iterable[str]:
    return text.lower().translate(_DROP).split() if text.isascii() else map(_plain_chunk, text.split())


@lru_cache(maxsize=4_096)
def _plain_chunk(chunk: str) -> str:
    return _ANY_MARKS.sub("", _decomposed(chunk, _plain_table()))


@lru_cache(maxsize=4_096)
def _spelled_chunk(chunk: str) -> str:
    return _MARKED.sub(_kept_marks, _decomposed(chunk, _plain_table()))


def _decomposed(chunk: str, table: "_Table") -> str:
    """The text decomposed, case-folded and in the table's letters, with marks after their letters."""
    chunk = chunk.translate(_DROP)
    chunk = _normal(chunk) if not _NEWER.search(chunk) else _OLDER.sub(lambda found: _normal(found[0]), chunk)
    for pair, fold in _PAIRS.items():
        chunk = chunk.replace(pair, fold)
    return _AGAIN.sub(r"\1\1", with_anusvara(chunk)).translate(table)


def with_anusvara(text: str) -> str:
    """A Hindi text with its nasals before consonants written in one way."""
    return _NASALS.sub(ANUSVARA, text) if "\u094d" in text else text


def _normal(text: str) -> str:
    return unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).translate(_DROP).casefold())


def _kept_marks(found: re.Match[str]) -> str:
    """A letter with its marks in a fixed order; without them if they do not distinguish words."""
    letter, marks = found.groups()
    return letter + "".join(sorted(set(marks))) if _KEEPS_MARKS.match(letter) else letter


class _Table(dict[int, str]):
    """A table for `str.translate` that is filled as characters occur."""

    def __init__(self, *, keeps_punctuation: bool) -> None:
        super().__init__({ord(letter): fold for letter, fold in LETTERS.items()})
        self._keeps_punctuation = keeps_punctuation

    def __missing__(self, point: int) -> str:
        self[point] = self._fold(chr(point))
        return self[point]

    def _fold(self, sign: str) -> str:
        if _ANY_MARKS.match(sign) or _NEWER.match(sign):
            return sign
        if sign >= "\u3400":
            sign = han_folds().get(sign, sign)
        if (digit := unicodedata.decimal(sign, None)) is not None:
            return str(digit)
        if self._keeps_punctuation:
            return sign
        if any(ord(sign) in signs for signs in SIGNS):
            return f" {sign} "
        kind = unicodedata.ucd_3_2_0.category(sign)  # the one that no version of Python changes
        return sign if (kind[0] in "LMN" or kind == "Cn") and ord(sign) not in PUNCTUATION else " "


@cache
def _words_table() -> _Table:
    return _Table(keeps_punctuation=False)


@cache
def _plain_table() -> _Table:
    return _Table(keeps_punctuation=True)


@cache
def han_folds() -> dict[str, str]:
    """Han characters and the form each is folded to; read when the first one is met."""
    lines = _HAN_FOLDS.read_text(encoding="utf-8").splitlines()
    pairs = "".join(line for line in lines if not line.startswith("#"))
    return dict(zip(pairs[::2], pairs[1::2], strict=True))
