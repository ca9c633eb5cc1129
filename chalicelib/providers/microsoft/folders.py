"""Finds every contact folder of a mailbox, and counts what is in them where Graph says so.

`/me/contacts` holds the default folder only; `/me/contactFolders` may or may not name that one; folders have folders.
"""

from dataclasses import replace

from chalicelib.foundation.clock import Clock
from chalicelib.foundation.errors import ProviderBroken
from chalicelib.foundation.json import Json
from chalicelib.foundation.outbound import Deadline
from chalicelib.providers.microsoft.errors import NO_MAILBOX, codes_of, meaning
from chalicelib.providers.microsoft.graph_client import (
    Graph,
    Refused,
    count_path,
    default_folder_path,
    folders_path,
    values_of,
)
from chalicelib.providers.microsoft.listing_state import COUNT, DEFAULT, LIST, ListingState
from chalicelib.providers.paging import extend_trail
from chalicelib.providers.provider import SyncExpired

MOST_QUESTIONS = 800
MOST_COUNTED = 20  # folders; who has more sees the progress without a total
ABSENT = {400, 404, 405, 501}  # no such listing here, or the folder has just gone
Answer = dict[str, Json]


class Folders:
    def __init__(self, graph: Graph, clock: Clock) -> None:
        self._graph, self._clock = graph, clock

    def ask(self, state: ListingState, token: str, deadline: Deadline) -> ListingState:
        """Ask the first question left; after the last one, every folder stands in the state.

        Raises:
            SyncExpired: a folder of the last import is gone; only a full listing tells what became of its contacts.
        """
        if state.asked >= MOST_QUESTIONS:
            raise ProviderBroken("This mailbox has more folders than we can read.", provider="microsoft")
        (word, about), rest = state.to_ask[0], state.to_ask[1:]
        state = replace(state, to_ask=rest, asked=state.asked + 1)
        if word == DEFAULT:
            state = self._default(state, token, deadline)
        elif word == LIST:
            state = self._list(state, about, token, deadline)
        elif state.total is not None or state.probe:
            state = _looked_into(state, about, self._answer(count_path(about), token, deadline))
        return state if state.to_ask else _complete(state)

    def _default(self, state: ListingState, token: str, deadline: Deadline) -> ListingState:
        """A contact of the default folder says the folder's id. An empty one says nothing, and there we need none."""
        answer = self._answer(default_folder_path(count=not state.is_incremental), token, deadline)
        contacts = values_of(answer) if answer is not None else [{}]
        if contacts:
            first = contacts[0] if isinstance(contacts[0], dict) else {}
            default = str(first.get("parentFolderId") or state.default or "")
            state = replace(state, default=default, probe="" if default else str(first.get("id") or ""))
        if state.default is None:
            return state
        state = _counted(state.with_folder(state.default, ""), answer)
        return state if not state.default else _asking(state, LIST, folders_path(state.default))

    def _list(self, state: ListingState, path: str, token: str, deadline: Deadline) -> ListingState:
        answer = self._answer(path, token, deadline)
        if answer is None:
            return state
        for folder in values_of(answer):
            state = _met(state, folder)
        following = self._graph.path_of(answer, "@odata.nextLink")
        if not following:
            return state
        state = replace(state, trail=extend_trail(state.trail, f"{path} {following}"))
        return _asking(state, LIST, following)

    def _answer(self, path: str, token: str, deadline: Deadline) -> Answer | None:
        """None where Graph has no such thing."""
        try:
            return self._graph.get(path, token, deadline)
        except Refused as refused:
            reply = refused.reply
        if reply.status in ABSENT and not codes_of(reply) & NO_MAILBOX:
            return None
        raise meaning(reply, self._clock.now())


def _met(state: ListingState, folder: Json) -> ListingState:
    key = folder.get("id") if isinstance(folder, dict) else None
    if not isinstance(key, str) or not key:
        raise ProviderBroken("Microsoft sent a folder we cannot read.", provider="microsoft")
    if state.has(key):
        return state
    name = folder.get("displayName")
    state = state.with_folder(key, name[:200] if isinstance(name, str) else "")
    if folder.get("childFolderCount") != 0:  # where it is told
        state = _asking(state, LIST, folders_path(key))
    if state.is_incremental and not state.probe:
        return state
    return _asking(state, COUNT, key) if len(state.folders) <= MOST_COUNTED else replace(state, total=None)


def _asking(state: ListingState, word: str, about: str) -> ListingState:
    return replace(state, to_ask=(*state.to_ask, (word, about)))


def _looked_into(state: ListingState, folder: str, answer: Answer | None) -> ListingState:
    """How much is in a folder; or that it is the default one, which is counted already and must not be read twice."""
    values = (answer or {}).get("value")
    ids = [value.get("id") for value in values if isinstance(value, dict)] if isinstance(values, list) else []
    return state.with_default(folder) if state.probe and state.probe in ids else _counted(state, answer)


def _counted(state: ListingState, answer: Answer | None) -> ListingState:
    count = (answer or {}).get("@odata.count")
    if type(count) is not int or count < 0 or state.total is None:
        return replace(state, total=None)
    return replace(state, total=state.total + count)


def _complete(state: ListingState) -> ListingState:
    if state.known is not None and any(not state.has(folder) for folder in state.known):
        raise SyncExpired
    return replace(state, trail="")
