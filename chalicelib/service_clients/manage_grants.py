"""What people allow service clients: granting, listing, revoking, and what a request may use of it.

Only clients that operators have registered can ask for scopes, and only theirs count, so that a client that an operator
removes can do nothing more.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from chalicelib.foundation.clock import Clock
from chalicelib.foundation.dynamo import Write
from chalicelib.foundation.errors import NotFound
from chalicelib.foundation.json import Json, JsonObject
from chalicelib.foundation.scopes import NO_SCOPES, Scope
from chalicelib.jobs.activity import ActivityKind
from chalicelib.service_clients.grant import Grant, in_order
from chalicelib.service_clients.grant_store import GrantStore


@dataclass(frozen=True)
class ManageGrants:
    """The use cases of grants."""

    store: GrantStore
    #: the titles of the clients that operators have registered, by their `sub`
    titles: Mapping[str, str]
    clock: Clock
    #: returns the writes that note what happens to whom, with these details
    noted: Callable[[ActivityKind, str, Mapping[str, Json]], Sequence[Write]]

    def title(self, client: str) -> str:
        """What operators call a client.

        Raises:
            NotFound: they have registered no such client.
        """
        if client not in self.titles:
            raise NotFound("There is no such service client. Ask whoever sent you here for a new link.")
        return self.titles[client]

    def granted(self, owner: str, client: str) -> frozenset[Scope]:
        """The scopes that a client may use for a person."""
        grant = self.store.find(owner, client) if client in self.titles else None
        return NO_SCOPES if grant is None else grant.scopes

    def grant(self, owner: str, client: str, scopes: frozenset[Scope]) -> None:
        """Allow a client these scopes, beside those that it was granted before.

        Raises:
            NotFound: no such client is registered.
        """
        self.title(client)
        known = self.granted(owner, client)
        if not scopes <= known:
            noted = self._noted(ActivityKind.CLIENT_ALLOWED, owner, client, scopes=list(in_order(scopes - known)))
            self.store.put(owner, Grant(client, known | scopes, self.clock.now()), noted)

    def revoke(self, owner: str, client: str) -> None:
        """Take back everything that a client was granted. Its next request for the person is refused.

        Raises:
            NotFound: the person has granted it nothing.
        """
        if self.store.find(owner, client) is None:
            raise NotFound("You have not granted this service client anything.")
        self.store.delete(owner, client, self._noted(ActivityKind.CLIENT_REVOKED, owner, client))

    def listed(self, owner: str) -> list[JsonObject]:
        """What a person has granted, by client."""
        return [grant.json(self.titles.get(grant.client, grant.client)) for grant in self.store.of_person(owner)]

    def _noted(self, kind: ActivityKind, owner: str, client: str, scopes: Sequence[Scope] = ()) -> Sequence[Write]:
        details: dict[str, Json] = {"client": client}
        return self.noted(kind, owner, {**details, "scopes": ", ".join(scopes)} if scopes else details)
