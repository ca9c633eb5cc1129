"""The fields of a record as cells: the path of each value, and its text. Nothing is dropped but its nesting."""

from collections.abc import Iterator, Mapping
from typing import Any

from chalicelib.foundation.fast_json import WrittenNumber

Cells = dict[str, str | None]  # by path, such as "address.city"; None for null

LARGEST_RECORD = 64 * 1024  # characters of paths and texts
MOST_FIELDS = 500
LONGEST_PATH = 200  # characters
_DEEPEST = 16
# Objects around the values of a contact: Segment's, HubSpot's, Polytomic's and others. Their members are fields of the
# record, unless it has one of that name.
_AROUND = ("traits", "properties", "fields", "attributes")


class UnreadableRecord(Exception):
    """A record cannot be taken; `code` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def cells_of(record: Mapping[str, Any]) -> Cells:
    """The cells of a record, in its order.

    Raises:
        UnreadableRecord: it has no fields, or too many, or is too large or nested too deeply.
    """
    found: Cells = {}
    size = 0
    for raw_path, text in _members(record):
        path = _storable(raw_path)
        size += len(path) + len(text or "")
        if len(path) > LONGEST_PATH or size > LARGEST_RECORD:
            raise UnreadableRecord("too_large")
        if len(found) == MOST_FIELDS and path not in found:
            raise UnreadableRecord("too_many_fields")
        found[path] = text
    if not found:
        raise UnreadableRecord("no_fields")
    return found


def _members(record: Mapping[str, Any]) -> Iterator[tuple[str, str | None]]:
    for name, value in record.items():
        if name in _AROUND and isinstance(value, dict):
            for inner, each in value.items():
                own = each["value"] if isinstance(each, dict) and "value" in each else each
                yield from _cells(inner if inner not in record else f"{name}.{inner}", own, 1)
        else:
            yield from _cells(name, value, 0)


def _cells(path: str, value: Any, depth: int) -> Iterator[tuple[str, str | None]]:
    if depth > _DEEPEST:
        raise UnreadableRecord("too_deep")
    match value:
        case dict():
            for name, each in value.items():
                yield from _cells(f"{path}.{name}", each, depth + 1)
        case list() if any(isinstance(each, dict | list) for each in value):
            for number, each in enumerate(value, 1):
                yield from _cells(f"{path}.{number}", each, depth + 1)
        case list():
            yield path, "\n".join(filter(None, map(_text, value)))
        case _:
            yield path, _text(value)


def _text(value: Any) -> str | None:
    match value:
        case None:
            return None
        case bool():
            return "true" if value else "false"
        case str():
            return _storable(value)
        case WrittenNumber():
            return value.text
        case _:
            return str(value)


def _storable(text: str) -> str:
    """The text without what no store takes: NUL, and halves of surrogate pairs."""
    if "\x00" in text:
        text = text.replace("\x00", "")
    return text if text.isascii() else text.encode("utf-8", "replace").decode()
