"""The session cookie: only a well-formed one is looked up in DynamoDB."""

import pytest


@pytest.mark.parametrize("cookie_value", ["", ".", "a.b", "x" * 66, "é" * 22 + "." + "é" * 43, "\ud800", "a" * 9_000])
def test_a_malformed_one_is_never_looked_up(house, cookie_value):
    assert house.sessions.find(cookie_value) is None
    house.sessions.end(cookie_value)

    assert not house.dynamodb.calls


def test_a_well_formed_one_is_looked_up(house):
    assert house.sessions.find(f"{'i' * 22}.{'s' * 43}") is None

    assert house.dynamodb.calls == {"get_item": 1}
