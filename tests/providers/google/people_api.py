"""Google's People API with scripted replies."""

from datetime import UTC, datetime, timedelta

from chalicelib.providers.google.listing import GoogleContacts
from tests.fakes.clock import FixedClock
from tests.fakes.transport import FakeTransport, make_reply

TOKEN = "ya29.s3cret"


URL = "https://people.example"


NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


CONNECTIONS, GROUPS = "/v1/people/me/connections", "/v1/contactGroups"


NOW = FixedClock(NOON)


SHORT = timedelta(seconds=5)


ANNA = {"resourceName": "people/c1", "names": [{"displayName": "Anna"}]}


FRIEND = {
    **ANNA,
    "memberships": [
        {"contactGroupMembership": {"contactGroupResourceName": "contactGroups/myContacts"}},
        {"contactGroupMembership": {"contactGroupResourceName": "contactGroups/7"}},
        {"contactGroupMembership": {"contactGroupResourceName": "contactGroups/starred"}},
    ],
}


LABELS = {
    "contactGroups": [
        {"resourceName": "contactGroups/7", "groupType": "USER_CONTACT_GROUP", "name": "Friends"},
        {"resourceName": "contactGroups/starred", "groupType": "SYSTEM_CONTACT_GROUP", "name": "Starred"},
    ]
}


NO_LABELS = {"contactGroups": LABELS["contactGroups"][1:]}


def google(*replies, labels=None) -> tuple[GoogleContacts, FakeTransport]:
    """Google with these answers in order, and another for each question about labels (None: it has none)."""
    rest = list(replies)
    http = FakeTransport(lambda request: (labels or make_reply(NO_LABELS)) if request.path == GROUPS else rest.pop(0))
    return GoogleContacts(http, URL, NOW), http


def fetch(*replies, cursor=None, sync=None, labels=None):
    contacts, http = google(*replies, labels=labels)
    page = contacts.fetch(TOKEN, contacts.first_cursor(sync) if cursor is None else cursor, timeout=SHORT)
    return page, http


def sync_state(token: str = "sync-1"):
    page, _ = fetch(make_reply({"nextSyncToken": token}))
    return page.sync


def error(code: int, message: str = "", status: str = "", reason: str | None = None, **headers: str):
    details = [{"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": reason}] if reason else []
    return make_reply(
        {"error": {"code": code, "message": message, "status": status, "details": details}}, code, **headers
    )
