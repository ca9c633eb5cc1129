"""Lists the contacts of a HubSpot account: all of them, or those that changed or were archived since the last import.

Contacts that were deleted for good, as privacy laws demand, are in no list. A full listing finds them missing.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from chalicelib.contacts.source_record import SourceContact, Unreadable
from chalicelib.foundation.clock import Clock, milliseconds
from chalicelib.foundation.errors import ConsentNeeded, ServiceError
from chalicelib.foundation.json import Json
from chalicelib.foundation.outbound import Deadline, Http, Reply
from chalicelib.providers.choices import Chosen
from chalicelib.providers.hubspot.contact import id_of, merged_ids, source_contact
from chalicelib.providers.hubspot.crm_client import SEARCH_SIZE, Crm, UnexpectedStatus, next_page_of, results_of
from chalicelib.providers.hubspot.errors import error_for
from chalicelib.providers.hubspot.listing_state import FIELDS, ListingState, Phase, state_at
from chalicelib.providers.hubspot.properties import MODIFIED, READ, Definitions, definitions_of
from chalicelib.providers.paging import extend_trail
from chalicelib.providers.provider import Page, PageGone, SyncExpired

NO_DEFINITIONS = {400, 404, 405, 501}  # contacts are then imported with the names that HubSpot gives
MOST_REQUESTS = 100  # of archived contacts in one `fetch`, while none is new and half of its time is left


class HubSpotContacts:
    """The `Provider` for HubSpot contacts."""

    name, title = "hubspot", "HubSpot"
    fields = FIELDS  # a sync state is valid only for the fields of its listing

    def __init__(self, http: Http, api_url: str, clock: Clock) -> None:
        self._crm, self._clock = Crm(http, api_url), clock
        self._defined: tuple[str, Definitions] | None = None  # of the account read last, by a hash of its token

    def first_cursor(self, sync: Json | None, chosen: Chosen = None) -> Json:  # noqa: ARG002 - there are no choices
        return {"sync": sync} if sync else {}

    def fetch(self, access_token: str, cursor: Json, *, timeout: timedelta) -> Page:
        deadline, now = Deadline(timeout), self._clock.now()
        state = state_at(cursor, now)
        try:
            definitions = self._definitions(access_token, deadline, is_start=state.is_first_request)
            reading = _Reading(self._crm, access_token, deadline, definitions, state.begun(now), timeout / 2)
            return reading.page(is_start=state.is_first_request)
        except UnexpectedStatus as error:
            reply = error.reply
        raise _error(reply, state, now)

    def read(self, record: Mapping[str, Json]) -> SourceContact | Unreadable:
        return source_contact(record)

    def id_of(self, record: Mapping[str, Json]) -> str:
        return id_of(record)

    def _definitions(self, token: str, deadline: Deadline, *, is_start: bool) -> Definitions:
        """The account's definitions, read at the start of each listing, and once by each process that continues it."""
        key = hashlib.sha256(token.encode()).hexdigest()
        known = self._defined
        if known is not None and known[0] == key and not is_start:
            return known[1]
        try:
            definitions = definitions_of(self._crm.definitions(token, deadline))
        except UnexpectedStatus as error:
            meaning = error_for(error.reply, self._clock.now())
            if error.reply.status not in NO_DEFINITIONS and not isinstance(meaning, ConsentNeeded):
                raise
            definitions = Definitions()
        self._defined = key, definitions
        return definitions


