"""The issuer's discovery document: what is accepted, and how long it is cached."""

from datetime import timedelta

import pytest

from chalicelib.foundation.errors import Misconfigured, ProviderBroken, Unavailable
from chalicelib.signing_in.issuer import CACHED_FOR, LARGEST
from tests.fakes.issuer import ISSUER
from tests.fakes.openid import document
from tests.fakes.transport import make_reply


class TestDiscovery:
    def test_the_discovery_document_is_cached_for_an_hour(self, house):
        for _ in range(3):
            assert house.issuer.endpoints().authorization == f"{ISSUER}/authorize"
        house.clock.advance(CACHED_FOR)
        house.openid.document["token_endpoint"] = f"{ISSUER}/moved"

        assert house.issuer.endpoints().token == f"{ISSUER}/moved"
        assert [request.url for request in house.openid.requests] == [f"{ISSUER}/.well-known/openid-configuration"] * 2

    @pytest.mark.parametrize(
        "silence",
        [
            ProviderBroken("The sign-in service did not answer in time."),
            make_reply({}, 503),
            make_reply({}, 302, location="https://evil.example"),
            make_reply(b"<html>"),
            make_reply(b"[]"),
            make_reply({**document(), "more": "x" * LARGEST}),
        ],
    )
    def test_an_issuer_that_does_not_respond_is_unavailable(self, house, silence):
        house.openid.document = silence

        with pytest.raises(Unavailable, match="not responding") as raised:
            house.issuer.endpoints()
        assert raised.value.status == 503

    def test_after_a_failure_it_waits_before_the_next_request(self, house):
        house.openid.document = make_reply({}, 503)
        for _ in range(3):
            with pytest.raises(Unavailable):
                house.issuer.endpoints()
        assert len(house.openid.requests) == 1
        house.openid.document = document()
        house.clock.advance(timedelta(seconds=5))

        assert house.issuer.endpoints()

    def test_the_cached_document_is_used_while_the_issuer_does_not_respond(self, house):
        house.issuer.endpoints()
        house.clock.advance(CACHED_FOR + timedelta(seconds=1))
        house.openid.document = make_reply({}, 503)

        assert house.issuer.endpoints().token == f"{ISSUER}/token"

    @pytest.mark.parametrize("issuer", [None, "", ISSUER + "/", "https://evil.example", ISSUER.upper()])
    def test_a_document_about_another_issuer_is_rejected(self, house, issuer):
        house.openid.document["issuer"] = issuer

        with pytest.raises(Misconfigured):
            house.issuer.endpoints()

    @pytest.mark.parametrize("member", ["authorization_endpoint", "token_endpoint"])
    @pytest.mark.parametrize(
        "url",
        [
            None,
            7,
            "",
            "/authorize",
            "http://issuer.example/authorize",
            "http://127.0.0.1.evil.example/",
            "javascript:alert(1)",
            "https://",
            "https://me:secret@issuer.example/",
            "https://issuer.example/#a",
            "https://issuer.example/a b",
            "https://issuer.example\\@evil.example/",
            "https://issuer.example:port/",
            "https://issüer.example/",
        ],
    )
    def test_an_endpoint_without_https_is_rejected(self, house, member, url):
        house.openid.document[member] = url

        with pytest.raises(Misconfigured):
            house.issuer.endpoints()

    @pytest.mark.parametrize("url", ["http://127.0.0.1:8002/signin/authorize", "https://x.example/authorize?p=policy"])
    def test_loopback_addresses_and_queries_are_accepted(self, house, url):
        house.openid.document["authorization_endpoint"] = url

        assert house.issuer.endpoints().authorization == url

    def test_a_bad_document_is_not_cached(self, house):
        house.openid.document["issuer"] = "https://evil.example"
        with pytest.raises(Misconfigured):
            house.issuer.endpoints()
        house.openid.document["issuer"] = ISSUER

        assert house.issuer.endpoints()
