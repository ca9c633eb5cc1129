"""Service clients: programs with tokens of their own, and how one acts for a person.

A token names the person and the client that acts for them in `act` (RFC 8693); or the token is the client's own, its
request names the person in a header, and the person has granted the client scopes. Whatever neither permits is the same
404, so that no client learns who is here.
"""

from collections.abc import Callable, Container, Mapping
from dataclasses import dataclass, replace
from typing import Any

from chalicelib.foundation.http import Person
from chalicelib.foundation.scopes import NO_SCOPES, Scope, scopes_of
from chalicelib.foundation.signed_tokens import BadToken, is_subject

ON_BEHALF_OF = "X-On-Behalf-Of"
#: The claims with the client that a token was issued to: RFC 9068, OpenID Connect, and Okta.
_ISSUED_TO = ("client_id", "azp", "cid")


def _nothing(_person: str, _client: str) -> frozenset[Scope]:
    return NO_SCOPES


@dataclass(frozen=True)
class ServiceClients:
    """Finds out who acts with a token, for whom, and what they may do."""

    #: the `sub` of the clients to which people can grant scopes
    registered: Container[str] = ()
    #: the scopes that a person has granted a client
    granted: Callable[[str, str], frozenset[Scope]] = _nothing

    def caller(self, person: Person, claims: Mapping[str, Any], on_behalf_of: str | None) -> Person:
        """The person for whom a token acts, with what it permits.

        Args:
            person: whom the `sub` of the token names.
            on_behalf_of: the header `X-On-Behalf-Of`.

        Raises:
            BadToken: the claim `act` names no one.
        """
        scopes = scopes_of(claims)
        if "act" in claims:
            return _limited(person, scopes, _actor(claims["act"]))
        if not self._is_client(claims):
            return _limited(person, scopes) if scopes else person
        if on_behalf_of is None:
            itself = _limited(person, NO_SCOPES, person.sub)  # no token has rights of its own and scopes of persons
            return itself if scopes else replace(person, client=person.sub, scopes=NO_SCOPES)
        granted = self.granted(on_behalf_of, person.sub) if is_subject(on_behalf_of) else NO_SCOPES
        return Person(on_behalf_of, on_behalf_of, scopes=scopes & granted, client=person.sub)

    def _is_client(self, claims: Mapping[str, Any]) -> bool:
        """Whether a token is a client's own: its subject is registered, or is whom it was issued to (RFC 9068)."""
        sub = claims["sub"]
        return sub in self.registered or any(claims.get(name) == sub for name in _ISSUED_TO)


def _limited(person: Person, scopes: frozenset[Scope], client: str = "") -> Person:
    return replace(person, scopes=scopes, client=client, roles=frozenset(), organizations={})


def _actor(act: Any) -> str:
    """The client that acts now; `act` may name in itself those that acted before."""
    named = [act.get("sub"), act.get("client_id")] if isinstance(act, dict) else []
    actor = next((each for each in named if is_subject(each)), None)
    if actor is None:
        raise BadToken("The token's `act` claim must name who acts, in `sub`.", check="act")
    return str(actor)