class _Reading:
    """Reads one page of a listing."""

    def __init__(
        self,
        crm: Crm,
        token: str,
        deadline: Deadline,
        definitions: Definitions,
        state: ListingState,
        reserve: timedelta,
    ) -> None:
        """Args:
        reserve: the time before the deadline in which only one more request is sent.
        """
        self._crm, self._token, self._deadline = crm, token, deadline
        self._definitions, self._state, self._reserve = definitions, state, reserve

    def page(self, *, is_start: bool) -> Page:
        match self._state.phase:
            case Phase.LIST:
                return self._listed(is_start=is_start)
            case Phase.CHANGED:
                return self._changed()
            case Phase.ARCHIVED:
                return self._archived()

    @property
    def _properties(self) -> tuple[str, ...]:
        return (*READ, *self._definitions.own)

    def _listed(self, *, is_start: bool) -> Page:
        state = self._state
        payload, raw = self._crm.contacts(self._token, self._deadline, after=state.after, properties=self._properties)
        records, after = results_of(payload), next_page_of(payload)
        state = state.with_versions(_versions(records, MODIFIED))
        following = _next_page(state, after) if after else None
        estimate = (self._count() if after else len(records)) if is_start else None
        return self._page(records, [], following, state, raw=raw, estimate=estimate)

    def _changed(self) -> Page:
        """A page of changed contacts. Contacts that were merged into them are gone."""
        state = self._state
        payload, raw = self._crm.changed(
            self._token, self._deadline, since=state.start, behind=state.behind, properties=self._properties
        )
        found = results_of(payload)
        ids = [int(key) for record in found if (key := id_of(record))]
        if ids != sorted(ids) or (ids and ids[0] <= state.behind):
            raise SyncExpired  # the search is not in order, so it may have skipped some
        versions = _versions(found, MODIFIED)
        records = [each for each in found if state.is_news(id_of(each), versions.get(id_of(each), 0))]
        gone = [key for record in records for key in merged_ids(record)]
        state = state.with_versions(versions)
        if len(found) < SEARCH_SIZE or not ids:
            following = replace(state, phase=Phase.ARCHIVED, behind=0, trail="")
        else:
            following = replace(state, behind=ids[-1])
        return self._page(records, gone, following, state, raw=raw)

    def _archived(self) -> Page:
        """The archived contacts that were archived since the last import. Most pages have none; these are skipped."""
        state, gone = self._state, list[str]()
        for _ in range(MOST_REQUESTS):
            payload, _ = self._crm.contacts(
                self._token, self._deadline, after=state.after, properties=(), archived=True
            )
            versions = _archived_versions(results_of(payload))
            gone += [key for key, at in versions.items() if not 0 < at < state.start and state.is_news(key, at)]
            after, state = next_page_of(payload), state.with_versions(versions)
            if not after:
                return self._page([], gone, None, state)
            state = _next_page(state, after)
            if gone or self._deadline.seconds_left() < self._reserve.total_seconds():
                break
        return self._page([], gone, state, state)

    def _page(
        self,
        records: list[Json],
        gone: Iterable[str],
        following: ListingState | None,
        state: ListingState,
        *,
        raw: bytes = b"",
        estimate: int | None = None,
    ) -> Page:
        for record in records:
            self._definitions.annotate(record)
        stages = self._definitions.stages
        return Page(
            records=records,
            gone=list(gone),
            cursor=None if following is None else following.cursor(),
            sync=state.sync(stages) if following is None else None,
            estimate=estimate,
            groups=stages if following is None else None,
            raw=raw,
        )

    def _count(self) -> int | None:
        """The number of contacts, only to show progress."""
        try:
            total = self._crm.count(self._token, self._deadline)
        except (UnexpectedStatus, ServiceError):
            return None
        return total if type(total) is int and total >= 0 else None


def _next_page(state: ListingState, after: str) -> ListingState:
    return replace(state, after=after, trail=extend_trail(state.trail, after))


def _error(reply: Reply, state: ListingState, now: datetime) -> Exception:
    """A request that HubSpot calls invalid is one whose page or search no longer exists."""
    if reply.status == 400 and state.after:
        return PageGone()
    if reply.status == 400 and state.is_incremental:
        return SyncExpired()
    return error_for(reply, now)


def _versions(records: Iterable[Json], member: str) -> dict[str, int]:
    """When each record changed, in milliseconds since 1970, by id; 0 if unknown."""
    versions = {}
    for record in records:
        if key := id_of(record):
            properties = record.get("properties")
            versions[key] = _instant(properties.get(member) if isinstance(properties, dict) else None)
    return versions


def _archived_versions(records: Iterable[Json]) -> dict[str, int]:
    return {key: _instant(record.get("archivedAt")) for record in records if (key := id_of(record))}


def _instant(value: Json) -> int:
    """The milliseconds since 1970 of an ISO 8601 text with a time zone; 0 for anything else."""
    try:
        moment = datetime.fromisoformat(value)
        return milliseconds(moment) if moment.tzinfo is not None else 0
    except (TypeError, ValueError, OverflowError):
        return 0
