"""Sends requests to HubSpot's CRM API. A person's token is only ever sent to the configured origin."""

from collections.abc import Mapping, Sequence
from urllib.parse import urlencode

from chalicelib.foundation.errors import ProviderBroken
from chalicelib.foundation.fast_json import canonical_json
from chalicelib.foundation.json import Json
from chalicelib.foundation.outbound import Deadline, Http, Reply
from chalicelib.providers.hubspot.properties import MODIFIED

# HubSpot names its versions after the month of their release and supports each for 18 months. Older endpoints without
# a date end in 2027.
VERSION = "2026-03"
PAGE_SIZE = 100  # the largest page of a list
SEARCH_SIZE = 200  # the largest page of a search
ID = "hs_object_id"


class UnexpectedStatus(Exception):
    """HubSpot's response is not a 200."""

    def __init__(self, reply: Reply) -> None:
        super().__init__(reply.status)
        self.reply = reply


class Crm:
    """A client for contacts. Safe to share between threads and people."""

    def __init__(self, http: Http, url: str) -> None:
        self._http, self._origin = http, url.rstrip("/")

    def contacts(
        self, token: str, deadline: Deadline, *, after: str, properties: Sequence[str], archived: bool = False
    ) -> tuple[dict[str, Json], bytes]:
        """A page of the list of all contacts, or of the archived ones; and its body.

        Raises:
            UnexpectedStatus: the response is not a 200.
            ProviderBroken: there is no response, or it is not a JSON object.
        """
        query = {"limit": str(PAGE_SIZE), "archived": "true" if archived else "false"}
        query |= {"properties": ",".join(properties)} if properties else {}
        query |= {"after": after} if after else {}
        return self._send("GET", f"/crm/objects/{VERSION}/contacts?{urlencode(query)}", token, deadline)

    def changed(
        self, token: str, deadline: Deadline, *, since: int, behind: int, properties: Sequence[str]
    ) -> tuple[dict[str, Json], bytes]:
        """The contacts with ids above `behind` that changed since `since` (milliseconds since 1970), in order of ids.

        A search has at most 10,000 results. Continuing behind an id, rather than at a position in the results, has no
        such limit, and no contact is skipped that changes meanwhile. Raises the errors of `contacts`.
        """
        conditions = [(MODIFIED, "GTE", since), *([(ID, "GT", behind)] if behind else [])]
        filters = [
            {"propertyName": name, "operator": operator, "value": str(value)} for name, operator, value in conditions
        ]
        return self._search(
            token,
            deadline,
            {
                "filterGroups": [{"filters": filters}],
                "sorts": [{"propertyName": ID, "direction": "ASCENDING"}],
                "properties": [*properties],
                "limit": SEARCH_SIZE,
            },
        )

    def count(self, token: str, deadline: Deadline) -> Json:
        """The number of contacts; None if unknown. Raises the errors of `contacts`."""
        answer, _ = self._search(token, deadline, {"limit": 1, "properties": [ID]})
        return answer.get("total")

    def definitions(self, token: str, deadline: Deadline) -> Json:
        """The definitions of the properties of contacts. Raises the errors of `contacts`."""
        answer, _ = self._send("GET", f"/crm/properties/{VERSION}/contacts?archived=false", token, deadline)
        return answer.get("results")

    def _search(self, token: str, deadline: Deadline, body: Mapping[str, Json]) -> tuple[dict[str, Json], bytes]:
        path = f"/crm/objects/{VERSION}/contacts/search"
        return self._send("POST", path, token, deadline, canonical_json(body).encode())

    def _send(
        self, method: str, path: str, token: str, deadline: Deadline, body: bytes | None = None
    ) -> tuple[dict[str, Json], bytes]:
        headers = {"Authorization": "Bearer " + token, "Accept": "application/json"}
        headers |= {"Content-Type": "application/json"} if body is not None else {}
        reply = self._http.send(
            method, self._origin + path, service="HubSpot", deadline=deadline, headers=headers, body=body
        )
        if reply.status != 200:
            raise UnexpectedStatus(reply)
        payload = reply.json_object()
        if payload is None:
            raise unreadable()
        return payload, reply.body


def results_of(payload: Mapping[str, Json]) -> list[Json]:
    """The records of a page.

    Raises:
        ProviderBroken: the response has no list of records.
    """
    results = payload.get("results")
    if not isinstance(results, list):
        raise unreadable()
    return results


def next_page_of(payload: Mapping[str, Json]) -> str:
    """Where the next page of a list begins; "" on the last page."""
    paging = payload.get("paging")
    following = paging.get("next") if isinstance(paging, dict) else None
    after = following.get("after") if isinstance(following, dict) else None
    if after is None:
        return ""
    if not isinstance(after, str) or not after or len(after) > 1_000:
        raise unreadable()
    return after


def unreadable() -> ProviderBroken:
    return ProviderBroken("HubSpot sent a response that we cannot read.", provider="hubspot")
