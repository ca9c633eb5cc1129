"""Detects renamed groups: a short hash of an account's group names (labels or folders) is kept in its sync state."""

import hashlib
from collections.abc import Mapping

from chalicelib.foundation.fast_json import canonical_json
from chalicelib.foundation.json import Json

GROUPS = "groups"  # the key of the hash in a sync state
HASH_DIGITS = 16


def hash_of_names(names: Mapping[str, str] | None) -> str | None:
    """A short hash of names by id; None if the provider sent no names."""
    if names is None:
        return None
    return hashlib.sha256(canonical_json(names).encode("utf-8", "surrogatepass")).hexdigest()[:HASH_DIGITS]


def names_changed(names: Mapping[str, str] | None, sync: Json) -> bool:
    """Whether the names differ from those at the import that saved this sync state."""
    known = sync.get(GROUPS) if isinstance(sync, dict) else None
    return names is not None and hash_of_names(names) != known
