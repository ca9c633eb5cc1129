"""Finds every contact folder of a mailbox, and counts their contacts where Graph reports counts.

`/me/contacts` has only the default folder; `/me/contactFolders` may or may not list it; folders may contain folders.
"""

from dataclasses import replace

from chalicelib.foundation.clock import Clock
from chalicelib.foundation.errors import ProviderBroken
from chalicelib.foundation.json import Json
from chalicelib.foundation.outbound import Deadline
from chalicelib.providers.microsoft.errors import NO_MAILBOX, codes_of, error_for
from chalicelib.providers.microsoft.graph_client import (
    Graph,
    UnexpectedStatus,
    count_path,
    default_folder_path,
    folders_path,
    values_of,
)
from chalicelib.providers.microsoft.listing_state import COUNT, DEFAULT, LIST, ListingState
from chalicelib.providers.paging import extend_trail
from chalicelib.providers.provider import SyncExpired

MOST_REQUESTS = 800
MOST_COUNTED = 20  # folders; with more, the progress has no total
ABSENT = {400, 404, 405, 501}  # the mailbox has no such list, or the folder was just deleted
Payload = dict[str, Json]


class Folders:
    """Sends the requests about folders that a `ListingState` needs, one at a time."""

    def __init__(self, graph: Graph, clock: Clock) -> None:
        self._graph, self._clock = graph, clock

    def advance(self, state: ListingState, token: str, deadline: Deadline) -> ListingState:
        """Send the next request in `to_ask`. After the last one, the state has every folder.

        Raises:
            SyncExpired: a folder of the last import is gone. Only a full listing shows what became of its contacts.
            ProviderBroken: there are too many folders, or Graph's response is unusable.
        """
        if state.asked >= MOST_REQUESTS:
            raise ProviderBroken("This mailbox has more folders than we can read.", provider="microsoft")
        (kind, target), rest = state.to_ask[0], state.to_ask[1:]
        state = replace(state, to_ask=rest, asked=state.asked + 1)
        if kind == DEFAULT:
            state = self._find_default(state, token, deadline)
        elif kind == LIST:
            state = self._list_folders(state, target, token, deadline)
        elif state.total is not None or state.probe:
            state = _with_contents(state, target, self._get_or_none(count_path(target), token, deadline))
        return state if state.to_ask else _check_complete(state)

    def _find_default(self, state: ListingState, token: str, deadline: Deadline) -> ListingState:
        """The default folder's id is in each of its contacts. If the folder is empty, we do not need the id."""
        payload = self._get_or_none(default_folder_path(count=not state.is_incremental), token, deadline)
        contacts = values_of(payload) if payload is not None else [{}]
        if contacts:
            first = contacts[0] if isinstance(contacts[0], dict) else {}
            default = str(first.get("parentFolderId") or state.default or "")
            state = replace(state, default=default, probe="" if default else str(first.get("id") or ""))
        if state.default is None:
            return state
        state = _with_count(state.with_folder(state.default, ""), payload)
        return state if not state.default else _with_request(state, LIST, folders_path(state.default))

    def _list_folders(self, state: ListingState, path: str, token: str, deadline: Deadline) -> ListingState:
        payload = self._get_or_none(path, token, deadline)
        if payload is None:
            return state
        for folder in values_of(payload):
            state = _with_listed_folder(state, folder)
        next_page = self._graph.path_of(payload, "@odata.nextLink")
        if not next_page:
            return state
        state = replace(state, trail=extend_trail(state.trail, f"{path} {next_page}"))
        return _with_request(state, LIST, next_page)

    def _get_or_none(self, path: str, token: str, deadline: Deadline) -> Payload | None:
        """Graph's response; None if there is no such list or folder."""
        try:
            return self._graph.get(path, token, deadline)
        except UnexpectedStatus as error:
            reply = error.reply
        if reply.status in ABSENT and not codes_of(reply) & NO_MAILBOX:
            return None
        raise error_for(reply, self._clock.now())


def _with_listed_folder(state: ListingState, folder: Json) -> ListingState:
    key = folder.get("id") if isinstance(folder, dict) else None
    if not isinstance(key, str) or not key:
        raise ProviderBroken("Microsoft sent a folder that we cannot read.", provider="microsoft")
    if state.has(key):
        return state
    name = folder.get("displayName")
    state = state.with_folder(key, name[:200] if isinstance(name, str) else "")
    if folder.get("childFolderCount") != 0:  # or missing
        state = _with_request(state, LIST, folders_path(key))
    if state.is_incremental and not state.probe:
        return state
    return _with_request(state, COUNT, key) if len(state.folders) <= MOST_COUNTED else replace(state, total=None)


def _with_request(state: ListingState, kind: str, target: str) -> ListingState:
    return replace(state, to_ask=(*state.to_ask, (kind, target)))


def _with_contents(state: ListingState, folder: str, payload: Payload | None) -> ListingState:
    """Count a folder's contacts; or find that it is the default folder, which must not be counted or read twice."""
    values = (payload or {}).get("value")
    ids = [value.get("id") for value in values if isinstance(value, dict)] if isinstance(values, list) else []
    return state.with_default(folder) if state.probe and state.probe in ids else _with_count(state, payload)


def _with_count(state: ListingState, payload: Payload | None) -> ListingState:
    count = (payload or {}).get("@odata.count")
    if type(count) is not int or count < 0 or state.total is None:
        return replace(state, total=None)
    return replace(state, total=state.total + count)


def _check_complete(state: ListingState) -> ListingState:
    if state.known is not None and any(not state.has(folder) for folder in state.known):
        raise SyncExpired
    return replace(state, trail="").limited()
