"""Reading contacts from Microsoft: every folder of the mailbox, each to its end, with a delta link to go on from later.

An incremental listing follows the delta links of the last import, and reads a folder that is new from its start. A
folder that knows no delta is listed plainly; then the next import lists everything.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

from chalicelib.contacts.contact import SourceContact, Unreadable
from chalicelib.foundation.clock import Clock
from chalicelib.foundation.errors import ProviderBroken
from chalicelib.foundation.json import Json
from chalicelib.foundation.outbound import Deadline, Http, Reply
from chalicelib.providers.microsoft.contact import FOLDER, MENDED, PARTIAL, is_torn, source_contact
from chalicelib.providers.microsoft.errors import is_state_gone, meaning
from chalicelib.providers.microsoft.folders import Folders
from chalicelib.providers.microsoft.graph_client import (
    Graph,
    Refused,
    contact_path,
    delta_path,
    plain_path,
    values_of,
)
from chalicelib.providers.microsoft.listing_state import FIELDS, ListingState, state_at
from chalicelib.providers.paging import extend_trail
from chalicelib.providers.provider import Page, PageGone, SyncExpired

MOST_REQUESTS = 20  # in one fetch, while they bring nothing
MOST_TORN = 25  # contacts of one page read whole, one by one; with more, a full listing is cheaper
NO_DELTA = {400, 404, 405, 501}


class MicrosoftContacts:
    name, title = "microsoft", "Microsoft"
    fields = FIELDS  # a sync state is good only for the fields it was made with

    def __init__(self, http: Http, graph_url: str, clock: Clock) -> None:
        """`http` should allow four requests at a time: Graph allows the service no more, for all mailboxes together."""
        self._graph, self._clock = Graph(http, graph_url), clock
        self._folders = Folders(self._graph, clock)

    def first_cursor(self, sync: Json | None) -> Json:
        return {"sync": sync} if sync else {}

    def fetch(self, access_token: str, cursor: Json, *, timeout: timedelta) -> Page:
        """The next page that holds something. Empty pages and empty folders on the way are passed by."""
        deadline, state = Deadline(timeout), state_at(cursor)
        for _ in range(MOST_REQUESTS):
            reading = _Reading(self._graph, self._clock, access_token, deadline, state)
            if state.to_ask:
                state = self._folders.ask(state, access_token, deadline)
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
    """One page of the folder that a listing has reached."""

    def __init__(self, graph: Graph, clock: Clock, token: str, deadline: Deadline, state: ListingState) -> None:
        self._graph, self._clock, self._token, self._deadline = graph, clock, token, deadline
        self._state = state

    def page(self) -> tuple[Page, ListingState]:
        if not self._state.folders:
            return _page_at(self._state, [], []), self._state
        try:
            answer = self._graph.get(self._path(), self._token, self._deadline)
        except Refused as refused:
            reply = refused.reply
        else:
            return self._page_of(answer)
        state = self._without_delta(reply)
        return _page_at(state, [], []), state

    def _path(self) -> str:
        state, folder = self._state, self._state.folders[0][0]
        if state.path:
            return state.path
        if state.plain or not folder:
            return plain_path("" if folder == state.default else folder)
        return self._known_link() or delta_path(folder)

    def _known_link(self) -> str:
        return (self._state.known or {}).get(self._state.folders[0][0], "")

    def _page_of(self, answer: dict[str, Json]) -> tuple[Page, ListingState]:
        values = values_of(answer)
        gone = [key for value in values if _is_removed(value) and (key := _id_of(value))]
        records = [value for value in values if not _is_removed(value)]
        if self._known_link():
            records = self._mended(records)
        self._note(records)
        state = self._onward(answer)
        return _page_at(state, records, gone), state

    def _onward(self, answer: dict[str, Json]) -> ListingState:
        following = self._graph.path_of(answer, "@odata.nextLink")
        if not following:
            return self._state.after_folder(self._graph.path_of(answer, "@odata.deltaLink"))
        return replace(self._state, path=following, trail=extend_trail(self._state.trail, following))

    def _note(self, records: list[Json]) -> None:
        """Write into each record what its folder says of it, so that it can be read alone."""
        (folder, name), partial = self._state.folders[0], bool(self._known_link())
        for record in records:
            if isinstance(record, dict):
                record[FOLDER] = {folder: name} if name else {}
                record[PARTIAL] = partial and (MENDED if record.get(PARTIAL) == MENDED else True)

    def _mended(self, records: list[Json]) -> list[Json]:
        """Read whole what changed only in a part that cannot stand alone."""
        if sum(map(is_torn, records)) > MOST_TORN:
            raise SyncExpired
        mended = (self._whole(record) if is_torn(record) else record for record in records)
        return [record for record in mended if record is not None]

    def _whole(self, record: dict[str, Json]) -> Json | None:
        """None when the contact is gone by now; the next import hears of that."""
        try:
            path = contact_path(self._state.folders[0][0], _id_of(record))
            return {**self._graph.get(path, self._token, self._deadline), PARTIAL: MENDED}
        except Refused as refused:
            reply = refused.reply
        if reply.status == 404:
            return None
        raise meaning(reply, self._clock.now())

    def _without_delta(self, reply: Reply) -> ListingState:
        """The course after a refusal: where a folder knows no delta, it is listed plainly."""
        problem = meaning(reply, self._clock.now())
        if not isinstance(problem, ProviderBroken):
            raise problem
        at_start = not self._state.path and not self._known_link()
        if at_start and not self._state.plain and reply.status in NO_DELTA:
            return replace(self._state, plain=True)
        if self._state.folders[0][0] and (is_state_gone(reply) or reply.status in {400, 404}):
            raise SyncExpired if self._state.is_incremental else PageGone
        raise problem


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
