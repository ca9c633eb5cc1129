"""The value of a custom field: text, a number or a date. All are stored as text, so that numbers keep their digits.

A JSON number is taken as it was written (`fast_json.WrittenNumber`). A value without a type is text.
"""

import re
from datetime import date

from chalicelib.foundation.fast_json import WrittenNumber

LONGEST_NUMBER = 100  # characters
TEXT, NUMBER, DATE = "text", "number", "date"
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?").fullmatch
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}").fullmatch
MESSAGES = {  # of the codes that `parse_value` raises
    "not_a_value": "A value must be text or a number.",
    "not_a_number": f"Not a number, or longer than {LONGEST_NUMBER} characters. Examples: 39, -0.10, 1e400.",
    "not_a_day": "Not a valid date in the form YYYY-MM-DD, such as 2009-06-20.",
    "number_as_other": "A JSON number must have the type number. Send text for other types.",
}


def parse_value(value: object, kind: str | None) -> tuple[str, str]:
    """Parse the value of a custom field. Returns its text and its type.

    Args:
        kind: the type that was sent; None for none, which a JSON number does not need.

    Raises:
        ValueError: with a code of `MESSAGES`.
    """
    if isinstance(value, int | float) and not isinstance(value, bool):
        if kind not in (None, NUMBER):
            raise ValueError("number_as_other")
        value, kind = _written(value), NUMBER
    if not isinstance(value, str):
        raise ValueError("not_a_value")
    text = value if kind in (None, TEXT) else value.strip()
    if kind == NUMBER and not is_number(text):
        raise ValueError("not_a_number")
    if kind == DATE and not is_date(text):
        raise ValueError("not_a_day")
    return text, kind or TEXT


def is_number(text: str) -> bool:
    return len(text) <= LONGEST_NUMBER and _NUMBER(text) is not None


def is_date(text: str) -> bool:
    if _DATE(text) is None:
        return False
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def same_name(name: str) -> str:
    """The normal form of a custom field's name, which is unique in a contact."""
    return " ".join(name.split()).casefold()


def _written(number: int | float) -> str:  # an integer has a length of its own
    """A number as it was written; "" for one that is too long."""
    if isinstance(number, WrittenNumber):
        return number.text
    if isinstance(number, int) and number.bit_length() > 4 * LONGEST_NUMBER:
        return ""
    return str(number)
