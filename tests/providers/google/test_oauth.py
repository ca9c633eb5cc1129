"""Google's OAuth client: the requested scopes, the account, and the errors."""

import base64
import json
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from chalicelib.foundation.errors import ConsentNeeded, Misconfigured, ProviderBroken, ProviderBusy
from chalicelib.providers.google.oauth import SCOPES, GoogleOAuth
from chalicelib.providers.provider import Account
from tests.fakes.clock import FixedClock
from tests.fakes.transport import FakeTransport, make_reply

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
READ = "https://www.googleapis.com/auth/contacts.readonly"
SECRETS = ("ya29.s3cret", "1//s3cret", "cl13nt-s3cret", "c0de-s3cret", "ver1fier-s3cret")
TOKENS = {"access_token": "ya29.s3cret", "refresh_token": "1//s3cret", "expires_in": 3599, "scope": " ".join(SCOPES)}
USERINFO = make_reply({"sub": "1234", "email": "anna@x.example"})


def id_token(**claims) -> str:
    body = base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=")
    return f"e30.{body}.c2ln"


def sign_in(*replies) -> tuple[GoogleOAuth, FakeTransport]:
    http = FakeTransport(list(replies))
    return GoogleOAuth(
        http=http,
        clock=FixedClock(NOON),
        client_id="client-1",
        client_secret="cl13nt-s3cret",
        auth_url="https://accounts.example/auth",
        token_url="https://oauth.example/token",
        revoke_url="https://oauth.example/revoke",
        userinfo_url="https://oauth.example/userinfo",
    ), http


def exchange(*replies):
    google, http = sign_in(*replies)
    grant, account = google.exchange(
        code="c0de-s3cret", code_verifier="ver1fier-s3cret", redirect_uri="https://us.example/back"
    )
    return grant, account, http


def refresh(*replies):
    google, http = sign_in(*replies)
    return google.refresh("1//s3cret"), http


class TestAuthorizationUrl:
    def query(self, **named):
        google, _ = sign_in()
        url = google.authorization_url(
            **{
                "state": "st",
                "code_challenge": "ch",
                "redirect_uri": "https://us.example/b?x=1",
                "login_hint": None,
                **named,
            }
        )
        assert url.startswith("https://accounts.example/auth?")
        return parse_qs(urlsplit(url).query)

    def test_it_requests_offline_read_only_access_with_pkce(self):
        assert self.query() == {
            "response_type": ["code"],
            "client_id": ["client-1"],
            "redirect_uri": ["https://us.example/b?x=1"],
            "scope": [f"openid email {READ}"],
            "state": ["st"],
            "code_challenge": ["ch"],
            "code_challenge_method": ["S256"],
            "access_type": ["offline"],
            "prompt": ["consent"],
        }

    def test_a_known_account_is_preselected(self):
        assert self.query(login_hint="anna@x.example")["login_hint"] == ["anna@x.example"]


