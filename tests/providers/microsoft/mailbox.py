"""A mailbox with contacts in several folders, and a reader of all its pages."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from chalicelib.contacts.source_record import SourceContact
from chalicelib.providers.microsoft.listing import MicrosoftContacts
from chalicelib.providers.provider import Page
from tests.fakes.clock import FixedClock
from tests.fakes.graph import ORIGIN, FakeGraph, Folder
from tests.fakes.transport import FakeTransport

TOKEN = "EwB.s3cret"


NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


DELTA = "/v1.0/me/contactFolders/default/contacts/delta"


def person(key: str, **members: Any) -> dict[str, Any]:
    return {"id": key, "displayName": f"Person {key}", **members}


def mailbox(**more: Any) -> FakeGraph:
    """Two contacts in the default folder, one in Work, one in Work's Old, none in Empty."""
    folders = {
        "default": Folder("Contacts", [person("d1"), person("d2")], parent=None),
        "work": Folder("Work", [person("w1")]),
        "old": Folder("Old", [person("o1")], parent="work"),
        "empty": Folder("Empty", []),
    }
    return FakeGraph(folders, **more)


class Reader:
    """Reads a mailbox to its end, through cursors that went through JSON."""

    def __init__(self, graph: Any) -> None:
        self.http = FakeTransport(graph)
        self.contacts = MicrosoftContacts(self.http, ORIGIN, FixedClock(NOON))

    def pages(self, sync: Any = None) -> list[Page]:
        cursor, pages = self.contacts.first_cursor(sync), []
        while cursor is not None and len(pages) < 50:
            pages.append(self.contacts.fetch(TOKEN, json.loads(json.dumps(cursor)), timeout=timedelta(seconds=20)))
            cursor = pages[-1].cursor
        return pages

    def listed(self, sync: Any = None) -> tuple[list[str], list[str], Any]:
        """Ids listed and gone, and the sync state at the end."""
        pages = self.pages(sync)
        listed = [self.contacts.id_of(record) for page in pages for record in page.records]
        return listed, [key for page in pages for key in page.gone], json.loads(json.dumps(pages[-1].sync))

    def read(self, sync: Any = None) -> dict[str, SourceContact]:
        read = [self.contacts.read(record) for page in self.pages(sync) for record in page.records]
        return {one.source_id: one for one in read if isinstance(one, SourceContact)}

    def paths(self) -> list[str]:
        return [request.path.removeprefix("/v1.0/me/") for request in self.http.requests]


def sync_state(graph: FakeGraph) -> Any:
    return Reader(graph).listed()[2]
