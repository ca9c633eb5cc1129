"""Durations as operators write them."""

from datetime import timedelta

import pytest

from chalicelib.foundation.errors import InvalidInput
from chalicelib.operating.durations import parse_duration


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("45m", timedelta(minutes=45)),
        ("2h", timedelta(hours=2)),
        ("3d", timedelta(days=3)),
        ("0m", timedelta()),
        ("9999d", timedelta(days=9999)),
    ],
)
def test_a_number_and_its_unit(text, span):
    assert parse_duration(text, "older_than") == span


@pytest.mark.parametrize("text", [None, ""])
def test_empty_text_is_no_duration(text):
    assert parse_duration(text, "older_than") is None


@pytest.mark.parametrize("text", ["2", "h", "-2h", "2 h", "2w", "10000d", "1.5h", "٣d", "2h3m"])
def test_other_text_is_refused_with_an_example(text):
    with pytest.raises(InvalidInput, match="such as 45m"):
        parse_duration(text, "older_than")
