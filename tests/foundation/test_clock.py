"""Timestamps in the format of the API."""

from datetime import UTC, datetime, timedelta, timezone

from chalicelib.foundation.clock import rfc3339


def test_an_instant_is_formatted_in_utc_with_milliseconds():
    noon = datetime(2026, 3, 3, 13, tzinfo=timezone(timedelta(hours=1)))

    assert rfc3339(noon) == rfc3339(noon.astimezone(UTC)) == "2026-03-03T12:00:00.000Z"


def test_none_stays_none():
    assert rfc3339(None) is None