class TestExchange:
    def test_a_code_becomes_tokens_and_an_account(self):
        grant, account, http = exchange(make_reply(TOKENS), USERINFO)

        assert (grant.access_token, grant.refresh_token) == ("ya29.s3cret", "1//s3cret")
        assert grant.expires_at == NOON + timedelta(seconds=3599)
        assert grant.scopes == SCOPES
        assert account == Account("1234", "anna@x.example")
        assert http.requests[0].form == {
            "grant_type": "authorization_code",
            "code": "c0de-s3cret",
            "code_verifier": "ver1fier-s3cret",
            "redirect_uri": "https://us.example/back",
            "client_id": "client-1",
            "client_secret": "cl13nt-s3cret",
        }
        assert http.requests[1].headers["Authorization"] == "Bearer ya29.s3cret"

    def test_a_printed_grant_does_not_contain_its_tokens(self):
        grant, _, _ = exchange(make_reply(TOKENS), USERINFO)

        assert not any(secret in repr(grant) + repr(sign_in()[0]) for secret in SECRETS)

    @pytest.mark.parametrize("life", [None, "soon", True, -1, 0, "1e9", [], "9" * 5000, 10**12])
    def test_the_default_lifetime_is_an_hour(self, life):
        assert exchange(make_reply({**TOKENS, "expires_in": life}), USERINFO)[0].expires_at == NOON + timedelta(hours=1)

    def test_expires_in_may_be_text(self):
        assert exchange(make_reply({**TOKENS, "expires_in": "60"}), USERINFO)[0].expires_at == NOON + timedelta(
            minutes=1
        )

    @pytest.mark.parametrize("missing", [{"refresh_token": None}, {"refresh_token": ""}, {"refresh_token": 7}])
    def test_a_response_without_a_refresh_token_has_none(self, missing):
        assert exchange(make_reply({**TOKENS, **missing}), USERINFO)[0].refresh_token is None

    def test_a_response_without_scopes_grants_the_requested_ones(self):
        grant, _, _ = exchange(make_reply({**TOKENS, "scope": None}), USERINFO)

        assert sign_in()[0].can_read_contacts(grant.scopes)

    def test_a_deselected_scope_is_missing_in_the_grant(self):
        grant, _, _ = exchange(make_reply({**TOKENS, "scope": "openid https://…/userinfo.email"}), USERINFO)

        assert not sign_in()[0].can_read_contacts(grant.scopes)

    @pytest.mark.parametrize("token", [None, "", 7, "a b", "a\r\nX: y", "ü", "x" * 20_000, {}])
    def test_a_response_without_a_usable_token_is_an_error(self, token):
        with pytest.raises(ProviderBroken):
            exchange(make_reply({**TOKENS, "access_token": token}), USERINFO)


class TestAccount:
    CLAIMS = id_token(sub="77", email="claim@x.example")

    @pytest.mark.parametrize(
        "userinfo",
        [
            make_reply(b"", 404),
            make_reply(b"<html>", 503),
            make_reply({"error": "x"}, 401),
            make_reply({}),
            make_reply([]),
        ],
    )
    def test_the_id_token_names_the_account_if_userinfo_does_not(self, userinfo):
        _, account, _ = exchange(make_reply({**TOKENS, "id_token": self.CLAIMS}), userinfo)

        assert account == Account("77", "claim@x.example")

    def test_an_email_missing_in_userinfo_comes_from_the_id_token(self):
        _, account, _ = exchange(make_reply({**TOKENS, "id_token": self.CLAIMS}), make_reply({"sub": "1234"}))

        assert account == Account("1234", "claim@x.example")

    @pytest.mark.parametrize("token", [None, "x", "a.b", "a.%%%.c", "a.W10.c", "a." + "x" * 9 + ".c", 7])
    def test_a_broken_id_token_does_not_matter_if_userinfo_responds(self, token):
        assert exchange(make_reply({**TOKENS, "id_token": token}), USERINFO)[1].account_id == "1234"

    @pytest.mark.parametrize(
        "userinfo", [make_reply(b"", 404), make_reply({}), make_reply({"sub": 7}), make_reply({"sub": "x" * 300})]
    )
    def test_tokens_without_an_account_are_an_error(self, userinfo):
        with pytest.raises(ProviderBroken):
            exchange(make_reply(TOKENS), userinfo)


class TestScopes:
    @pytest.mark.parametrize(
        "scope",
        [
            READ,
            "https://www.googleapis.com/auth/contacts",
            "https://www.google.com/m8/feeds",
            "https://www.google.com/m8/feeds/",
        ],
    )
    def test_wider_scopes_allow_reading_too(self, scope):
        assert sign_in()[0].can_read_contacts(["openid", scope])

    @pytest.mark.parametrize("scope", ["https://www.googleapis.com/auth/contacts.other.readonly", "contacts", ""])
    def test_other_scopes_do_not_allow_reading(self, scope):
        assert not sign_in()[0].can_read_contacts(["openid", scope])


def refusal(error, status: int = 400, **more):
    return make_reply({"error": error, "error_description": "ya29.s3cret", **more}, status)


