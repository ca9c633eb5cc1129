"""Microsoft's OAuth client: the real msal over a fake transport."""

import base64
import json
import logging
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from chalicelib.foundation.errors import ConsentNeeded, Misconfigured, ProviderBroken, ProviderBusy
from chalicelib.providers.microsoft.oauth import MicrosoftOAuth
from chalicelib.providers.provider import Account
from tests.fakes.clock import FixedClock
from tests.fakes.transport import FakeTransport, SentRequest, make_reply

pytestmark = pytest.mark.filterwarnings("ignore:Change your acquire_token:DeprecationWarning")  # we check the state
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
HERE = "http://127.0.0.1:4000"
SECRETS = ("EwB.s3cret", "M.R3.s3cret", "cl13nt-s3cret", "c0de-s3cret", "ver1fier-s3cret")
DISCOVERY = {
    "issuer": f"{HERE}/tenant-1/v2.0",
    "authorization_endpoint": f"{HERE}/common/oauth2/v2.0/authorize",
    "token_endpoint": f"{HERE}/common/oauth2/v2.0/token",
}


def encoded(**claims) -> str:
    return base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=")


def id_token(**claims) -> str:
    return f"e30.{encoded(**claims)}.c2ln"


ANNA = {"tid": "tenant-1", "oid": "object-1", "preferred_username": "anna@x.example", "sub": "s", "iss": "i"}
TOKENS = {
    "token_type": "Bearer",
    "access_token": "EwB.s3cret",
    "refresh_token": "M.R3.s3cret",
    "expires_in": 3600,
    "scope": "openid profile https://graph.microsoft.com/Contacts.Read",
    "id_token": id_token(**ANNA),
}


class Login:
    """A login that answers discovery, and each token request with the next of `replies`."""

    def __init__(self, *replies, discovery=None) -> None:
        self.replies, self.discovery = list(replies), discovery or make_reply(DISCOVERY)

    def __call__(self, request: SentRequest):
        return self.discovery if request.method == "GET" else self.replies.pop(0)


def sign_in(*replies, discovery=None, login_url=HERE, clock=None) -> tuple[MicrosoftOAuth, FakeTransport]:
    http = FakeTransport(Login(*replies, discovery=discovery))
    return MicrosoftOAuth(
        http=http,
        clock=clock or FixedClock(NOON),
        client_id="client-1",
        client_secret="cl13nt-s3cret",
        login_url=login_url,
    ), http


def exchange(*replies, **named):
    microsoft, http = sign_in(*replies, **named)
    grant, account = microsoft.exchange(
        code="c0de-s3cret", code_verifier="ver1fier-s3cret", redirect_uri="https://us.example/back"
    )
    return grant, account, http


def refresh(*replies, **named):
    microsoft, http = sign_in(*replies, **named)
    return microsoft.refresh("M.R3.s3cret"), http


def test_msal_is_not_loaded_before_it_is_needed():
    code = "import sys, chalicelib.providers.microsoft.oauth as m, chalicelib.providers.microsoft.listing\n"
    code += "assert not {'msal', 'requests', 'jwt'} & set(sys.modules)"

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_the_authorization_url_requests_offline_read_only_access_with_pkce():
    microsoft, http = sign_in()
    url = microsoft.authorization_url(
        state="st", code_challenge="ch", redirect_uri="https://us.example/b", login_hint="anna@x.example"
    )

    assert url.startswith(f"{HERE}/common/oauth2/v2.0/authorize?")
    assert parse_qs(urlsplit(url).query) == {
        "response_type": ["code"],
        "response_mode": ["query"],
        "client_id": ["client-1"],
        "redirect_uri": ["https://us.example/b"],
        "scope": ["Contacts.Read offline_access openid profile"],
        "state": ["st"],
        "code_challenge": ["ch"],
        "code_challenge_method": ["S256"],
        "prompt": ["consent"],
        "login_hint": ["anna@x.example"],
    }
    assert http.requests == []


