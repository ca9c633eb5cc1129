"""Error responses of Google's listings, each as one of our errors."""

from datetime import timedelta

import pytest

from chalicelib.foundation.errors import ConsentNeeded, Misconfigured, ProviderBroken, ProviderBusy
from chalicelib.providers.google.listing import GoogleContacts
from chalicelib.providers.provider import PageGone, SyncExpired, TokenRefused
from tests.fakes.transport import FakeTransport, make_reply
from tests.providers.google.people_api import NOW, TOKEN, URL, error, fetch, sync_state

RATE_LIMITED = error(
    429,
    "Quota exceeded for quota metric 'Critical read requests (Contact and Profile Reads)' and limit"
    " 'Critical read requests (Contact and Profile Reads) per minute per user' of service 'people.googleapis.com'",
    "RESOURCE_EXHAUSTED",
    "RATE_LIMIT_EXCEEDED",
)


OLD_RATE_LIMIT = make_reply(
    {"error": {"code": 403, "errors": [{"reason": "userRateLimitExceeded"}], "message": "x"}}, 403
)


SCOPE = "Request had insufficient authentication scopes."


class TestRefusals:
    @pytest.mark.parametrize(
        ("reply", "meaning"),
        [
            (RATE_LIMITED, ProviderBusy),
            (make_reply(b"", 429), ProviderBusy),
            (OLD_RATE_LIMIT, ProviderBusy),
            (make_reply({"error": {"errors": [{"reason": "rateLimitExceeded"}]}}, 403), ProviderBusy),
            (error(403, reason="RATE_LIMIT_EXCEEDED"), ProviderBusy),
            (error(503, status="UNAVAILABLE"), ProviderBusy),
            (make_reply(b"<html>", 503), ProviderBusy),
            (make_reply(b"", 502, retry_after="3"), ProviderBusy),
            (error(401, status="UNAUTHENTICATED"), TokenRefused),
            (make_reply(b"<html>", 401), TokenRefused),
            (error(403, SCOPE, "PERMISSION_DENIED"), ConsentNeeded),
            (error(403, SCOPE, "PERMISSION_DENIED", "ACCESS_TOKEN_SCOPE_INSUFFICIENT"), ConsentNeeded),
            (make_reply(b"", 403, www_authenticate='Bearer error="insufficient_scope"'), ConsentNeeded),
            (error(403, "off", "PERMISSION_DENIED", "SERVICE_DISABLED"), Misconfigured),
            (error(403, "People API has not been used in project 1 before or it is disabled."), Misconfigured),
            (make_reply({"error": {"errors": [{"reason": "accessNotConfigured"}]}}, 403), Misconfigured),
            (make_reply(b"<html>", 403), ProviderBroken),
            (error(500, status="INTERNAL"), ProviderBroken),
            (make_reply(b"<html>", 502), ProviderBroken),
            (error(404), ProviderBroken),
            (error(400, status="INVALID_ARGUMENT"), ProviderBroken),
            (make_reply(b"", 302, location="https://evil.example"), ProviderBroken),
            (make_reply({"error": "broken"}, 500), ProviderBroken),
            (make_reply({"error": {"errors": "x", "details": {"a": 1}}}, 403), ConsentNeeded),
            (make_reply([], 403), ProviderBroken),
            (make_reply(b"\xff", 400), ProviderBroken),
            (ProviderBroken("Google did not answer in time."), ProviderBroken),
        ],
    )
    def test_each_error_response_maps_to_one_error(self, reply, meaning):
        with pytest.raises(meaning) as raised:
            fetch(reply)
        assert type(raised.value) is meaning
        assert TOKEN not in repr(raised.value)
        assert raised.value.__context__ is None

    @pytest.mark.parametrize(
        ("reply", "seconds"),
        [
            (make_reply(b"", 429, retry_after="38"), 38),
            (make_reply(b"", 429, retry_after="Sun, 01 Mar 2026 12:00:20 GMT"), 20),
            (make_reply(b"", 503, retry_after="99999"), 3600),
            (make_reply({"error": {"details": [{"retryDelay": "12.5s"}]}}, 429), 12),
            (make_reply(b"", 429), None),
        ],
    )
    def test_retry_after_is_the_time_google_requests(self, reply, seconds):
        with pytest.raises(ProviderBusy) as raised:
            fetch(reply)
        assert raised.value.retry_after == (None if seconds is None else timedelta(seconds=seconds))

    EXPIRED = "Sync token is expired. Clear local cache and retry call without the sync token."

    @pytest.mark.parametrize(
        "reply",
        [
            error(400, EXPIRED, "FAILED_PRECONDITION"),
            error(400, "", "FAILED_PRECONDITION", "EXPIRED_SYNC_TOKEN"),
            error(410, EXPIRED),
            make_reply(b"", 410),
            error(400, "Request contains an invalid argument.", "INVALID_ARGUMENT"),
        ],
    )
    def test_a_rejected_sync_token_leads_to_one_full_listing(self, reply):
        with pytest.raises(SyncExpired):
            fetch(reply, sync=sync_state())

    @pytest.mark.parametrize("status", [400, 410])
    def test_a_sync_token_may_expire_between_two_pages(self, status):
        cursor = {**GoogleContacts(FakeTransport([]), URL, NOW).first_cursor(sync_state()), "page": "p2"}
        with pytest.raises(SyncExpired):
            fetch(error(status, self.EXPIRED), cursor=cursor)

    @pytest.mark.parametrize("sync", [None, "sync-1"])
    @pytest.mark.parametrize(
        "reply", [error(400, status="INVALID_ARGUMENT"), make_reply(b"<html>", 400), make_reply(b"", 410)]
    )
    def test_a_rejected_page_token_restarts_the_listing(self, reply, sync):
        cursor = {"page": "p2", **({"sync": sync_state(sync)} if sync else {})}
        with pytest.raises(PageGone):
            fetch(reply, cursor=cursor)

    @pytest.mark.parametrize(
        "body",
        [
            b"",
            b"[]",
            b"null",
            b'"text"',
            b"<html>sorry</html>",
            b'{"connections": [',
            b"\xff\xfe\x00",
            b"[" * 200_000,
            b'{"a": ' + b"9" * 5000 + b"}",
            b'{"connections": {}}',
            b'{"connections": "x"}',
            b'{"nextPageToken": 7}',
            b'{"nextSyncToken": []}',
        ],
    )
    def test_a_200_with_an_unreadable_body_is_an_error(self, body):
        with pytest.raises(ProviderBroken):
            fetch(make_reply(body))
