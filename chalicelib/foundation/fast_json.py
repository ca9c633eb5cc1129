"""JSON on the paths that are walked once per contact: orjson, and Python's own where orjson declines.

orjson refuses what strict JSON does not know, and hostile data is full of that: lone surrogates, numbers without end,
NaN. Python's own json takes those; what must not be kept is cleaned or refused further on.
"""

import json
import re
from typing import Any

import orjson

_plain = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), check_circular=False, allow_nan=False).encode
_sorted = json.JSONEncoder(
    ensure_ascii=False, separators=(",", ":"), check_circular=False, allow_nan=False, sort_keys=True
).encode

_MAY_LOSE_DIGITS = re.compile(rb"[:\[,]\s*-?(?:[0-9]{16}|[0-9]+[.eE])").search
_EXACT_INTEGER = 15  # digits that every JSON library keeps


class WrittenNumber(float):
    """A number of a JSON text together with how it was written, which a float forgets: 0.10, 1e400."""

    text: str

    def __new__(cls, text: str) -> "WrittenNumber":
        number = super().__new__(cls, text)
        number.text = text
        return number


def encode_json(value: Any) -> str:
    """Compact JSON text.

    Raises:
        ValueError, TypeError: it is no JSON.
    """
    try:
        return orjson.dumps(value).decode()
    except TypeError:
        return _plain(value)


def canonical_json(value: Any) -> str:
    """One text for equal JSON: compact, members in order. Raises as `encode_json`."""
    try:
        return orjson.dumps(value, option=orjson.OPT_SORT_KEYS).decode()
    except TypeError:
        return _sorted(value)


def decode_json(text: str | bytes) -> Any:
    """What `text` says.

    Raises:
        ValueError: it is no JSON. RecursionError: it is nested without end.
    """
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        return json.loads(text)


def decode_json_exactly(text: bytes) -> Any:
    """The same, but numbers that a float would change are `WrittenNumber`s. As fast, where there are none."""
    return _exact.decode(text.decode()) if _MAY_LOSE_DIGITS(text) else decode_json(text)


def _integer(text: str) -> float:
    return int(text) if len(text) <= _EXACT_INTEGER else WrittenNumber(text)


_exact = json.JSONDecoder(parse_float=WrittenNumber, parse_int=_integer)
