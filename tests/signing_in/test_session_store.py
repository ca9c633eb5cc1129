"""Sessions: stored under a hash for twelve hours, and deleted on request."""

from datetime import timedelta

import pytest

from chalicelib.foundation.http import Person
from chalicelib.signing_in.session_store import LIFE

ANN = Person("ann", "ann@x.org", frozenset({"operator", "editor"}))
BOB = Person("bob", "Bob")


class TestSessions:
    def test_a_session_is_found_by_its_cookie(self, house):
        session = house.sessions.find(house.sessions.begin(ANN))

        assert session.person == ANN

    def test_each_session_has_its_own_csrf_token(self, house):
        cookie_value = [house.sessions.begin(ANN) for _ in range(5)]

        assert len(set(cookie_value)) == len({house.sessions.find(each).csrf for each in cookie_value}) == 5

    def test_no_stored_value_opens_a_session(self, house):
        cookie_value = house.sessions.begin(ANN)
        csrf = house.sessions.find(cookie_value).csrf

        kept = str(house.dynamodb.stored_items())
        assert cookie_value.partition(".")[2] not in kept
        assert csrf not in kept
        assert csrf not in cookie_value

    def test_it_expires_after_twelve_hours_even_if_the_item_still_exists(self, house):
        cookie_value = house.sessions.begin(ANN)
        house.clock.advance(LIFE - timedelta(seconds=1))
        assert house.sessions.find(cookie_value)
        house.clock.advance(timedelta(seconds=1))

        assert timedelta(hours=12) == LIFE
        assert house.sessions.find(cookie_value) is None
        assert len(house.dynamodb.stored_items()) == 1

    def test_dynamodb_deletes_it_after_it_expired(self, house):
        house.sessions.begin(ANN)
        (item,) = house.dynamodb.stored_items()

        assert int(item["ttl"]["N"]) == round((house.clock.now() + LIFE).timestamp())

    def test_the_secret_of_one_session_with_the_owner_of_another_opens_nothing(self, house):
        ann, bob = house.sessions.begin(ANN), house.sessions.begin(BOB)
        mixed = f"{ann.partition('.')[0]}.{bob.partition('.')[2]}"

        assert house.sessions.find(mixed) is None

    @pytest.mark.parametrize(
        "cookie_value", ["", ".", "a.b", "x" * 66, "é" * 22 + "." + "é" * 43, "\ud800", "a" * 9_000]
    )
    def test_a_malformed_cookie_is_not_looked_up(self, house, cookie_value):
        house.dynamodb.get_item = None

        assert house.sessions.find(cookie_value) is None
        house.sessions.end(cookie_value)

    def test_ending_one_leaves_the_others(self, house):
        first, second = house.sessions.begin(ANN), house.sessions.begin(ANN)
        house.sessions.end(first)
        house.sessions.end(first)

        assert house.sessions.find(first) is None
        assert house.sessions.find(second)

    def test_only_a_persons_own_sessions_are_erased(self, house):
        anns, bob = [house.sessions.begin(ANN) for _ in range(30)], house.sessions.begin(BOB)

        assert [house.sessions.erase("ann"), house.sessions.erase("ann")] == [30, 0]
        assert not any(house.sessions.find(each) for each in anns)
        assert house.sessions.find(bob)
