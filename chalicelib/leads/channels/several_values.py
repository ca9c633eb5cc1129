"""Several identifiers in one cell, as in "a@x.org; b@x.org"."""

import re
from collections.abc import Callable

may_be_several = re.compile(r"[;,/|、；，／｜\r\n\u2028\[]|\s\S*@|\s\+").search  # whether it is worth a look
_BETWEEN = re.compile(r"[;|、；｜\r\n\u2028]+")  # in no phone number, address or id
# These may be part of a value: "030/1234567". So they separate values only if all of what they separate is one.
_PERHAPS_BETWEEN = re.compile(r"\s*[,/，／]\s*|\s+(?=\S*@|\+)")
_OF_ONE_NUMBER = re.compile(r"\+?[0-9]+(?:,[0-9]{1,3})+").fullmatch  # thousands or decimals


def split_values(text: str, is_value: Callable[[str], bool]) -> list[str]:
    """The values in a text that cannot be read as one; empty if there are none.

    Args:
        is_value: whether a text can be read as one value. Not all of those returned need be.
    """
    parts = [part for each in _BETWEEN.split(text) if (part := each.strip())]
    values = [value for part in parts for value in _split_further(part, is_value)]
    return values if values != [text.strip()] and any(map(is_value, values)) else []


def _split_further(part: str, is_value: Callable[[str], bool]) -> list[str]:
    if _OF_ONE_NUMBER(part) or is_value(part):
        return [part]
    pieces = [piece for piece in _PERHAPS_BETWEEN.split(part) if piece]
    return pieces if len(pieces) > 1 and all(map(is_value, pieces)) else [part]
