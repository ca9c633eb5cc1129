"""Old and new spellings of phone numbers, for countries that added digits to theirs.

The rules are in `renumbered_phones.json`, each with its sources and an example. `same` means certainly the same line:
no number with the old spelling is in use today. `perhaps` means probably the same line: numbers with either spelling
are in use, so they may belong to different people. Numbers are shown and exported as they were written; the rules only
help to find contacts that share a line.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache, lru_cache
from pathlib import Path
from typing import NamedTuple

from chalicelib.foundation.fast_json import decode_json

RULES = Path(__file__).with_name("renumbered_phones.json")
_LONGEST_CODE = 3  # digits of a country code


class _Rules(NamedTuple):
    """The rules of one country code: patterns of digits, and their replacements."""

    same: Sequence[tuple[re.Pattern[str], str]]
    perhaps: Sequence[tuple[re.Pattern[str], str]]  # in both directions


@lru_cache(maxsize=8_192)
def current_number(e164: str) -> str:
    """The number as it is dialed since its country renumbered; the number itself if no rule certainly applies."""
    code = _code_of(e164)
    return e164 if code is None else next(_applied(_rules_of(code).same, e164), e164)


@lru_cache(maxsize=1_024)
def possible_variants(e164: str) -> Sequence[str]:
    """Other spellings that may or may not be the same line: never enough to identify a person."""
    code = _code_of(e164)
    return () if code is None else tuple(dict.fromkeys(_applied(_rules_of(code).perhaps, e164)))


def may_be_old(e164: str) -> bool:
    """Whether the number looks like one from before its country renumbered: only then is there a current one.

    Fast enough for each of a million numbers.
    """
    old = _old_spellings().get(e164[1 : _LONGEST_CODE + 1])
    return old is not None and old.fullmatch(e164, 1) is not None


def has_rules(e164: str) -> bool:
    """Whether the country of the number has rules. Fast enough for whole books."""
    return e164[:1] == "+" and e164[1 : _LONGEST_CODE + 1] in _beginnings()


@cache
def _old_spellings() -> Mapping[str, re.Pattern[str]]:
    """What the certain rules apply to, by the first digits of numbers."""
    patterns: dict[str, re.Pattern[str]] = {}
    for code, (same, _) in sorted(_written_rules().items(), key=lambda rules: len(rules[0])):
        pattern = re.compile("|".join(f"(?:{old})" for old, _ in same)) if same else None
        if pattern is not None:
            patterns |= dict.fromkeys(_beginnings_of(code), pattern)
    return patterns


def _beginnings_of(code: str) -> list[str]:
    """What numbers with this country code begin with, as many digits as the longest code has."""
    rest = _LONGEST_CODE - len(code)
    return [code + f"{number:0{rest}}" for number in range(10**rest)] if rest else [code]


@cache
def _beginnings() -> frozenset[str]:
    """The first digits of numbers with rules, as many as the longest country code has."""
    beginnings = set(_written_rules())
    for _ in range(_LONGEST_CODE):
        beginnings |= {known + digit for known in beginnings if len(known) < _LONGEST_CODE for digit in "0123456789"}
    return frozenset(beginnings)


def _applied(rules: Sequence[tuple[re.Pattern[str], str]], e164: str) -> Iterator[str]:
    """The number that the rules produce, if it is valid today."""
    digits = e164[1:]
    for old, new in rules:
        match = old.fullmatch(digits)
        if match and is_valid(made := "+" + match.expand(new)):
            yield made


def is_valid(e164: str) -> bool:
    """Whether the country has such a number, as far as its numbering plan is known."""
    from phonenumbers import NumberParseException, is_valid_number, parse

    try:
        return is_valid_number(parse(e164))
    except NumberParseException:
        return False


def _code_of(e164: str) -> str | None:
    """The country code of the number, where there are rules for it."""
    known = _written_rules()
    for end in range(_LONGEST_CODE + 1, 1, -1):
        if e164[1:end] in known:
            return e164[1:end]
    return None


@cache
def _rules_of(code: str) -> _Rules:
    same, perhaps = _written_rules()[code]
    return _Rules(*([(re.compile(old), new) for old, new in rules] for rules in (same, perhaps)))


@cache
def _written_rules() -> Mapping[str, tuple[list[tuple[str, str]], list[tuple[str, str]]]]:
    """The rules by country code, read once, at the first lookup."""
    rules: dict[str, tuple[list[tuple[str, str]], list[tuple[str, str]]]] = {}
    for change in decode_json(RULES.read_bytes()):
        for rule in change["rules"]:
            directions = [(rule["old"], rule["new"]), *map(tuple, rule.get("back", ()))]
            for old, new in directions:
                code = next(code for code in change["codes"] if old.startswith(code))
                same, perhaps = rules.setdefault(code, ([], []))
                (same if rule["is"] == "same" else perhaps).append((old, new))
    return rules
