"""Tokens that people made in HubSpot: what they look like, whose they are, and what becomes of refused ones."""

import json
from datetime import UTC, datetime

import pytest

from chalicelib.foundation.errors import InvalidInput, ProviderBroken, ProviderBusy
from chalicelib.providers.hubspot.private_app import NEVER, HubSpotPrivateApps
from chalicelib.providers.provider import Account
from tests.fakes.clock import FixedClock
from tests.fakes.transport import FakeTransport, make_reply

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
TOKEN = "pat-eu1-1234abcd-s3cret"
ABOUT = {"userId": 7, "hubId": 62515, "appId": 9, "scopes": ["crm.objects.contacts.read", 17]}


def check(*replies, token=TOKEN):
    http = FakeTransport(list(replies))
    return HubSpotPrivateApps(http, FixedClock(NOON), "https://api.example").check(token), http


class TestCheck:
    def test_tells_the_account_and_what_the_token_allows(self):
        (grant, account), http = check(make_reply(ABOUT))

        assert account == Account("62515", "")
        assert (grant.access_token, grant.refresh_token, grant.expires_at) == (TOKEN, None, NEVER)
        assert grant.scopes == ("crm.objects.contacts.read",)
        (request,) = http.requests
        assert request.url == "https://api.example/oauth/v2/private-apps/get/access-token-info"
        assert json.loads(request.body) == {"tokenKey": TOKEN}
        assert request.headers["Authorization"] == f"Bearer {TOKEN}"

    @pytest.mark.parametrize(
        "token", ["", "pat-", "hello", "pat-na1-x y", "pat-na1-\r\nHost: evil", "pat-" + "x" * 501]
    )
    def test_what_is_no_token_is_not_sent(self, token):
        with pytest.raises(InvalidInput):
            check(token=token)

    @pytest.mark.parametrize("status", [400, 401, 403, 404])
    def test_a_refused_token_is_said_to_be_refused(self, status):
        with pytest.raises(InvalidInput) as refused:
            check(make_reply({"status": "error", "message": TOKEN}, status))

        assert TOKEN not in str(refused.value)

    @pytest.mark.parametrize(
        ("reply", "meaning"),
        [
            (make_reply({}, 429), ProviderBusy),
            (make_reply(b"<html>", 502), ProviderBroken),
            (make_reply({"scopes": []}), ProviderBroken),
            (make_reply({**ABOUT, "hubId": "x"}), ProviderBroken),
        ],
    )
    def test_other_errors_are_those_of_a_provider(self, reply, meaning):
        with pytest.raises(meaning):
            check(reply)

    @pytest.mark.parametrize("scopes", [None, "all", {}])
    def test_scopes_of_any_type_allow_nothing(self, scopes):
        assert check(make_reply({**ABOUT, "scopes": scopes}))[0][0].scopes == ()
