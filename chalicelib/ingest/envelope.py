"""Reads the records of a request, however they are wrapped: an object, an array, lines, a list in an object, a form.

A record that cannot be read stops none of the others.
"""

import gzip
import io
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, NamedTuple
from urllib.parse import parse_qs

from chalicelib.foundation.bodies import human_size
from chalicelib.foundation.errors import CallerError, InvalidInput, TooLarge
from chalicelib.foundation.fast_json import decode_json_exactly
from chalicelib.ingest.record_cells import Cells, UnreadableRecord, cells_of

MOST_RECORDS = 500
LARGEST_BODY = 4 * 1024 * 1024  # bytes, also unpacked
MOST_FORM_FIELDS = 500
_LINES = frozenset({"application/x-ndjson", "application/ndjson", "application/jsonl", "application/x-jsonlines"})
_FORM = "application/x-www-form-urlencoded"
_LISTS = ("records", "data", "inputs", "events", "batch")
_POLYTOMIC = "object.records"


class ObjectKind(StrEnum):
    """What an object as the body is, as the owner of a source says it."""

    GUESS = "guess"  # a list of records if it has one with a usual name, else a record
    RECORD = "record"  # one record, whatever lists it has
    RECORDS = "records"  # it has the records in a list of this name
    DATA = "data"
    INPUTS = "inputs"
    EVENTS = "events"
    BATCH = "batch"
    OBJECT_RECORDS = _POLYTOMIC  # as Polytomic sends them


class NotRecords(CallerError):
    """The body has a content type or an encoding that cannot be read."""

    status, slug, title = 415, "unsupported-media-type", "Unsupported media type"


class Element(NamedTuple):
    """One element of a request."""

    #: the record; empty if it cannot be read
    cells: Cells
    #: why it cannot be read, a code; "" if it can
    refused: str = ""


@dataclass(frozen=True, slots=True)
class Envelope:
    """What a request has sent."""

    elements: tuple[Element, ...]
    #: how the records were wrapped: "object", "array", "lines", "form", or the name of the list
    kind: str


def unpacked(body: bytes, encoding: str) -> bytes:
    """The body as it was before it was compressed.

    Raises:
        NotRecords: it is compressed in an unknown way.
        TooLarge: it is larger than `LARGEST_BODY`, packed or not.
        InvalidInput: it is damaged.
    """
    _check_size(len(body))
    if encoding in ("", "identity"):
        return body
    if encoding not in ("gzip", "x-gzip"):
        raise NotRecords("Send the body uncompressed, or with Content-Encoding: gzip.")
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(body)) as reader:  # several members make one text
            plain = reader.read(LARGEST_BODY + 1)
    except EOFError:
        raise InvalidInput("The body is not complete: its gzip ends too early.") from None
    except (OSError, zlib.error):
        raise InvalidInput("The body is not gzip, or is damaged.") from None
    _check_size(len(plain))
    return plain


def read_envelope(body: bytes, content_type: str, of_object: ObjectKind = ObjectKind.GUESS) -> Envelope:
    """The records of a body.

    Args:
        body: unpacked.
        of_object: what a JSON object is.

    Raises:
        NotRecords: it is neither JSON nor a form.
        TooLarge: it has too many records.
        InvalidInput: nothing in it can be read.
    """
    kind = content_type.partition(";")[0].strip().lower()
    if kind == _FORM:
        elements, name = [_form(body)], "form"
    elif kind in _LINES:
        elements, name = list(_lines(body)), "lines"
    elif kind in ("", "application/json", "text/plain", "text/json") or kind.endswith("+json"):
        values, name = _values(body, of_object)
        _check_count(len(values))
        elements = [_element(each) for each in values]
    else:
        raise NotRecords("Send records as JSON, as lines of JSON, or as a form.")
    _check_count(len(elements))
    if not elements:
        raise InvalidInput("The body has no records.")
    if all(each.refused for each in elements):
        raise InvalidInput("No record of the body can be read.", codes=sorted({each.refused for each in elements}))
    return Envelope(tuple(elements), name)


def _values(body: bytes, of_object: ObjectKind) -> tuple[list[Any], str]:
    """The elements of a JSON body, and how they were wrapped."""
    try:
        value = decode_json_exactly(body)
    except (ValueError, RecursionError):
        raise InvalidInput("The body is not valid JSON.") from None
    if isinstance(value, list):
        return value, "array"
    if not isinstance(value, dict):
        raise InvalidInput("The body must be an object, or an array of objects.")
    if of_object is ObjectKind.RECORD:
        return [value], "object"
    names = (_POLYTOMIC, *_LISTS) if of_object is ObjectKind.GUESS else (of_object.value,)
    for name in names:
        found = _list_of(value, name)
        if found is not None:
            return found, name
    if of_object is not ObjectKind.GUESS:
        raise InvalidInput(f'The body has no list called "{of_object}", in which this source sends its records.')
    return [value], "object"


def _list_of(value: Mapping[str, Any], name: str) -> list[Any] | None:
    """The list of this name in an object; None if it has none."""
    if name == _POLYTOMIC:
        inner = value.get("object")
        found = inner.get("records") if isinstance(inner, dict) else None
        return [_fields(each) for each in found] if isinstance(found, list) else None
    found = value.get(name)
    return found if isinstance(found, list) else None


def _fields(record: Any) -> Any:
    """The fields of a record of Polytomic's; its hash is one of what they say, and no id."""
    return record["fields"] if isinstance(record, dict) and isinstance(record.get("fields"), dict) else record


def _lines(body: bytes) -> Iterator[Element]:
    lines = [line for line in body.split(b"\n") if line.strip()]
    _check_count(len(lines))
    for line in lines:
        try:
            yield _element(decode_json_exactly(line))
        except (ValueError, RecursionError):
            yield Element({}, "not_json")


def _element(value: Any) -> Element:
    if not isinstance(value, dict):
        return Element({}, "not_an_object")
    try:
        return Element(cells_of(value))
    except UnreadableRecord as unreadable:
        return Element({}, unreadable.code)


def _form(body: bytes) -> Element:
    if body.lstrip()[:1] in (b"{", b"["):  # no field of a form that a program has encoded begins so
        raise InvalidInput("The body is JSON, but its Content-Type is that of a form. Send application/json.")
    try:
        sent: Mapping[str, list[str]] = parse_qs(
            body.decode(), keep_blank_values=True, errors="strict", max_num_fields=MOST_FORM_FIELDS
        )
    except ValueError:
        words = f"The form must be in UTF-8 and may have {MOST_FORM_FIELDS} fields at most."
        raise InvalidInput(words) from None
    return _element({name: "\n".join(values) for name, values in sent.items()})


def _check_size(size: int) -> None:
    if size > LARGEST_BODY:
        words = f"The body can be at most {human_size(LARGEST_BODY)}, also unpacked."
        raise TooLarge(words, limit=LARGEST_BODY)


def _check_count(count: int) -> None:
    if count > MOST_RECORDS:
        raise TooLarge(f"Send at most {MOST_RECORDS} records at once.", limit=MOST_RECORDS, sent=count)
