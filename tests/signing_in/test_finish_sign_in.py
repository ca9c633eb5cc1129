"""Signing in, from the link to the session, and attacks on the way."""

import time
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from chalicelib.foundation.errors import Misconfigured, ProviderBroken, Unavailable
from chalicelib.foundation.secret import pkce_challenge
from chalicelib.signing_in.sign_in_attempt import SignInDenied, SignInVoid, read_attempt
from tests.fakes.issuer import ISSUER, rsa_key
from tests.fakes.openid import CLIENT_ID, CLIENT_SECRET
from tests.fakes.transport import make_reply
from tests.signing_in.conftest import HOME


class TestStarting:
    def test_the_authorization_request_has_state_nonce_and_pkce(self, house):
        begun = house.begin_sign_in()
        attempt = read_attempt(begun.cookie_value, house.clock.now())
        parameters = {name: values[0] for name, values in parse_qs(urlsplit(begun.authorization_url).query).items()}

        assert begun.authorization_url.startswith(f"{ISSUER}/authorize?")
        assert parameters == {
            "response_type": "code",
            "client_id": CLIENT_ID,
            "redirect_uri": f"{HOME}/sign-in/callback",
            "scope": "openid profile email",
            "state": attempt.state,
            "nonce": attempt.nonce,
            "code_challenge": pkce_challenge(attempt.verifier),
            "code_challenge_method": "S256",
        }

    def test_the_query_of_the_endpoint_is_kept(self, house):
        house.openid.document["authorization_endpoint"] += "?p=policy"

        assert house.begin_sign_in().authorization_url.startswith(f"{ISSUER}/authorize?p=policy&response_type=code&")


class TestSignedIn:
    def test_the_session_is_of_the_person_in_the_id_token(self, house):
        house.openid.claims = {"roles": ["operator", 7], "name": "Ann"}
        signed_in = house.sign_in("ann")

        person = house.sessions.find(signed_in.cookie_value).person
        assert (person.sub, person.label, person.roles) == ("ann", "ann@x.org", {"operator"})
        assert signed_in.to == "/contacts"

    def test_every_sign_in_has_a_new_session_and_ends_the_one_before(self, house):
        first = house.sign_in("ann")
        second = house.sign_in("bob", former=first.cookie_value)

        assert first.cookie_value != second.cookie_value
        assert house.sessions.find(first.cookie_value) is None

    def test_a_planted_session_is_never_used(self, house):
        planted = "i" * 22 + "." + "s" * 43
        signed_in = house.sign_in("ann", former=planted)

        assert signed_in.cookie_value != planted
        assert house.sessions.find(planted) is None

    @pytest.mark.parametrize(
        ("methods", "secret"),
        [
            (["client_secret_basic"], CLIENT_SECRET),
            (None, CLIENT_SECRET),
            (["client_secret_post", "client_secret_basic"], CLIENT_SECRET),
            (["client_secret_basic"], ""),
        ],
    )
    def test_the_client_authenticates_as_the_issuer_supports(self, house, methods, secret):
        house.openid.document["token_endpoint_auth_methods_supported"] = methods
        house.openid.secret = secret

        assert house.sign_in().cookie_value


class TestStrangers:
    @pytest.mark.parametrize("state", [None, "", "made-up", "é", "\ud800"])
    def test_another_browsers_state_is_void(self, house, state):
        begun = house.begin_sign_in()
        query = house.openid.agrees(begun.authorization_url) | {"state": state}
        query = {name: value for name, value in query.items() if value is not None}

        self.assert_void(house, query, begun.cookie_value)

    def test_a_response_to_another_persons_attempt_is_void(self, house):
        """Login CSRF: a link that would sign the victim in as the attacker."""
        attackers = house.begin_sign_in()
        query = house.openid.agrees(attackers.authorization_url, "eve")

        self.assert_void(house, query, house.begin_sign_in().cookie_value)
        self.assert_void(house, query, None)

    def test_a_response_from_another_issuer_is_void(self, house):
        begun = house.begin_sign_in()

        self.assert_void(
            house, house.openid.agrees(begun.authorization_url) | {"iss": "https://evil.example"}, begun.cookie_value
        )

    def test_a_response_without_code_and_error_is_void(self, house):
        begun = house.begin_sign_in()
        query = house.openid.agrees(begun.authorization_url)

        self.assert_void(house, {"state": query["state"]}, begun.cookie_value)
        self.assert_void(house, query | {"code": "x" * 5_000}, begun.cookie_value)

    def test_an_expired_attempt_is_void(self, house):
        begun = house.begin_sign_in()
        query = house.openid.agrees(begun.authorization_url)
        house.clock.advance(timedelta(minutes=10))

        self.assert_void(house, query, begun.cookie_value)

    def assert_void(self, house, query, cookie_value):
        """No session, and no request to the token endpoint."""
        with pytest.raises(SignInVoid):
            house.finish(query, cookie_value)
        assert house.dynamodb.stored_items() == []
        assert not [request for request in house.openid.requests if request.method == "POST"]

    def test_a_replayed_response_is_void_even_with_its_cookie(self, house):
        begun = house.begin_sign_in()
        query = house.openid.agrees(begun.authorization_url)
        house.finish(query, begun.cookie_value)

        with pytest.raises(SignInVoid, match="already used"):
            house.finish(query, begun.cookie_value)
        assert len(house.dynamodb.stored_items()) == 1

    def test_a_code_of_another_attempt_is_void(self, house):
        """Code injection: PKCE finds it."""
        stolen, own = house.begin_sign_in(), house.begin_sign_in()
        code = house.openid.agrees(stolen.authorization_url, "victim")["code"]

        with pytest.raises(SignInVoid):
            house.finish(house.openid.agrees(own.authorization_url, "eve") | {"code": code}, own.cookie_value)
        assert house.dynamodb.stored_items() == []


