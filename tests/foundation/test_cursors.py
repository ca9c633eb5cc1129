"""Cursors of lists: a whole one leads back to its position, and any other text is refused."""

import base64
import re

import pytest

from chalicelib.foundation.cursors import decode_cursor, encode_cursor, lacks_checksum
from chalicelib.foundation.errors import InvalidInput

ANYTHING = re.compile(r"(?s).*")
NUMBER = re.compile(r"([0-9]{1,6})")
POSITIONS = ["7", "120", "by-name/c1/Zoë", "epoch.20423.3.c0ffee"]


@pytest.mark.parametrize("position", POSITIONS)
def test_a_cursor_leads_back_to_its_position(position):
    assert decode_cursor(encode_cursor(position), ANYTHING) == (position,)


@pytest.mark.parametrize("position", POSITIONS)
def test_any_part_of_a_cursor_is_refused(position):
    cursor = encode_cursor(position)

    for parts in ([cursor[:end] for end in range(len(cursor))], [cursor[begin:] for begin in range(1, len(cursor))]):
        for part in parts:
            with pytest.raises(InvalidInput) as refused:
                decode_cursor(part, ANYTHING)
            assert refused.value.members == {"field": "cursor"}


@pytest.mark.parametrize("change", [str.swapcase, lambda cursor: cursor + "=", lambda cursor: cursor + "\n"])
def test_a_changed_cursor_is_refused(change):
    with pytest.raises(InvalidInput):
        decode_cursor(change(encode_cursor("120")), ANYTHING)


def test_a_cursor_of_another_list_is_refused():
    with pytest.raises(InvalidInput):
        decode_cursor(encode_cursor("by-name/c1/Zoë"), NUMBER)


def test_a_cursor_from_before_checksums_is_told_from_others():
    old = base64.urlsafe_b64encode(b"120").decode()

    assert lacks_checksum(old, NUMBER)
    assert not lacks_checksum(encode_cursor("120"), NUMBER)
    assert not lacks_checksum("!", NUMBER)
