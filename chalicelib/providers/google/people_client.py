"""Google's client library for the People API over our bounded HTTP. The library is loaded with the first request.

It only sees responses with status 200: it would log the body of any other, and some bodies make it fail.
"""

import gc
import json
import linecache
import logging
import threading
from collections.abc import Mapping
from functools import cached_property
from typing import Any, NamedTuple

from chalicelib.foundation.errors import ProviderBroken
from chalicelib.foundation.fast_json import decode_json
from chalicelib.foundation.json import Json
from chalicelib.foundation.outbound import Deadline, Http, Reply
from chalicelib.providers.google.requested_parts import (
    MEMBERSHIPS,
    OTHER_FIELDS,
    OTHER_IDS,
    OTHER_RESPONSE,
    PARTIAL_RESPONSE,
    PERSON_FIELDS,
)

PAGE_SIZE = 1000
UNREADABLE_RESPONSE = "Google sent a response that we cannot read."


class UnexpectedStatus(Exception):
    """Google's response is not a 200."""

    def __init__(self, reply: Reply) -> None:
        super().__init__(reply.status)
        self.reply = reply


class People:
    """The lists an import needs: contacts, "Other contacts" and labels. Safe to share between threads and people.

    Every method raises `UnexpectedStatus`, or `ProviderBroken` if there is no response.
    """

    def __init__(self, http: Http, url: str) -> None:
        self._http, self._url = http, url.rstrip("/")
        self._loading = threading.Lock()

    def connections(
        self, token: str, deadline: Deadline, *, page: str | None, sync: str | None
    ) -> tuple[dict[str, Json], bytes]:
        """One page of contacts, and the raw response body. All pages of a listing need the same parameters.

        Raises:
            UnexpectedStatus: the response is not a 200.
            ProviderBroken: there is no response, or it is not a JSON object.
        """
        request = self._api.connections.list(
            resourceName="people/me",
            pageSize=PAGE_SIZE,
            personFields=PERSON_FIELDS,
            sources="READ_SOURCE_TYPE_CONTACT",
            requestSyncToken=True,
            fields=PARTIAL_RESPONSE,
            prettyPrint=False,
            pageToken=page,
            syncToken=sync,
        )
        return self._object(request, token, deadline)

    def other_contacts(
        self, token: str, deadline: Deadline, *, page: str | None, sync: str | None
    ) -> tuple[dict[str, Json], bytes]:
        """As `connections`, of "Other contacts"."""
        request = self._api.other_contacts.list(
            pageSize=PAGE_SIZE,
            readMask=OTHER_FIELDS,
            sources="READ_SOURCE_TYPE_CONTACT",
            requestSyncToken=True,
            fields=OTHER_RESPONSE,
            prettyPrint=False,
            pageToken=page,
            syncToken=sync,
        )
        return self._object(request, token, deadline)

    def memberships(
        self, token: str, deadline: Deadline, *, page: str | None = None, size: int = PAGE_SIZE
    ) -> dict[str, Json]:
        """One page of contacts with nothing but their ids and labels. It gives no sync token, so it has no quota."""
        request = self._api.connections.list(
            resourceName="people/me",
            pageSize=size,
            personFields="memberships,metadata",
            sources="READ_SOURCE_TYPE_CONTACT",
            fields=MEMBERSHIPS,
            prettyPrint=False,
            pageToken=page,
        )
        return self._object(request, token, deadline)[0]

    def other_ids(
        self, token: str, deadline: Deadline, *, page: str | None = None, size: int = PAGE_SIZE
    ) -> dict[str, Json]:
        """One page of the ids of "Other contacts"."""
        request = self._api.other_contacts.list(
            pageSize=size, readMask="metadata", fields=OTHER_IDS, prettyPrint=False, pageToken=page
        )
        return self._object(request, token, deadline)[0]

    def groups(self, token: str, deadline: Deadline, *, page: str | None = None) -> dict[str, Json]:
        """A page of labels; {} for an unreadable response, because contacts can be imported without labels."""
        request = self._api.groups.list(pageSize=PAGE_SIZE, pageToken=page)
        payload = _execute(request, _Transport(self._http, token, deadline))
        return payload if isinstance(payload, dict) else {}

    def _object(self, request: Any, token: str, deadline: Deadline) -> tuple[dict[str, Json], bytes]:
        transport = _Transport(self._http, token, deadline)
        payload = _execute(request, transport)
        if not isinstance(payload, dict):
            raise ProviderBroken(UNREADABLE_RESPONSE)
        return payload, transport.body

    @property
    def _api(self) -> "_Resources":
        with self._loading:
            return self._resources

    @cached_property
    def _resources(self) -> "_Resources":
        from googleapiclient.discovery import build_from_document
        from googleapiclient.model import JsonModel

        gc.collect(0)  # loading raises and keeps exceptions, whose tracebacks would keep the first page of contacts
        linecache.clearcache()  # loading reads the sources of a parser, which take 0.6 MB

        class FastJson(JsonModel):  # type: ignore[misc] # the client is untyped
            def deserialize(self, content: bytes) -> Json:
                return decode_json(content)

        logging.getLogger("googleapiclient").setLevel(logging.WARNING)  # at lower levels, it logs whole URLs
        service = build_from_document(
            _description_of_lists(),
            http=_NoTransport(),
            model=FastJson(data_wrapper=False),
            client_options={"api_endpoint": self._url + "/"},
        )
        return _Resources(service.people().connections(), service.contactGroups(), service.otherContacts())


