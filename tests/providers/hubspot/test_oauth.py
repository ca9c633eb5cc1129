"""HubSpot's OAuth client: the requested scopes, the account, and the errors."""

from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from chalicelib.foundation.errors import ConsentNeeded, Misconfigured, ProviderBroken, ProviderBusy
from chalicelib.providers.hubspot.oauth import HubSpotOAuth
from chalicelib.providers.provider import Account
from tests.fakes.clock import FixedClock
from tests.fakes.transport import FakeTransport, make_reply

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
SECRETS = ("CO.s3cret", "na1-s3cret", "cl13nt-s3cret", "c0de-s3cret", "ver1fier-s3cret")
SCOPES = ["oauth", "crm.objects.contacts.read"]
TOKENS = {
    "access_token": "CO.s3cret",
    "refresh_token": "na1-s3cret",
    "expires_in": 1800,
    "scopes": SCOPES,
    "hub_id": 62515,
}
ABOUT = {"active": True, "hub_id": 62515, "user_id": 7, "user": "anna@x.example", "hub_domain": "x.example"}


def client(*replies) -> tuple[HubSpotOAuth, FakeTransport]:
    http = FakeTransport(list(replies))
    return HubSpotOAuth(
        http=http,
        clock=FixedClock(NOON),
        client_id="client-1",
        client_secret="cl13nt-s3cret",
        auth_url="https://app.example/oauth/authorize",
        api_url="https://api.example",
    ), http


def exchange(*replies):
    hubspot, http = client(*replies)
    grant, account = hubspot.exchange(
        code="c0de-s3cret", code_verifier="ver1fier-s3cret", redirect_uri="https://us.example/back"
    )
    return grant, account, http


class TestConsent:
    def test_asks_for_reading_contacts_and_where_possible_the_names_of_properties(self):
        hubspot, _ = client()
        url = hubspot.authorization_url(
            state="st", code_challenge="ch", redirect_uri="https://us.example/back", login_hint="a@x.example"
        )

        query = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
        assert url.startswith("https://app.example/oauth/authorize?")
        assert query == {
            "response_type": "code",
            "client_id": "client-1",
            "redirect_uri": "https://us.example/back",
            "scope": "oauth crm.objects.contacts.read",
            "optional_scope": "crm.schemas.contacts.read",
            "state": "st",
            "code_challenge": "ch",
            "code_challenge_method": "S256",
        }

    @pytest.mark.parametrize(
        ("scopes", "can"), [(SCOPES, True), (["oauth", "contacts"], True), (["oauth"], False), ([], False)]
    )
    def test_reading_contacts_needs_its_scope(self, scopes, can):
        assert client()[0].can_read_contacts(scopes) is can


class TestExchange:
    def test_gives_the_tokens_and_the_hubspot_account(self):
        grant, account, http = exchange(make_reply(TOKENS), make_reply(ABOUT))

        assert (grant.access_token, grant.refresh_token, grant.scopes) == ("CO.s3cret", "na1-s3cret", tuple(SCOPES))
        assert grant.expires_at == NOON + timedelta(minutes=30)
        assert account == Account("62515", "anna@x.example")
        token, about = http.requests
        assert (token.path, about.path) == ("/oauth/2026-03/token", "/oauth/2026-03/token/introspect")
        assert token.form == {
            "grant_type": "authorization_code",
            "code": "c0de-s3cret",
            "code_verifier": "ver1fier-s3cret",
            "redirect_uri": "https://us.example/back",
            "client_id": "client-1",
            "client_secret": "cl13nt-s3cret",
        }

    def test_no_secret_is_in_an_address(self):
        _, _, http = exchange(make_reply(TOKENS), make_reply(ABOUT))

        assert not [secret for secret in SECRETS for request in http.requests if secret in request.url]

    @pytest.mark.parametrize("about", [make_reply({"active": False}), make_reply({"error": "no"}, 400)])
    def test_the_account_is_also_in_the_token_response(self, about):
        assert exchange(make_reply(TOKENS), about)[1] == Account("62515", "")

    @pytest.mark.parametrize("hub_id", [None, "", "x", -1, True, 1.5, [1]])
    def test_without_an_account_nothing_is_connected(self, hub_id):
        with pytest.raises(ProviderBroken):
            exchange(make_reply({**TOKENS, "hub_id": hub_id}), make_reply({"active": True}))


class TestRefusals:
    @pytest.mark.parametrize(
        ("reply", "meaning"),
        [
            (make_reply({"error": "invalid_grant"}, 400), ConsentNeeded),
            (make_reply({"status": "BAD_AUTH_CODE", "message": "x"}, 400), ConsentNeeded),
            (make_reply({"status": "BAD_REFRESH_TOKEN", "message": "x"}, 400), ConsentNeeded),
            (make_reply({"status": "BAD_CLIENT_SECRET", "message": "x"}, 400), Misconfigured),
            (make_reply({"error": "invalid_client"}, 401), Misconfigured),
            (make_reply({"status": "BAD_REDIRECT_URI"}, 400), Misconfigured),
            (make_reply({"status": "SOMETHING_NEW"}, 400), ProviderBroken),
            (make_reply({"message": "slow"}, 429), ProviderBusy),
            (make_reply(b"<html>", 500), ProviderBroken),
            (make_reply({**TOKENS, "access_token": "two words"}), ProviderBroken),
        ],
    )
    def test_are_told_as_what_they_mean(self, reply, meaning):
        with pytest.raises(meaning) as raised:
            exchange(reply)

        assert not [secret for secret in SECRETS if secret in str(raised.value)]

    def test_a_refresh_that_is_refused_needs_consent(self):
        hubspot, _ = client(make_reply({"status": "BAD_REFRESH_TOKEN"}, 400))

        with pytest.raises(ConsentNeeded):
            hubspot.refresh("na1-s3cret")


class TestRefreshAndRevoke:
    def test_a_refresh_keeps_the_refresh_token(self):
        hubspot, http = client(make_reply(TOKENS))

        assert hubspot.refresh("na1-s3cret").refresh_token == "na1-s3cret"
        assert http.requests[0].form["grant_type"] == "refresh_token"

    @pytest.mark.parametrize(
        "reply", [make_reply(b"", 200), make_reply(b"", 204), make_reply({"error": "invalid_token"}, 400)]
    )
    def test_a_token_that_is_or_was_revoked_counts_as_revoked(self, reply):
        hubspot, http = client(reply)

        assert hubspot.revoke("na1-s3cret") is True
        (request,) = http.requests
        assert request.path == "/oauth/2026-03/token/revoke"
        assert (request.form["token"], request.form["token_type_hint"]) == ("na1-s3cret", "refresh_token")

    def test_a_refused_revocation_is_an_error(self):
        with pytest.raises(Misconfigured):
            client(make_reply({"error": "invalid_client"}, 401))[0].revoke("na1-s3cret")
