"""HubSpot's CRM API with scripted replies."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from chalicelib.foundation.clock import milliseconds
from chalicelib.foundation.json import Json
from chalicelib.foundation.outbound import Reply
from chalicelib.providers.hubspot.listing import HubSpotContacts
from chalicelib.providers.provider import Page
from tests.fakes.clock import FixedClock
from tests.fakes.transport import FakeTransport, SentRequest, make_reply

TOKEN = "CO.s3cret"
URL = "https://hubspot.example"
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
NOW = FixedClock(NOON)
SHORT = timedelta(seconds=5)
LIST, SEARCH = "/crm/objects/2026-03/contacts", "/crm/objects/2026-03/contacts/search"
DEFINITIONS = "/crm/properties/2026-03/contacts"
NO_DEFINITIONS = make_reply({"results": []})
LONG_AGO = "2020-01-01T00:00:00Z"


def contact(key: int, *, at: str = LONG_AGO, **properties: Json) -> dict[str, Json]:
    return {"id": str(key), "properties": {"firstname": "Anna", "lastmodifieddate": at, **properties}}


def archived(key: int, at: datetime) -> dict[str, Json]:
    return {"id": str(key), "properties": {}, "archived": True, "archivedAt": at.isoformat()}


def a_page(*records: Json, after: str = "", **more: Json) -> Reply:
    return make_reply({"results": [*records], **({"paging": {"next": {"after": after}}} if after else {}), **more})


def error(status: int, category: str = "", **more: Any) -> Reply:
    headers = {"retry_after": more.pop("retry_after")} if "retry_after" in more else {}
    return make_reply({"status": "error", "message": "no", "category": category, **more}, status, **headers)


def hubspot(*replies: Reply, definitions: Reply = NO_DEFINITIONS) -> tuple[HubSpotContacts, FakeTransport]:
    """HubSpot with these answers in order, and another for each question about definitions."""
    rest = list(replies)
    http = FakeTransport(lambda request: definitions if request.path == DEFINITIONS else rest.pop(0))
    return HubSpotContacts(http, URL, NOW), http


def fetch(
    *replies: Reply, cursor: Json = None, sync: Json = None, definitions: Reply = NO_DEFINITIONS
) -> tuple[Page, list[SentRequest]]:
    """A page, and the requests for it besides those for definitions."""
    contacts, http = hubspot(*replies, definitions=definitions)
    page = contacts.fetch(TOKEN, contacts.first_cursor(sync) if cursor is None else cursor, timeout=SHORT)
    return page, [request for request in http.requests if request.path != DEFINITIONS]


def sync_state(*records: Json) -> Json:
    """The sync state after a full import that began at noon."""
    return fetch(a_page(*records))[0].sync


def body_of(request: SentRequest) -> dict[str, Json]:
    body: dict[str, Json] = json.loads(request.body)
    return body


def minutes_ago(minutes: float) -> datetime:
    return NOON - timedelta(minutes=minutes)


def in_milliseconds(moment: datetime) -> str:
    return str(milliseconds(moment))