def _description_of_lists() -> Json:
    """Google's API description that comes with the library, reduced to the three lists.

    From what the other methods take and return, the library would generate 3 MB of documentation.
    """
    from googleapiclient.discovery_cache import get_static_doc

    document = json.loads(get_static_doc("people", "v1"))
    resources = document["resources"]
    connections = {"resources": {"connections": _only_list(resources["people"]["resources"]["connections"])}}
    lists = {name: _only_list(resources[name]) for name in ("contactGroups", "otherContacts")}
    return {**document, "schemas": {}, "resources": {**lists, "people": connections}}


def _only_list(resource: Json) -> Json:
    anything = {"type": "object", "properties": {}}
    return {"methods": {"list": {**resource["methods"]["list"], "response": anything}}}


class _Resources(NamedTuple):
    """The library's API objects, built from Google's API description once: they are full of reference cycles."""

    connections: Any
    groups: Any
    other_contacts: Any


def _execute(request: Any, transport: "_Transport") -> Json:
    """The response as Google's library parsed it: a str if it is not JSON, None if parsing failed."""
    try:
        return request.execute(http=transport, num_retries=0)
    except (ValueError, RecursionError):  # not UTF-8, or numbers or nesting beyond the parser's limits
        return None


class _Status(dict[str, str]):
    """The part of an `httplib2.Response` that Google's library reads."""

    def __init__(self, reply: Reply) -> None:
        super().__init__(reply.headers)
        self.status, self.reason = reply.status, ""


class _NoTransport:
    """The transport the library is built with. Each request brings its own, so that no token is kept."""

    def request(self, *_: Any, **__: Any) -> None:
        raise AssertionError("A request was sent without its own token.")


class _Transport:
    """An `httplib2.Http` for a single request."""

    def __init__(self, http: Http, token: str, deadline: Deadline) -> None:
        self._http, self._token, self._deadline = http, token, deadline
        self.body = b""

    def request(
        self,
        uri: str,
        method: str = "GET",
        body: str | None = None,
        headers: Mapping[str, str] | None = None,
        redirections: int = 0,  # noqa: ARG002 - part of the interface; redirects are not followed
        connection_type: object = None,  # noqa: ARG002 - part of the interface
    ) -> tuple[_Status, bytes]:
        sent = {key: value for key, value in (headers or {}).items() if not key.startswith("content-")}
        if sent.pop("x-http-method-override", "") == "GET":  # the library turns long URLs into POST requests
            uri, method, body = f"{uri}?{body}", "GET", None
        sent["Authorization"] = "Bearer " + self._token
        reply = self._http.send(
            method,
            uri,
            service="Google",
            deadline=self._deadline,
            headers=sent,
            body=body.encode() if body else None,
        )
        if reply.status != 200:
            raise UnexpectedStatus(reply)
        self.body = reply.body
        return _Status(reply), reply.body