class TestExchange:
    def test_a_code_becomes_tokens_and_an_account(self):
        grant, account, http = exchange(make_reply(TOKENS))

        assert (grant.access_token, grant.refresh_token) == ("EwB.s3cret", "M.R3.s3cret")
        assert grant.expires_at == NOON + timedelta(hours=1)
        assert account == Account("tenant-1:object-1", "anna@x.example")
        form = http.requests[1].form
        assert (form["code"], form["code_verifier"]) == ("c0de-s3cret", "ver1fier-s3cret")
        assert (form["client_id"], form["client_secret"]) == ("client-1", "cl13nt-s3cret")
        assert (form["redirect_uri"], form["grant_type"]) == ("https://us.example/back", "authorization_code")
        assert set(form["scope"].split()) == {"Contacts.Read", "offline_access", "openid", "profile"}

    def test_everything_goes_to_the_configured_login(self):
        _, _, http = exchange(make_reply(TOKENS))

        assert [request.url for request in http.requests] == [
            f"{HERE}/common/v2.0/.well-known/openid-configuration",
            f"{HERE}/common/oauth2/v2.0/token",
        ]

    def test_urls_are_unchanged_with_microsofts_own_login(self):
        real = "https://login.microsoftonline.com"
        document = {name: value.replace(HERE, real) for name, value in DISCOVERY.items()}
        _, _, http = exchange(make_reply(TOKENS), discovery=make_reply(document), login_url=real)

        assert [request.url for request in http.requests] == [
            f"{real}/common/v2.0/.well-known/openid-configuration",
            f"{real}/common/oauth2/v2.0/token",
        ]

    def test_a_discovery_document_cannot_send_the_secret_to_another_site(self):
        document = {**DISCOVERY, "token_endpoint": "https://evil.example/common/oauth2/v2.0/token"}
        _, _, http = exchange(make_reply(TOKENS), discovery=make_reply(document))

        assert http.requests[1].url == f"{HERE}/common/oauth2/v2.0/token"

    def test_a_printed_grant_does_not_contain_its_tokens(self):
        assert not any(secret in repr(exchange(make_reply(TOKENS))[0]) + repr(sign_in()[0]) for secret in SECRETS)

    @pytest.mark.parametrize(
        ("claims", "account"),
        [
            ({"tid": "t", "oid": "o"}, Account("t:o", "")),
            ({"tid": "t", "oid": "o", "email": "e@x.example"}, Account("t:o", "e@x.example")),
            ({"iss": "https://i.example", "sub": "s"}, Account("https://i.example:s", "")),
            ({"tid": "t", "oid": None, "iss": "i", "sub": "s"}, Account("i:s", "")),
        ],
    )
    def test_the_account_id_is_tenant_and_object_else_issuer_and_subject(self, claims, account):
        assert exchange(make_reply({**TOKENS, "id_token": id_token(**claims)}))[1] == account

    def test_without_an_id_token_the_client_info_names_the_account(self):
        tokens = {**TOKENS, "client_info": encoded(uid="o", utid="t")}
        del tokens["id_token"]

        assert exchange(make_reply(tokens))[1] == Account("t:o", "")

    def test_tokens_without_an_account_are_an_error(self):
        with pytest.raises(ProviderBroken):
            exchange(make_reply({name: value for name, value in TOKENS.items() if name != "id_token"}))

    @pytest.mark.parametrize("missing", ["expires_in", "refresh_token", "scope", "token_type"])
    def test_optional_members_may_be_missing(self, missing):
        grant, _, _ = exchange(make_reply({name: value for name, value in TOKENS.items() if name != missing}))

        assert grant.access_token == "EwB.s3cret"
        assert sign_in()[0].can_read_contacts(grant.scopes)


class TestScopes:
    @pytest.mark.parametrize(
        "scope", ["Contacts.Read", "contacts.read", "https://graph.microsoft.com/Contacts.Read", "Contacts.ReadWrite"]
    )
    def test_read_and_wider_scopes_allow_reading(self, scope):
        assert sign_in()[0].can_read_contacts(["openid", scope])

    @pytest.mark.parametrize("scope", ["Contacts.Read.Shared", "User.Read", "", "https://x.example/Contacts"])
    def test_other_scopes_do_not_allow_reading(self, scope):
        assert not sign_in()[0].can_read_contacts(["openid", scope])


def refusal(error, status: int = 400, **more):
    return make_reply({"error": error, "error_description": "AADSTS70008: EwB.s3cret", **more}, status)