class TestIdentity:
    @pytest.mark.parametrize("nonce", [None, "", "made-up", 7, ["x"], "é"])
    def test_an_id_token_of_another_attempt_is_void(self, house, nonce):
        house.openid.claims = {"nonce": nonce}

        with pytest.raises(SignInVoid):
            house.sign_in()
        assert house.dynamodb.stored_items() == []

    @pytest.mark.parametrize(
        "claims",
        [
            {"aud": "contact-intake"},
            {"aud": None},
            {"azp": "somebody-else"},
            {"iss": "https://evil.example"},
            {"exp": None},
            {"exp": int(time.time()) - 3600},
            {"sub": ""},
            {"key": rsa_key(2048, 1)},
            {"alg": "RS384"},
            {"kid": "unknown"},
        ],
    )
    def test_an_untrusted_id_token_creates_no_session(self, house, claims):
        house.openid.claims = claims if "sub" not in claims else {}
        house.openid.says = None if "sub" not in claims else _sent(house, **claims)

        with pytest.raises(Misconfigured):
            house.sign_in()
        assert house.dynamodb.stored_items() == []

    def test_an_unsigned_id_token_creates_no_session(self, house):
        house.openid.says = make_reply({"id_token": house.signer.unsigned(aud=CLIENT_ID)})

        with pytest.raises(Misconfigured):
            house.sign_in()

    def test_several_audiences_are_accepted_if_the_token_was_issued_for_our_client(self, house):
        house.openid.claims = {"aud": [CLIENT_ID, "another"], "azp": CLIENT_ID}

        assert house.sign_in().cookie_value


def _sent(house, **claims):
    return make_reply({"id_token": house.signer.token(aud=CLIENT_ID, **claims)})


class TestRefusals:
    @pytest.mark.parametrize(
        ("error", "error_type"),
        [
            ("access_denied", SignInDenied),
            ("login_required", SignInDenied),
            ("temporarily_unavailable", Unavailable),
            ("server_error", Unavailable),
            ("unauthorized_client", Misconfigured),
            ("<script>", Misconfigured),
        ],
    )
    def test_the_issuers_error_is_explained_without_its_text(self, house, error, error_type):
        begun = house.begin_sign_in()
        state = house.openid.agrees(begun.authorization_url)["state"]

        with pytest.raises(error_type) as raised:
            house.finish({"error": error, "state": state}, begun.cookie_value)
        assert error not in raised.value.detail

    def test_an_error_without_an_attempt_is_void(self, house):
        with pytest.raises(SignInVoid):
            house.finish({"error": "access_denied", "state": "made-up"}, house.begin_sign_in().cookie_value)

    @pytest.mark.parametrize(
        ("says", "error_type"),
        [
            (ProviderBroken("It did not answer in time."), Unavailable),
            (make_reply({}, 503), Unavailable),
            (make_reply(b"<html>"), Unavailable),
            (make_reply({"error": "invalid_client"}, 401), Misconfigured),
            (make_reply({"error": "invalid_grant"}, 400), SignInVoid),
            (make_reply({"access_token": "x"}), Misconfigured),
            (make_reply({"id_token": 7}), Misconfigured),
            (make_reply({"id_token": "a.b.c"}), Misconfigured),
        ],
    )
    def test_an_error_of_the_token_endpoint_creates_no_session(self, house, says, error_type):
        house.openid.says = says

        with pytest.raises(error_type) as raised:
            house.sign_in()
        assert type(raised.value) is error_type
        assert house.dynamodb.stored_items() == []


def test_nothing_secret_is_logged_or_shown(house, caplog):
    caplog.set_level("DEBUG")
    begun = house.begin_sign_in()
    attempt = read_attempt(begun.cookie_value, house.clock.now())
    query = house.openid.agrees(begun.authorization_url)
    signed_in = house.finish(query, begun.cookie_value)
    session = house.sessions.find(signed_in.cookie_value)
    house.openid.says = make_reply({"error": "invalid_grant", "id_token": "x"}, 400)
    with pytest.raises(SignInVoid):
        house.finish(query, begun.cookie_value)

    shown = caplog.text + repr([begun, attempt, signed_in, session])
    secrets = [attempt.state, attempt.verifier, attempt.nonce, query["code"], signed_in.cookie_value, session.csrf]
    assert [secret for secret in (*secrets, CLIENT_SECRET) if secret in shown] == []


class TestTheAddress:
    def test_is_remembered_if_the_issuer_has_verified_it(self, house):
        house.openid.claims = {"email_verified": True}
        house.sign_in("ann")

        assert house.addresses == {"ann": "ann@x.org"}

    def test_is_removed_by_a_sign_in_that_does_not_say_so(self, house):
        house.openid.claims = {"email_verified": True}
        house.sign_in("ann")
        house.openid.claims = {}
        house.sign_in("ann")

        assert house.addresses == {"ann": None}
