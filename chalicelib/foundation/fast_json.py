"""Fast JSON for what is done once per contact: orjson, and Python's json module for what orjson rejects.

orjson rejects values beyond strict JSON, such as lone surrogates, huge numbers and NaN, which hostile data may contain.
The json module accepts them; what must not be stored is cleaned or refused later.
"""

import json
import re
from typing import Any

import orjson
from orjson import Fragment

__all__ = [
    "Fragment",
    "WrittenNumber",
    "canonical_json",
    "decode_json",
    "decode_json_exactly",
    "encode_json",
]

_plain = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), check_circular=False, allow_nan=False).encode
_sorted = json.JSONEncoder(
    ensure_ascii=False, separators=(",", ":"), check_circular=False, allow_nan=False, sort_keys=True
).encode

_MAY_LOSE_DIGITS = re.compile(rb"[:\[,]\s*-?(?:[0-9]{16}|[0-9]+[.eE])").search
_EXACT_INTEGER = 15  # digits that every JSON library keeps


class WrittenNumber(float):
    """A number together with its JSON text, which a float loses: 0.10, 1e400."""

    #: the number as it was written
    text: str

    def __new__(cls, text: str) -> "WrittenNumber":
        number = super().__new__(cls, text)
        number.text = text
        return number


def encode_json(value: Any) -> str:
    """Compact JSON text. A `Fragment`, which is a part as JSON text already, must not meet what orjson rejects.

    Raises:
        ValueError, TypeError: it is not JSON.
    """
    try:
        return orjson.dumps(value).decode()
    except TypeError:
        return _plain(value)


def canonical_json(value: Any) -> str:
    """The same text for equal JSON values: compact, with sorted keys. Raises as `encode_json`."""
    try:
        return orjson.dumps(value, option=orjson.OPT_SORT_KEYS).decode()
    except TypeError:
        return _sorted(value)


def decode_json(text: str | bytes) -> Any:
    """The value of a JSON text.

    Raises:
        ValueError: it is not JSON.
        RecursionError: it is nested too deeply.
    """
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        return json.loads(text)


def decode_json_exactly(text: bytes) -> Any:
    """As `decode_json`, but numbers that a float would change become `WrittenNumber`s. As fast, if there are none."""
    return _exact.decode(text.decode()) if _MAY_LOSE_DIGITS(text) else decode_json(text)


def _integer(text: str) -> float:
    return int(text) if len(text) <= _EXACT_INTEGER else WrittenNumber(text)


_exact = json.JSONDecoder(parse_float=WrittenNumber, parse_int=_integer)
