"""Cleans the fields of a source: removes what cannot be stored or compared, and keeps everything else.

A contact is cleaned once: one of a provider before it is matched, a client's list and an edit when they are received.

Markup, formulas and bidi controls are text; they are escaped where they are shown. Most contacts are clean already,
which costs almost nothing: it is checked on the JSON text that is hashed anyway.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping
from functools import partial
from hashlib import blake2b
from typing import Any, cast

from chalicelib.contacts.contact_field import ContactField, Kind, Part
from chalicelib.contacts.contact_fields import TABLE
from chalicelib.contacts.source_record import ContactFields
from chalicelib.contacts.stored_names import to_stored_text
from chalicelib.foundation.fast_json import canonical_json

_CONTROLS = {point: None for point in (*range(32), 127, *range(128, 160)) if point not in (9, 10, 13)}
_LINES = re.compile(r"\r\n?")
_BLANKS = re.compile(r"[\t\n\r]+")
SURROGATES = re.compile("[\ud800-\udfff]")
_PARTS = [part for field in TABLE for part in field.parts]
_OF_LINES = {part.name for part in _PARTS if not part.is_multiline}
_MULTILINE = sorted(
    {
        *(field.name for field in TABLE if field.kind is Kind.TEXT),
        *(part.name for part in _PARTS if part.is_multiline and part.name not in _OF_LINES),
    }
)
# Matches the values in which line breaks are allowed.
_IN_LINES = re.compile(rf'"(?:{"|".join(_MULTILINE)})":"(?!\\n)(?:[^"\\]|\\["\\]|\\n(?!"))*"')
_UNSEEN = r"[\s\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]+"  # a text of nothing else is empty
_IS_EMPTY = re.compile(_UNSEEN).fullmatch
_IS_LATIN = re.compile("[ -~\u00a1-\u00ac\u00ae-\u02ff]*+").fullmatch  # visible letters without combining marks
_SUSPICIOUS_FOREIGN = re.compile(rf'[\x7f-\x9f\ud800-\udfff]|"\s|\s"|"{_UNSEEN}"')
_DERIVED = "|".join(part.name for part in _PARTS if part.is_derived)
_DERIVED_PARTS = re.compile(rf'"(?:{_DERIVED})":"[^"\\]*",')  # parts computed from the number as it was written


def clean_text(value: object, *, multiline: bool = False) -> str:
    """Trims a text, in NFC and without control characters; "" for other values. `multiline` keeps line breaks."""
    if not isinstance(value, str):
        return ""
    text = SURROGATES.sub("\ufffd", value).translate(_CONTROLS)
    text = _LINES.sub("\n", text) if multiline else _BLANKS.sub(" ", text)
    text = unicodedata.normalize("NFC", text).strip()
    return "" if _IS_EMPTY(text) else text


def clean_fields(fields: Mapping[str, Any]) -> ContactFields:
    """The known fields in their shape, without empty ones."""
    cleaned = {each.name: _cleaned(each, value) for each in TABLE if (value := fields.get(each.name)) is not None}
    cleaned["groups_by_id"] = _names_by_id(fields.get("groups_by_id"))
    return cast(ContactFields, {name: value for name, value in cleaned.items() if value})


def clean_fields_and_text(fields: ContactFields, is_trimmed: bool = False) -> tuple[ContactFields, str]:
    """The fields cleaned, and their canonical JSON text.

    Args:
        is_trimmed: whether nothing in `fields` is empty, and no text in it begins or ends with a blank.
    """
    text = canonical_json(fields)
    if _is_clean(text, is_trimmed):
        return fields, text
    cleaned = clean_fields(fields)
    return cleaned, canonical_json(cleaned)


def clean_fields_and_digest(fields: ContactFields, is_trimmed: bool = False) -> tuple[ContactFields, str]:
    """The fields cleaned, and their digest. `is_trimmed` as in `clean_fields_and_text`."""
    cleaned, text = clean_fields_and_text(fields, is_trimmed)
    return cleaned, digest_of_stored(to_stored_text(text))


def digest(fields: ContactFields) -> str:
    """The digest of clean fields, without parts that are computed from others."""
    return digest_of_stored(to_stored_text(canonical_json(fields)))


def digest_of_stored(text: str) -> str:
    """As `digest`, of the canonical JSON text of the fields as they are stored (`to_stored_text`)."""
    if '"e164":' in text:
        text = _DERIVED_PARTS.sub("", text)
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def _is_clean(text: str, is_trimmed: bool) -> bool:
    """Whether a canonical text certainly needs no cleaning. A quote in it is JSON's own or follows a backslash."""
    if "\\" in text and "\\" in _IN_LINES.sub("", text):
        return False
    if not is_trimmed and _may_need_trimming(text):
        return False
    if text.isascii():
        return "\x7f" not in text
    if _IS_LATIN(text):
        return True
    is_visible = text.isprintable() or not _SUSPICIOUS_FOREIGN.search(text)  # what is suspicious is not printable
    return is_visible and unicodedata.is_normalized("NFC", text)


def _may_need_trimming(text: str) -> bool:
    """Whether a value may be empty, or a text may begin or end with a blank."""
    return ' "' in text or '" ' in text or '""' in text or ":null" in text or "[]" in text or "{}" in text


def _cleaned(field: ContactField, value: object) -> Any:
    match field.kind:
        case Kind.OBJECTS:
            return _each(value, partial(_texts, field=field))
        case Kind.LINES:
            return _each(value, clean_text)
        case Kind.DAY:
            return _birthday(value)
    return clean_text(value, multiline=field.kind is Kind.TEXT)


def _each(values: object, clean: Callable[[Any], Any]) -> list[Any]:
    if not isinstance(values, list | tuple):
        return []
    return [cleaned for value in values if (cleaned := clean(value))]


def _names_by_id(value: object) -> dict[str, str]:
    named = value.items() if isinstance(value, Mapping) else ()
    return {str(key): name for key, text in named if clean_text(key) == key and (name := clean_text(text))}


def _texts(value: object, field: ContactField) -> dict[str, str]:
    """The parts that are not empty; {} if there is no content."""
    if not isinstance(value, Mapping):
        return {}
    cleaned = {part.name: _part(part, value.get(part.name)) for part in field.parts}
    parts = {name: text for name, text in cleaned.items() if text}
    return parts if any(part.is_content and part.name in parts for part in field.parts) else {}


def _part(part: Part, value: object) -> str:
    """The cleaned part. The first choice is the default and is not stored."""
    text = clean_text(value, multiline=part.is_multiline)
    return text if not part.choices or text in part.choices[1:] else ""


def _birthday(value: object) -> dict[str, int]:
    if not isinstance(value, Mapping):
        return {}
    parts = {name: value.get(name) for name in ("year", "month", "day")}
    return {name: part for name, part in parts.items() if type(part) is int and part > 0}
