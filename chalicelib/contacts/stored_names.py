"""The names under which two fields are stored, in their former spelling.

Stored contacts, lists of contacts in the bucket and the digests that tell whether a contact changed all have the first
spelling, so they stay as they are and code of either spelling reads them. Everywhere else the field is `organization`.
"""

from collections.abc import Mapping
from typing import Any, cast

from chalicelib.contacts.source_record import ContactFields

_STORED = {"organization": "organisation", "phonetic_organization": "phonetic_organisation"}
_PRESENT = {stored: name for name, stored in _STORED.items()}
_STORED_IN_TEXT = [(f'"{name}":', f'"{stored}":') for name, stored in _STORED.items()]


def to_stored(fields: ContactFields) -> Mapping[str, Any]:
    """The fields as they are stored, in the same order; the very same object for most contacts."""
    if "organization" in fields or "phonetic_organization" in fields:
        return {_STORED.get(name, name): value for name, value in fields.items()}
    return fields


def from_stored(stored: Mapping[str, Any]) -> ContactFields:
    """The reverse of `to_stored`."""
    if "organisation" in stored or "phonetic_organisation" in stored:
        return cast(ContactFields, {_PRESENT.get(name, name): value for name, value in stored.items()})
    return cast(ContactFields, stored)


def to_stored_text(text: str) -> str:
    """A canonical text of fields as that of the stored ones: both spellings have the same place among sorted names."""
    if 'organization":' in text:
        for name, stored in _STORED_IN_TEXT:
            text = text.replace(name, stored)
    return text
