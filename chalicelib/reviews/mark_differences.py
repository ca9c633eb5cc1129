"""Marks the characters in which two texts differ: pure functions.

A character is what a person sees as one: a letter with its accents, or an emoji of several code points. Long texts are
compared by words, and very long ones only by their common beginning and end, so that the time stays bounded.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

MOST_CHARACTERS = 200  # of a text that is compared by characters
MOST_WORDS = 400  # of one that is compared by words
UNLIKE = 0.4  # texts less alike than this have nothing worth marking in common
_JOINER = "\u200d"
_WORDS = re.compile(r"\s+|[^\s]+")


@dataclass(frozen=True, slots=True)
class Segment:
    """A part of a text."""

    text: str
    #: Whether the other text lacks it.
    differs: bool


Segments = tuple[Segment, ...]


def unmarked(text: str) -> Segments:
    """The text without a mark."""
    return (Segment(text, differs=False),) if text else ()


def marked(left: str, right: str) -> tuple[Segments, Segments]:
    """Both texts, each with marks where it differs from the other. Joined, the segments are the text."""
    if left == right:
        return unmarked(left), unmarked(right)
    if not left or not right:
        return _whole(left), _whole(right)
    left_units, right_units = _units(left), _units(right)
    long = max(len(left_units), len(right_units)) > MOST_CHARACTERS
    if long:
        left_units, right_units = _WORDS.findall(left), _WORDS.findall(right)
    if max(len(left_units), len(right_units)) > MOST_WORDS:
        return _marked_between_ends(left_units, right_units)
    matcher = SequenceMatcher(None, left_units, right_units, autojunk=False)
    if matcher.ratio() < UNLIKE:
        return _whole(left), _whole(right)
    steps = matcher.get_opcodes()
    return (
        _joined((left_units[i:j], step != "equal") for step, i, j, _, _ in steps),
        _joined((right_units[i:j], step != "equal") for step, _, _, i, j in steps),
    )


def likeness(left: str, right: str) -> float:
    """How alike two short texts are, from 0 to 1; only by their beginnings if they are long."""
    matcher = SequenceMatcher(None, left[:MOST_CHARACTERS], right[:MOST_CHARACTERS], autojunk=False)
    return matcher.ratio()


def _whole(text: str) -> Segments:
    return (Segment(text, differs=True),) if text else ()


def _units(text: str) -> list[str]:
    """The characters that a person sees."""
    if text.isascii():
        return list(text)
    units: list[str] = []
    for letter in text:
        if units and (_continues(letter) or units[-1].endswith(_JOINER)):
            units[-1] += letter
        else:
            units.append(letter)
    return units


def _continues(letter: str) -> bool:
    """Whether it belongs to the character before it: an accent, a joiner, or the skin tone of an emoji."""
    return letter == _JOINER or unicodedata.category(letter).startswith("M") or "\U0001f3fb" <= letter <= "\U0001f3ff"


def _marked_between_ends(left: Sequence[str], right: Sequence[str]) -> tuple[Segments, Segments]:
    """Marks everything between the common beginning and the common end."""
    least = min(len(left), len(right))
    start = next((at for at in range(least) if left[at] != right[at]), least)
    rest = least - start
    end = next((at for at in range(rest) if left[-1 - at] != right[-1 - at]), rest)

    def segments(words: Sequence[str]) -> Segments:
        until = len(words) - end
        return _joined([(words[:start], False), (words[start:until], True), (words[until:], False)])

    return segments(left), segments(right)


def _joined(pieces: Iterator[tuple[Sequence[str], bool]] | Sequence[tuple[Sequence[str], bool]]) -> Segments:
    return tuple(Segment("".join(units), differs) for units, differs in pieces if units)
