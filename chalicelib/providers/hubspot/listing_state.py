"""The state of a listing of HubSpot contacts.

    full:         list ──page by page──► end
    incremental:  changed ──in order of ids──► archived ──page by page──► end

HubSpot gives no sync token. The next listing asks for what changed since shortly before this one began, because the
search may not show a change at once, and clocks differ. The sync state has the versions of the contacts read in that
time, so that they are not read again.
"""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import datetime, timedelta
from enum import StrEnum

from chalicelib.foundation.clock import milliseconds
from chalicelib.foundation.json import Json
from chalicelib.providers.group_names import GROUPS, hash_of_names
from chalicelib.providers.hubspot.crm_client import VERSION
from chalicelib.providers.hubspot.properties import READ
from chalicelib.providers.provider import SyncExpired

FIELDS = hashlib.sha256(",".join((VERSION, *READ)).encode()).hexdigest()[:8]  # a sync state is valid only for these
OVERLAP = timedelta(minutes=10)
LONGEST_GAP = timedelta(days=80)  # archived contacts are listed for 90 days
MOST_RECENT = 200  # versions in a sync state; with more, the next listing reads them again


class Phase(StrEnum):
    """What a listing reads."""

    LIST = "list"  # all contacts
    CHANGED = "changed"  # contacts that changed
    ARCHIVED = "archived"  # contacts that were deleted


@dataclass(frozen=True, slots=True)
class ListingState:
    """An immutable state; methods return the state that follows."""

    phase: Phase = Phase.LIST
    #: Since when changes are listed, in milliseconds since 1970; 0 in a full listing.
    start: int = 0
    #: Where the next listing will start; 0 before the first request.
    since: int = 0
    #: The page of a list; "" for its first page.
    after: str = ""
    #: The id behind which changed contacts are read.
    behind: int = 0
    #: The pages visited so far (`paging.py`).
    trail: str = ""
    #: The versions that the last listing read near its end, by id: not read again.
    known: Mapping[str, int] = field(default_factory=dict)
    #: The versions that this listing read since `since`, by id.
    recent: Mapping[str, int] = field(default_factory=dict)

    @property
    def is_incremental(self) -> bool:
        return self.start > 0

    @property
    def is_first_request(self) -> bool:
        return self.since == 0

    def begun(self, now: datetime) -> "ListingState":
        return replace(self, since=milliseconds(now - OVERLAP)) if self.is_first_request else self

    def is_news(self, key: str, version: int) -> bool:
        """Whether the last listing did not read this version."""
        return self.known.get(key) != version or version == 0

    def with_versions(self, versions: Mapping[str, int]) -> "ListingState":
        fresh = {key: version for key, version in versions.items() if version >= self.since}
        if not fresh:
            return self
        merged = {**self.recent, **fresh}
        latest = sorted(merged, key=merged.__getitem__)[-MOST_RECENT:]
        return replace(self, recent={key: merged[key] for key in latest})

    def sync(self, stages: Mapping[str, str] | None) -> Json:
        """The sync state for the next incremental listing."""
        return {"fields": FIELDS, "since": self.since, "recent": dict(self.recent), GROUPS: hash_of_names(stages)}

    def cursor(self) -> Json:
        """Plain JSON of the fields that differ from the start."""
        return dict(self._changed_fields())

    def _changed_fields(self) -> Iterator[tuple[str, Json]]:
        for each in fields(self):
            value = getattr(self, each.name)
            if value != getattr(START, each.name):
                yield each.name, str(value) if isinstance(value, Phase) else value


START = ListingState()


def state_at(cursor: Json, now: datetime) -> ListingState:
    """The state in a cursor.

    Raises:
        SyncExpired: the cursor starts from a sync state for other fields, or from one that is too old.
    """
    if "sync" not in cursor:
        return ListingState(**{**cursor, "phase": Phase(cursor.get("phase", Phase.LIST))})
    sync = cursor["sync"]
    if not isinstance(sync, dict) or sync.get("fields") != FIELDS or GROUPS not in sync:
        raise SyncExpired
    if sync["since"] < milliseconds(now - LONGEST_GAP):
        raise SyncExpired
    return ListingState(Phase.CHANGED, start=sync["since"], known=sync["recent"])
