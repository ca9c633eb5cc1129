"""The parts of the room of service clients."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from chalicelib.foundation.dynamo import Write
    from chalicelib.foundation.http import Person
    from chalicelib.foundation.json import Json, JsonObject
    from chalicelib.foundation.scopes import Scope
    from chalicelib.jobs.activity import ActivityKind
    from chalicelib.service_clients.grant_store import GrantStore
    from chalicelib.service_clients.manage_grants import ManageGrants
    from chalicelib.service_clients.note_acts import NoteActs
    from chalicelib.shared_parts import SharedParts


class ServiceClientParts:
    """The parts that let programs act for people, each built on first use."""

    def __init__(self, shared: SharedParts) -> None:
        self.shared = shared

    @cached_property
    def grants(self) -> ManageGrants:
        from chalicelib.service_clients.manage_grants import ManageGrants

        shared = self.shared
        return ManageGrants(self._store, shared.settings.service_clients, shared.clock, self._noted)

    def granted(self, owner: str, client: str) -> frozenset[Scope]:
        """The scopes that a client may use for a person."""
        return self.grants.granted(owner, client)

    def on_page(self, owner: str) -> Sequence[JsonObject]:
        """What a person has granted, for their page."""
        return self.grants.listed(owner)

    def note_act(self, person: Person, method: str, summary: str) -> None:
        """Note what a client does for a person."""
        self._note_acts(person, method, summary)

    def forget(self, owner: str) -> None:
        self._store.forget(owner)

    @cached_property
    def _store(self) -> GrantStore:
        from chalicelib.service_clients.grant_store import GrantStore

        return GrantStore(self.shared.dynamo, self.shared.settings.people_table)

    @cached_property
    def _note_acts(self) -> NoteActs:
        from chalicelib.service_clients.note_acts import NoteActs

        shared = self.shared
        return NoteActs(shared.clock, shared.activity.writes, shared.dynamo.commit)

    def _noted(self, kind: ActivityKind, owner: str, details: Mapping[str, Json]) -> Sequence[Write]:
        return self.shared.activity.noted(kind, self.shared.clock.now(), owner, details=details)