TABLE = [
    (refusal("invalid_grant"), ConsentNeeded),
    (refusal("invalid_grant", error_subtype="invalid_rapt"), ConsentNeeded),
    (refusal("admin_policy_enforced"), ConsentNeeded),
    (refusal("access_denied", 403), ConsentNeeded),
    (refusal("invalid_client", 401), Misconfigured),
    (refusal("deleted_client"), Misconfigured),
    (refusal("unauthorized_client", 401), Misconfigured),
    (refusal("redirect_uri_mismatch"), Misconfigured),
    (refusal("invalid_scope"), Misconfigured),
    (refusal("temporarily_unavailable"), ProviderBusy),
    (refusal("whatever"), ProviderBroken),
    (refusal({"code": 400}), ProviderBroken),
    (refusal(["invalid_grant"]), ProviderBroken),
    (refusal("invalid_grant", 500), ProviderBroken),
    (make_reply(b"<html>", 503), ProviderBusy),
    (make_reply(b"", 429), ProviderBusy),
    (make_reply(b"<html>", 500), ProviderBroken),
    (make_reply(b"<html>", 400), ProviderBroken),
    (make_reply(b"<html>"), ProviderBroken),
    (make_reply(b'{"access_token": "ya29.s3cret'), ProviderBroken),
    (make_reply({}, 400), ProviderBroken),
    (make_reply({}), ProviderBroken),
    (make_reply(b"", 302), ProviderBroken),
    (refusal("invalid_grant", 200), ConsentNeeded),
]


class TestRefusals:
    @pytest.mark.parametrize(("reply", "meaning"), TABLE)
    @pytest.mark.parametrize("ask", [exchange, refresh])
    def test_each_error_response_maps_to_one_error_without_tokens(self, ask, reply, meaning):
        with pytest.raises(meaning) as raised:
            ask(reply)
        assert type(raised.value) is meaning
        assert not any(secret in repr(raised.value) + str(raised.value.members) for secret in SECRETS)
        assert raised.value.__context__ is None

    def test_a_rejected_code_asks_to_start_again_and_a_rejected_refresh_token_to_connect_again(self):
        with pytest.raises(ConsentNeeded, match="Start again"):
            exchange(refusal("invalid_grant"))
        with pytest.raises(ConsentNeeded, match="Connect the account again"):
            refresh(refusal("invalid_grant"))

    def test_an_invalid_code_asks_to_start_again(self):
        with pytest.raises(ConsentNeeded):
            exchange(refusal("invalid_request"))
        with pytest.raises(ProviderBroken):
            refresh(refusal("invalid_request"))

    def test_retry_after_is_the_time_google_requests(self):
        with pytest.raises(ProviderBusy) as raised:
            refresh(make_reply(b"", 429, retry_after="40"))
        assert raised.value.retry_after == timedelta(seconds=40)


class TestRefresh:
    def test_a_refresh_requests_no_scopes(self):
        grant, http = refresh(make_reply({"access_token": "ya29.new", "expires_in": 60}))

        assert (grant.access_token, grant.refresh_token) == ("ya29.new", None)
        assert http.requests[0].form["grant_type"] == "refresh_token"
        assert "scope" not in http.requests[0].form

    def test_a_new_refresh_token_is_returned(self):
        assert refresh(make_reply({**TOKENS, "refresh_token": "1//new"}))[0].refresh_token == "1//new"


class TestRevoke:
    def test_the_grant_is_revoked(self):
        google, http = sign_in(make_reply({}))

        assert google.revoke("1//s3cret") is True
        assert (http.requests[0].url, http.requests[0].form) == ("https://oauth.example/revoke", {"token": "1//s3cret"})

    def test_an_unknown_token_counts_as_revoked(self):
        assert sign_in(make_reply({"error": "invalid_token"}, 400))[0].revoke("1//s3cret") is True

    @pytest.mark.parametrize(
        ("reply", "meaning"), [(make_reply(b"", 503), ProviderBusy), (make_reply(b"<html>", 500), ProviderBroken)]
    )
    def test_a_failed_revocation_raises(self, reply, meaning):
        with pytest.raises(meaning):
            sign_in(reply)[0].revoke("1//s3cret")
