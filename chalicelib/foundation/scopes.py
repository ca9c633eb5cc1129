"""Scopes: what a token permits of a person's data.

A token that names at least one of our scopes permits what they say and nothing else: no pages, no organizations, and
nothing of operators. A person's token without them permits everything that the person may do.
"""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any

from chalicelib.foundation.errors import InsufficientScope, NotFound
from chalicelib.foundation.http import Person


class Scope(StrEnum):
    """A scope, as tokens name it."""

    CONTACTS_READ = "contacts:read"
    CONTACTS_WRITE = "contacts:write"
    IMPORTS_WRITE = "imports:write"


NO_SCOPES: frozenset[Scope] = frozenset()
_KNOWN = {scope.value: scope for scope in Scope}


def scopes_named(texts: Sequence[object]) -> frozenset[Scope]:
    """Those of our scopes that are among these texts; others are ignored."""
    return frozenset(_KNOWN[text] for text in texts if isinstance(text, str) and text in _KNOWN)


def scopes_of(claims: Mapping[str, Any]) -> frozenset[Scope]:
    """Our scopes in a token: in `scope`, separated by blanks (RFC 8693), or a list; or in `scp`, as some issuers do."""
    given = (claims.get(name) for name in ("scope", "scp"))
    listed = (each.split() if isinstance(each, str) else each for each in given)
    return frozenset().union(*(scopes_named(each) for each in listed if isinstance(each, list)))


def check_scopes(person: Person, sufficient: Sequence[Scope]) -> None:
    """Check that the caller's token permits what one of these scopes permits.

    Raises:
        NotFound: it does not, and a service client asks; it must not learn whether the person exists.
        InsufficientScope: it does not, and the person asks.
    """
    if person.scopes is None or not person.scopes.isdisjoint(sufficient):
        return
    if person.client:
        raise NotFound("This does not exist, or you do not have access to it.")
    raise InsufficientScope(sufficient)
