"""Connected accounts over HTTP: list them, import from one again, disconnect one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from chalicelib.foundation.bodies import read_body
from chalicelib.foundation.door import Access, Door, Query
from chalicelib.foundation.http import Answer, Asked, found, word
from chalicelib.provider_imports import import_routes
from chalicelib.provider_imports.import_routes import accepted

if TYPE_CHECKING:
    from chalicelib.provider_imports.bodies import ImportAgainBody
    from chalicelib.provider_imports.disconnect import Disconnect
    from chalicelib.provider_imports.import_again import ImportAgain
    from chalicelib.provider_imports.list_connections import ListConnections

CONNECTIONS = "/api/v1/connections"
CONTACTS = ("keep", "remove")  # what may become of those of an account that is disconnected
ONE = f"{CONNECTIONS}/{{connection_id}}"


class Parts(import_routes.Parts, Protocol):
    @property
    def list_connections(self) -> ListConnections: ...
    @property
    def import_again(self) -> ImportAgain: ...
    @property
    def disconnect(self) -> Disconnect: ...


def routes(door: Door, parts: Parts) -> None:
    @door.get(CONNECTIONS, Access.PERSON, "My connected accounts", {200: "Connections"}, only_known=True)
    def list_connections(asked: Asked) -> Answer:
        return found(asked, {"connections": parts.list_connections(asked.owner)})

    @door.get(ONE, Access.PERSON, "One connected account", {200: "Connection"})
    def get_connection(asked: Asked, connection_id: str) -> Answer:
        return found(asked, parts.list_connections.one(asked.owner, connection_id))

    @door.post(f"{ONE}/import", Access.PERSON, "Import again", {202: "Status"}, body=_import_again_body)
    def import_again(asked: Asked, connection_id: str) -> Answer:
        full = read_body(asked, _import_again_body()).full
        person = asked.signed_in.label
        return accepted(
            parts, parts.import_again(asked.owner, connection_id, full=full, once=asked.once, person=person)
        )

    @door.delete(
        ONE,
        Access.PERSON,
        "Disconnect an account",
        {202: "Status"},
        query=[Query("contacts", "What becomes of its contacts.", {"enum": list(CONTACTS), "default": "keep"})],
        only_known=True,
    )
    def disconnect(asked: Asked, connection_id: str) -> Answer:
        contacts = word(asked, "contacts", CONTACTS) or CONTACTS[0]
        person = asked.signed_in.label
        return accepted(parts, parts.disconnect(asked.owner, connection_id, contacts=contacts, person=person))


def _import_again_body() -> type[ImportAgainBody]:
    from chalicelib.provider_imports.bodies import ImportAgainBody

    return ImportAgainBody
