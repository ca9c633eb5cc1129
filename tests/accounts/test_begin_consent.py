"""Starting a consent: random secrets, of which only hashes are stored, and a named place to return to."""

import re
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chalicelib.foundation.clock import milliseconds
from chalicelib.foundation.errors import InvalidInput, NotFound
from chalicelib.foundation.secret import fresh_secret, pkce_challenge, sha256_hex
from tests.accounts.house import HOME, state_of
from tests.examples import examples
from tests.fakes.clock import NOON


class TestStarting:
    def test_the_state_is_256_random_bits_and_new_each_time(self, house):
        first, second = state_of(house.begin_consent()), state_of(house.begin_consent())

        assert first != second
        assert re.fullmatch(r"[A-Za-z0-9_-]{43}", first)

    def test_neither_state_nor_cookie_nor_verifier_is_stored_in_the_clear(self, house, client):
        made = []
        begin = type(house.begin)(
            house.consents,
            house.seal,
            house.authority,
            house.clock,
            HOME,
            (),
            lambda: made.append(fresh_secret()) or made[-1],
        )
        begin("ann", "Ann A.", "google")

        stored = repr(client.stored_items())
        assert len(made) == 3
        assert not [secret for secret in made if secret in stored]
        assert sha256_hex(made[0]) in stored

    def test_the_challenge_is_the_s256_hash_of_the_verifier(self):
        assert pkce_challenge("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk") == (
            "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
        )

    def test_each_provider_has_its_own_callback(self, house):
        uris = [
            _authorization_parameters(house.begin_consent(provider=name))["redirect_uri"][0]
            for name in ("google", "microsoft")
        ]

        assert uris == [f"{HOME}/api/v1/contacts/import/{name}/callback" for name in ("google", "microsoft")]

    def test_it_expires_after_ten_minutes_and_is_deleted_then(self, house, client):
        house.begin_consent()

        (item,) = client.stored_items()
        dies = NOON + timedelta(minutes=10)
        assert item["expires_at"]["N"] == str(milliseconds(dies))
        assert item["ttl"]["N"] == str(int(dies.timestamp()))

    def test_the_job_id_is_reserved_but_there_is_no_job_yet(self, house):
        assert house.jobs.find(house.begin_consent().job_id) is None

    def test_the_login_hint_is_passed_on(self, house):
        assert _authorization_parameters(house.begin_consent(login_hint="ada@example.com"))["login_hint"] == [
            "ada@example.com"
        ]

    def test_a_printed_consent_contains_no_secret(self, house):
        begun = house.begin_consent()

        assert begun.binding not in repr(begun)


class TestRefusing:
    def test_a_provider_that_is_not_set_up_is_not_found(self, house):
        with pytest.raises(NotFound):
            house.begin_consent(provider="myspace")

    def test_a_known_place_is_accepted(self, house):
        assert house.begin_consent(return_to="settings").job_id

    @settings(
        max_examples=examples(2000), suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
    )
    @given(place=st.text().filter(lambda text: text != "settings"))
    def test_an_unknown_place_is_refused(self, house, client, place):
        with pytest.raises(InvalidInput):
            house.begin_consent(return_to=place)
        assert client.stored_items() == []

    @pytest.mark.parametrize(
        "place",
        ["//evil.example", "\\\\evil.example", "%2f%2fevil.example", "javascript:alert(1)", HOME, "Settings", ""],
    )
    def test_a_url_is_not_a_place(self, house, client, place):
        with pytest.raises(InvalidInput):
            house.begin_consent(return_to=place)
        assert client.stored_items() == []

    @pytest.mark.parametrize("hint", ["a\r\nSet-Cookie: b", "a" * 400])
    def test_a_login_hint_that_is_not_an_email_is_refused(self, house, hint):
        with pytest.raises(InvalidInput):
            house.begin_consent(login_hint=hint)


def _authorization_parameters(begun):
    return parse_qs(urlsplit(begun.authorization_url).query)
