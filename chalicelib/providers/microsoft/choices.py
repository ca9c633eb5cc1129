"""What a person can choose of a Microsoft account: everything, or single contact folders."""

from collections.abc import Collection, Iterator
from datetime import timedelta

from chalicelib.foundation.clock import Clock
from chalicelib.foundation.errors import ProviderBroken
from chalicelib.foundation.json import Json
from chalicelib.foundation.outbound import Deadline, Http
from chalicelib.providers.choices import EVERYTHING, Choice, ChoiceKind, Chosen
from chalicelib.providers.microsoft.errors import error_for
from chalicelib.providers.microsoft.folders import MOST_COUNTED, Folders
from chalicelib.providers.microsoft.graph_client import (
    Graph,
    UnexpectedStatus,
    count_path,
    default_folder_path,
    ids_path,
    values_of,
)
from chalicelib.providers.microsoft.listing_state import DEFAULT_FOLDER, ListingState

MOST_PAGES = 400  # of ids


class MicrosoftChoices:
    """The `AccountChoices` for Microsoft."""

    def __init__(self, http: Http, graph_url: str, clock: Clock) -> None:
        self._graph, self._clock = Graph(http, graph_url), clock
        self._folders = Folders(self._graph, clock)

    def listed(
        self,
        access_token: str,
        *,
        permitted: Collection[str] = (),  # noqa: ARG002 - one permission allows reading all folders
        timeout: timedelta,
    ) -> list[Choice]:
        deadline = Deadline(timeout)
        state = self._found(access_token, None, deadline)
        default = [pair for pair in state.folders if _is_default(pair[0], state)]
        named = sorted((pair for pair in state.folders if pair not in default), key=lambda pair: pair[1].casefold())
        try:
            paths = [default_folder_path(count=True), *(count_path(key) for key, _ in named[: MOST_COUNTED - 1])]
            counts: list[int | None] = [self._count(path, access_token, deadline) for path in paths]
        except UnexpectedStatus as error:
            reply = error.reply
        else:
            counts += [None] * (1 + len(named) - len(counts))
            known = [count for count in counts if count is not None]
            return [
                Choice(EVERYTHING, ChoiceKind.ALL, "All contacts", sum(known) if len(known) == len(counts) else None),
                Choice(DEFAULT_FOLDER, ChoiceKind.FOLDER, "Contacts", counts[0]),
                *(
                    Choice(key, ChoiceKind.FOLDER, name or "Folder without a name", count)
                    for (key, name), count in zip(named, counts[1:], strict=True)
                ),
            ]
        raise error_for(reply, self._clock.now())

    def ids(self, access_token: str, chosen: Chosen, *, timeout: timedelta) -> frozenset[str]:
        deadline = Deadline(timeout)
        state = self._found(access_token, chosen, deadline)
        try:
            found = {
                key
                for folder, _ in state.folders
                for record in self._records("" if _is_default(folder, state) else folder, access_token, deadline)
                if isinstance(record, dict) and isinstance(key := record.get("id"), str)
            }
        except UnexpectedStatus as error:
            reply = error.reply
        else:
            return frozenset(found)
        raise error_for(reply, self._clock.now())

    def _found(self, token: str, chosen: Chosen, deadline: Deadline) -> ListingState:
        """The state of a listing that has found the chosen folders."""
        state = ListingState(total=None, chosen=chosen)
        while state.to_ask:
            state = self._folders.advance(state, token, deadline)
        return state

    def _count(self, path: str, token: str, deadline: Deadline) -> int | None:
        count = self._graph.get(path, token, deadline).get("@odata.count")
        return count if type(count) is int and count >= 0 else None

    def _records(self, folder: str, token: str, deadline: Deadline) -> Iterator[Json]:
        path = ids_path(folder)
        for _ in range(MOST_PAGES):
            payload = self._graph.get(path, token, deadline)
            yield from values_of(payload)
            path = self._graph.path_of(payload, "@odata.nextLink")
            if not path:
                return
        raise ProviderBroken("Microsoft's list does not end.", provider="microsoft")


def _is_default(folder: str, state: ListingState) -> bool:
    return folder in ("", state.default)
