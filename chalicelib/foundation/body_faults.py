"""What people read of a field of a body that is not allowed. Loaded only when there is one."""

from collections.abc import Mapping, Sequence
from typing import Any

#: By the type of pydantic's error, with the limits of its context.
_WORDS: Mapping[str, str] = {
    "bool_type": "must be true or false",
    "datetime_parsing": "must be an instant with a time zone, such as 2026-11-30T08:00:00Z",
    "dict_type": "must be an object",
    "float_type": "must be a number",
    "greater_than": "must be more than {gt}",
    "greater_than_equal": "must be at least {ge}",
    "int_from_float": "must be a whole number",
    "int_type": "must be a whole number",
    "less_than": "must be less than {lt}",
    "less_than_equal": "must be at most {le}",
    "list_type": "must be a list",
    "literal_error": "must be {expected}",
    "model_attributes_type": "must be an object",
    "model_type": "must be an object",
    "string_too_long": "can have at most {max_length} characters",
    "string_too_short": "must have at least {min_length} characters",
    "string_type": "must be a text",
    "timezone_aware": "must be an instant with a time zone, such as 2026-11-30T08:00:00Z",
    "too_long": "can have at most {max_length} entries",
    "too_short": "must have at least {min_length} entries",
}
_AT_LEAST_ONE = ("string_too_short", "too_short")
Path = tuple[str | int, ...]


def first_fault(faults: Sequence[Mapping[str, Any]], sent: Any) -> tuple[Path, Mapping[str, Any]]:
    """The first fault of a body, with the path to the field as the client wrote it.

    If a field may be one of several kinds, pydantic tells what is wrong with each: that which fits furthest is meant.

    Args:
        faults: all of them, as pydantic describes them.
        sent: the body.
    """
    paths = [_path(fault["loc"], sent, is_missing=fault["type"] == "missing") for fault in faults]
    first = paths[0]
    within = [place for place, path in enumerate(paths) if path[: len(first)] == first]
    furthest = max(within, key=lambda place: len(paths[place]))
    return paths[furthest], faults[furthest]


def _path(steps: Path, sent: Any, *, is_missing: bool) -> Path:
    """The steps that the body has: pydantic puts the names of kinds between them."""
    path: list[str | int] = []
    for step in steps:
        is_index = isinstance(sent, list) and isinstance(step, int) and step < len(sent)
        if is_index or (isinstance(sent, Mapping) and step in sent):
            sent = sent[step]
            path.append(step)
    return (*path, *steps[-1:]) if is_missing else tuple(path)


def fault_words(kind: str, limits: Mapping[str, Any], message: str) -> str:
    """The words after the name of the field, without a full stop.

    Args:
        kind: the type of pydantic's error.
        limits: its context.
        message: its own words, for a kind that has none here.
    """
    if kind in _AT_LEAST_ONE and limits.get("min_length") == 1:
        return "must not be empty"
    shown = {name: f"{value:,}" if type(value) is int else value for name, value in limits.items()}
    try:
        return _WORDS[kind].format_map(shown)
    except KeyError:  # no words, or an error of our own without limits
        message = message.removeprefix("Value error, ")
        return f"is not allowed: {message[:1].lower()}{message[1:]}"
