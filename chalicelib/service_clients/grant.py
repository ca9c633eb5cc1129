"""A grant: the scopes that a person allows a service client to use for them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from chalicelib.foundation.clock import rfc3339
from chalicelib.foundation.json import JsonObject
from chalicelib.foundation.scopes import Scope

#: What each scope lets a client do, after "It may".
WORDS: Mapping[Scope, str] = {
    Scope.CONTACTS_READ: "see all your contacts, collections and possible duplicates, and how imports went",
    Scope.CONTACTS_WRITE: "create, change, merge and delete contacts, also many at once, and undo runs",
    Scope.IMPORTS_WRITE: "import from your connected accounts and from files, and decide what an import asks",
}


@dataclass(frozen=True, slots=True)
class Grant:
    """What a person allows one client."""

    #: the `sub` of the client's own tokens
    client: str
    scopes: frozenset[Scope]
    granted_at: datetime

    def json(self, title: str) -> JsonObject:
        """The grant in the API.

        Args:
            title: what operators call the client.
        """
        return {
            "client": self.client,
            "title": title,
            "scopes": [{"scope": scope.value, "allows": WORDS[scope]} for scope in in_order(self.scopes)],
            "granted_at": rfc3339(self.granted_at),
        }


def in_order(scopes: Iterable[Scope]) -> Sequence[Scope]:
    """The scopes in the order in which pages show them."""
    return sorted(scopes, key=list(Scope).index)
