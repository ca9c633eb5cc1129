"""Lists the contacts of a Microsoft mailbox folder by folder. Each folder ends with a delta link for the next import.

An incremental listing follows the delta links of the last import, and reads new folders in full. A folder without
delta support is listed without it; then the next import is a full one.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

from chalicelib.contacts.source_record import SourceContact, Unreadable
from chalicelib.foundation.clock import Clock
from chalicelib.foundation.errors import ProviderBroken
from chalicelib.foundation.json import Json
from chalicelib.foundation.outbound import Deadline, Http, Reply
from chalicelib.providers.choices import CHOSEN, Chosen
from chalicelib.providers.microsoft.contact import FOLDER, PARTIAL, REREAD, is_incomplete, source_contact
from chalicelib.providers.microsoft.errors import error_for, is_sync_state_lost
from chalicelib.providers.microsoft.folders import Folders
from chalicelib.providers.microsoft.graph_client import (
    Graph,
    UnexpectedStatus,
    contact_path,
    delta_path,
    plain_path,
    values_of,
)
from chalicelib.providers.microsoft.listing_state import FIELDS, ListingState, state_at
from chalicelib.providers.paging import extend_trail
from chalicelib.providers.provider import Page, PageGone, SyncExpired

MOST_REQUESTS = 20  # in one `fetch`, while their pages are empty
MOST_INCOMPLETE = 25  # contacts of a page that are read again one by one; with more, a full listing is cheaper
NO_DELTA = {400, 404, 405, 501}


class MicrosoftContacts:
    """The `Provider` for Microsoft contacts."""

    name, title = "microsoft", "Microsoft"
    fields = FIELDS  # a sync state is valid only for the fields of its listing

    def __init__(self, http: Http, graph_url: str, clock: Clock) -> None:
        """`http` should allow four requests at a time, which is Graph's limit for the service across all mailboxes."""
        self._graph, self._clock = Graph(http, graph_url), clock
        self._folders = Folders(self._graph, clock)

    def first_cursor(self, sync: Json | None, chosen: Chosen = None) -> Json:
        if chosen is None:
            return {"sync": sync} if sync else {}
        return {CHOSEN: [*chosen], **({"sync": sync} if sync else {"total": None})}  # other folders are not counted

    def fetch(self, access_token: str, cursor: Json, *, timeout: timedelta) -> Page:
        """The next page with content. Empty pages and folders are skipped."""
        deadline, state = Deadline(timeout), state_at(cursor)
        for _ in range(MOST_REQUESTS):
            reading = _Reading(self._graph, self._clock, access_token, deadline, state)
            if state.to_ask:
                state = self._folders.advance(state, access_token, deadline)
                page = _page_at(state, [], [])
            else:
                page, state = reading.page()
            is_late = deadline.seconds_left() < timeout.total_seconds() / 2
            if page.records or page.gone or page.cursor is None or is_late:
                break
        return page

    def read(self, record: Mapping[str, Json]) -> SourceContact | Unreadable:
        return source_contact(record)

    def id_of(self, record: Mapping[str, Json]) -> str:
        return _id_of(record)


class _Reading:
    """Reads one page of the folder at which a listing is."""

    def __init__(self, graph: Graph, clock: Clock, token: str, deadline: Deadline, state: ListingState) -> None:
        self._graph, self._clock, self._token, self._deadline = graph, clock, token, deadline
        self._state = state

    def page(self) -> tuple[Page, ListingState]:
        if not self._state.folders:
            return _page_at(self._state, [], []), self._state
        try:
            payload = self._graph.get(self._path(), self._token, self._deadline)
        except UnexpectedStatus as error:
            reply = error.reply
        else:
            return self._page_of(payload)
        state = self._without_delta(reply)
        return _page_at(state, [], []), state

    def _path(self) -> str:
        state, folder = self._state, self._state.folders[0][0]
        if state.path:
            return state.path
        if state.plain or not folder:
            return plain_path("" if folder == state.default else folder)
        return self._delta_link() or delta_path(folder)

    def _delta_link(self) -> str:
        return (self._state.known or {}).get(self._state.folders[0][0], "")

    def _page_of(self, payload: dict[str, Json]) -> tuple[Page, ListingState]:
        values = values_of(payload)
        gone = list(filter(None, map(_id_of, filter(_is_removed, values))))
        records = [value for value in values if not _is_removed(value)]
        if self._delta_link():
            records = self._complete_records(records)
        self._annotate(records)
        state = self._next_state(payload)
        return _page_at(state, records, gone), state

    def _next_state(self, payload: dict[str, Json]) -> ListingState:
        next_page = self._graph.path_of(payload, "@odata.nextLink")
        if not next_page:
            return self._state.after_folder(self._graph.path_of(payload, "@odata.deltaLink"))
        return replace(self._state, path=next_page, trail=extend_trail(self._state.trail, next_page))

    def _annotate(self, records: list[Json]) -> None:
        """Add its folder to each record, so that records can be read one by one."""
        (folder, name), partial = self._state.folders[0], bool(self._delta_link())
        for record in records:
            if isinstance(record, dict):
                record[FOLDER] = {folder: name} if name else {}
                record[PARTIAL] = partial and (REREAD if record.get(PARTIAL) == REREAD else True)

    def _complete_records(self, records: list[Json]) -> list[Json]:
        """Read contacts again in full that have only some Graph fields of a combined field."""
        if sum(map(is_incomplete, records)) > MOST_INCOMPLETE:
            raise SyncExpired
        complete = (self._reread(record) if is_incomplete(record) else record for record in records)
        return [record for record in complete if record is not None]

    def _reread(self, record: dict[str, Json]) -> Json | None:
        """The whole contact; None if it was deleted since, which the next import will see."""
        try:
            path = contact_path(self._state.folders[0][0], _id_of(record))
            return {**self._graph.get(path, self._token, self._deadline), PARTIAL: REREAD}
        except UnexpectedStatus as error:
            reply = error.reply
        if reply.status == 404:
            return None
        raise error_for(reply, self._clock.now())

    def _without_delta(self, reply: Reply) -> ListingState:
        """The state after an error response: a folder without delta support is listed without it.

        Raises the response's error in all other cases.
        """
        error = error_for(reply, self._clock.now())
        if not isinstance(error, ProviderBroken):
            raise error
        at_start = not self._state.path and not self._delta_link()
        if at_start and not self._state.plain and reply.status in NO_DELTA:
            return replace(self._state, plain=True)
        if self._state.folders[0][0] and (is_sync_state_lost(reply) or reply.status in {400, 404}):
            raise SyncExpired if self._state.is_incremental else PageGone
        raise error


def _page_at(state: ListingState, records: list[Json], gone: list[str]) -> Page:
    is_over = not state.to_ask and not state.folders
    return Page(
        records=records,
        gone=gone,
        cursor=None if is_over else state.cursor(),
        sync=state.sync() if is_over else None,
        estimate=None if state.is_incremental or state.to_ask else state.total,
        groups=state.names if is_over else None,
    )


def _is_removed(value: Json) -> bool:
    return isinstance(value, dict) and "@removed" in value


def _id_of(record: Json) -> str:
    key = record.get("id") if isinstance(record, dict) else None
    return key if isinstance(key, str) else ""
