"""Connecting an account with a token that the person made at the provider."""

import pytest

from chalicelib.accounts.connect_with_token import ConnectWithToken
from chalicelib.accounts.connection import ConnectionState
from chalicelib.accounts.consent import ContactsNotGranted
from chalicelib.accounts.token_encryption import connection_context
from chalicelib.foundation.errors import ConsentNeeded, InvalidInput
from chalicelib.providers.provider import Account
from tests.accounts.house import House
from tests.fakes.oauth_client import FakePastedTokens

TOKEN = "pat-canary-1"


@pytest.fixture
def tokens() -> FakePastedTokens:
    return FakePastedTokens("Google")


@pytest.fixture
def connect(house: House, tokens: FakePastedTokens):
    use_case = ConnectWithToken(house.connect, house.authority, lambda _: tokens, house.clock)
    return lambda token=TOKEN: use_case("ann", "Ann", "google", token)


def the_connection(house: House):
    (connection,) = house.connections.of_owner("ann")
    return house.connections.get("ann", connection.connection_id)


def stored_tokens(house: House):
    connection = the_connection(house)
    return house.tokens.decrypt(connection.sealed, connection_context("ann", connection.connection_id))


class TestConnecting:
    def test_starts_a_full_import_of_the_tokens_account(self, house, connect):
        started = connect()

        connection = the_connection(house)
        assert (connection.account_id, connection.state) == ("62515", ConnectionState.CONNECTED)
        assert (started.job.details["mode"], started.job.owner) == ("full", "ann")
        assert house.work_queue.sent == [started.job.job_id]

    def test_blanks_around_the_token_do_not_matter(self, house, connect):
        connect(f"  {TOKEN}\n")

        assert stored_tokens(house).access_token == TOKEN

    def test_the_token_is_stored_only_encrypted(self, house, connect):
        connect()

        assert TOKEN.encode() not in the_connection(house).sealed
        assert TOKEN not in repr(the_connection(house))

    def test_a_refused_token_connects_nothing(self, house, connect):
        with pytest.raises(InvalidInput):
            connect("pat-other")

        assert house.connections.of_owner("ann") == []

    def test_one_that_may_not_read_contacts_connects_nothing(self, house, connect, tokens):
        tokens.scopes = ("something.else",)

        with pytest.raises(ContactsNotGranted):
            connect()

        assert house.connections.of_owner("ann") == []

    def test_another_token_of_the_account_replaces_the_first_one(self, house, connect):
        connect()
        house.clock.advance(seconds=1)
        connect("pat-canary-2")

        assert stored_tokens(house).access_token == "pat-canary-2"

    def test_it_replaces_a_consent_of_the_same_account_completely(self, house, connect, tokens):
        house.connect_and_import()
        tokens.account = Account(house.google.account.account_id, "")
        house.clock.advance(seconds=1)
        connect()

        assert stored_tokens(house).refresh_token is None


class TestReading:
    def test_the_token_is_used_as_long_as_the_provider_accepts_it(self, house, connect):
        connect()
        access = house.access.of(the_connection(house))

        assert access.token() == TOKEN
        assert house.google.refreshed == []

    def test_a_token_that_the_provider_no_longer_accepts_needs_another_one(self, house, connect):
        connect()
        access = house.access.of(the_connection(house))

        with pytest.raises(ConsentNeeded):
            access.refresh()
        assert the_connection(house).state is ConnectionState.NEEDS_RECONNECT
