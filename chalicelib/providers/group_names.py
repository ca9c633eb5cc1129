"""The names of an account's labels or folders, by id: a short hash shows whether one was renamed."""

import hashlib
from collections.abc import Mapping

from chalicelib.foundation.fast_json import canonical
from chalicelib.foundation.json import Json

GROUPS = "groups"  # where a sync state keeps the mark
MARK_DIGITS = 16


def mark_of(names: Mapping[str, str] | None) -> str | None:
    """Equal for equal names of equal ids; None if the provider did not send them."""
    if names is None:
        return None
    return hashlib.sha256(canonical(names).encode("utf-8", "surrogatepass")).hexdigest()[:MARK_DIGITS]


def have_changed(names: Mapping[str, str] | None, sync: Json) -> bool:
    """Whether the names differ from those of the import that left this sync state."""
    known = sync.get(GROUPS) if isinstance(sync, dict) else None
    return names is not None and mark_of(names) != known