TABLE = [
    (refusal("invalid_grant"), ConsentNeeded),
    (refusal("invalid_grant", suberror="bad_token"), ConsentNeeded),
    (refusal("interaction_required", suberror="basic_action"), ConsentNeeded),
    (refusal("consent_required"), ConsentNeeded),
    (refusal("login_required"), ConsentNeeded),
    (refusal("invalid_client", 401), Misconfigured),
    (refusal("unauthorized_client"), Misconfigured),
    (refusal("temporarily_unavailable"), ProviderBusy),
    (refusal("server_error"), ProviderBroken),
    (refusal("temporarily_unavailable", 503), ProviderBusy),
    (refusal(["invalid_grant"]), ProviderBroken),
    (make_reply(b"<html>", 503), ProviderBusy),
    (make_reply(b"", 429, retry_after="7"), ProviderBusy),
    (make_reply(b"<html>", 500), ProviderBroken),
    (make_reply(b"<html>", 400), ProviderBroken),
    (make_reply(b'{"access_token": "EwB.s3cret'), ProviderBroken),
    (make_reply([]), ProviderBroken),
    (make_reply({}), ProviderBroken),
    (make_reply({**TOKENS, "id_token": "EwB.s3cret"}), ProviderBroken),
    (make_reply({**TOKENS, "access_token": 7}), ProviderBroken),
    (ProviderBroken("Microsoft did not answer in time."), ProviderBroken),
]


class TestRefusals:
    @pytest.mark.parametrize(("reply", "meaning"), TABLE)
    @pytest.mark.parametrize("ask", [exchange, refresh])
    def test_each_error_response_maps_to_one_error_and_no_token_is_logged(self, ask, reply, meaning, caplog):
        caplog.set_level(logging.DEBUG)
        with pytest.raises(meaning) as raised:
            ask(reply)
        assert type(raised.value) is meaning
        assert not any(secret in repr(raised.value) + str(raised.value.members) for secret in SECRETS)
        assert not any(secret in caplog.text for secret in SECRETS)
        assert raised.value.__context__ is None

    def test_a_rejected_code_asks_to_start_again_and_a_rejected_refresh_token_to_connect_again(self):
        with pytest.raises(ConsentNeeded, match="Start again"):
            exchange(refusal("invalid_grant"))
        with pytest.raises(ConsentNeeded, match="Connect the account again"):
            refresh(refusal("invalid_grant"))

    @pytest.mark.parametrize(
        "first", [refusal("invalid_grant"), make_reply(b"", 429, retry_after="60"), make_reply(b"", 503)]
    )
    def test_an_earlier_error_is_not_repeated_from_a_cache(self, first):
        microsoft, http = sign_in(first, make_reply(TOKENS))
        with pytest.raises((ConsentNeeded, ProviderBusy)):
            microsoft.refresh("M.R3.s3cret")

        assert microsoft.refresh("M.R3.s3cret").access_token == "EwB.s3cret"
        assert [request.method for request in http.requests] == ["GET", "POST", "POST"]

    @pytest.mark.parametrize(
        ("discovery", "meaning"),
        [
            (make_reply({"error": "invalid_tenant"}, 400), Misconfigured),
            (make_reply({}), ProviderBroken),
            (make_reply(b"<html>"), ProviderBroken),
            (make_reply(b"<html>", 503), ProviderBusy),
            (make_reply({"token_endpoint": 7}), ProviderBroken),
        ],
    )
    def test_a_failed_discovery_is_an_error(self, discovery, meaning):
        with pytest.raises(meaning):
            exchange(make_reply(TOKENS), discovery=discovery)


class TestRefresh:
    def test_the_new_refresh_token_is_returned(self):
        grant, http = refresh(make_reply({**TOKENS, "refresh_token": "M.R3.new"}))

        assert grant.refresh_token == "M.R3.new"
        assert http.requests[1].form["refresh_token"] == "M.R3.s3cret"

    def test_a_response_without_a_refresh_token_keeps_the_known_one(self):
        assert refresh(make_reply({"access_token": "EwB.new"}))[0].refresh_token is None

    def test_the_discovery_document_is_cached_for_a_day(self):
        clock = FixedClock(NOON)
        microsoft, http = sign_in(*[make_reply(TOKENS)] * 3, clock=clock)
        microsoft.refresh("M.R3.1")
        microsoft.refresh("M.R3.2")
        clock.advance(timedelta(hours=25))
        microsoft.refresh("M.R3.3")

        assert [request.method for request in http.requests] == ["GET", "POST", "POST", "GET", "POST"]


def test_microsoft_has_no_way_to_revoke():
    microsoft, http = sign_in()

    assert microsoft.revoke("M.R3.s3cret") is False
    assert http.requests == []
