"""Reads vCards (2.1, 3.0, 4.0) card by card, whatever is wrong with some of them.

Bytes are decoded property by property, because one file may have several character sets. Nothing is dropped: what has
no field is kept.
"""

from collections.abc import Iterator

from chalicelib.files.encodings import NOT_BASED_ON_ASCII, UTF_8, to_utf_8
from chalicelib.files.records import Card
from chalicelib.files.vcard_fields import read_card
from chalicelib.files.vcard_file import RawCard, find_cards, with_line_feeds
from chalicelib.files.vcard_groups import GROUP, groups_by_member, with_groups
from chalicelib.files.vcard_properties import PropertyReader


def read_vcards(data: bytes, encoding: str = UTF_8) -> Iterator[Card]:
    """The cards of a file, one at a time.

    Args:
        encoding: the encoding of properties that name none.
    """
    if encoding in NOT_BASED_ON_ASCII:
        data, encoding = to_utf_8(data, encoding), UTF_8
    content, reader = with_line_feeds(data), PropertyReader(encoding)
    groups = _groups(content, reader) if b"MEMBER" in content or b"member" in content else {}
    for number, raw in enumerate(find_cards(content), 1):
        card = _card(number, raw, reader)
        yield with_groups(card, groups) if groups else card


def _groups(content: bytes, reader: PropertyReader) -> dict[str, list[str]]:
    """The names of the groups of each member. It takes a pass of its own, because a group may stand behind them."""
    named = []
    for raw in find_cards(content):
        if b"MEMBER" in raw.content.upper():
            text = reader.read(raw)
            card = read_card(text.properties, text.version)
            if card.is_group:
                named.append((card.finished().get("display", ""), card.members))
    return groups_by_member(named)


def _card(number: int, raw: RawCard, reader: PropertyReader) -> Card:
    text = reader.read(raw)
    card = read_card(text.properties, text.version, is_own=text.is_own)
    if text.problems:
        card.kept[:0], card.problems[:0] = text.kept, text.problems
    return card.card(
        number, text.cells, line=raw.line, unreadable=raw.unreadable, left_out=GROUP if card.is_group else ""
    )
