"""Small vCards for tests, and what the reader makes of them."""

from typing import Any

from chalicelib.contacts.cleaning import clean_fields
from chalicelib.files.records import Card
from chalicelib.files.vcard_reader import read_vcards


def vcard(*lines: str | bytes, version: str = "3.0", end: bytes = b"\r\n") -> bytes:
    """A card with these lines between its beginning and its end; without a version if `version` is ""."""
    whole = ["BEGIN:VCARD", *([f"VERSION:{version}"] if version else []), *lines, "END:VCARD"]
    return b"".join((line if isinstance(line, bytes) else line.encode()) + end for line in whole)


def read(content: bytes, encoding: str = "utf-8") -> list[Card]:
    return list(read_vcards(content, encoding))


def card_of(*lines: str | bytes, version: str = "3.0") -> Card:
    (card,) = read(vcard(*lines, version=version))
    return card


def fields_of(*lines: str | bytes, version: str = "3.0") -> dict[str, Any]:
    """The fields of one card, cleaned as they are before they are stored."""
    return dict(clean_fields(card_of(*lines, version=version).fields))


def names_of(content: bytes, encoding: str = "utf-8") -> list[str]:
    """The display name of each card; "" for none."""
    return [card.fields.get("display", "") for card in read(content, encoding)]
