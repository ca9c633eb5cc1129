"""Google's own client for the People API, spoken over our bounded HTTP. The client is loaded with the first request.

It never sees an answer other than a 200: it would write the body into the log, and some bodies make it fail.
"""

import logging
import threading
from collections.abc import Mapping
from functools import cached_property
from typing import Any, NamedTuple

from chalicelib.foundation.errors import ProviderBroken
from chalicelib.foundation.fast_json import decoded
from chalicelib.foundation.json import Json
from chalicelib.foundation.outbound import Deadline, Http, Reply

PAGE_SIZE = 1000
PERSON_FIELDS = (  # all that a person may say; not ageRanges and coverPhotos, which are a profile's
    "names,nicknames,emailAddresses,phoneNumbers,organizations,addresses,birthdays,biographies,urls,memberships,"
    "photos,metadata,events,relations,imClients,sipAddresses,userDefined,clientData,calendarUrls,externalIds,"
    "miscKeywords,occupations,interests,skills,genders,locations,locales"
)
UNREADABLE = "Google sent an answer we cannot read."


class Refused(Exception):
    """Google answered with something else than a 200."""

    def __init__(self, reply: Reply) -> None:
        super().__init__(reply.status)
        self.reply = reply


class People:
    """The two listings an import needs. Safe to share between threads and people: a token lives for one call.

    Every method raises `Refused`, or `ProviderBroken` when there is no answer.
    """

    def __init__(self, http: Http, url: str) -> None:
        self._http, self._url = http, url.rstrip("/")
        self._loading = threading.Lock()

    def connections(
        self, token: str, deadline: Deadline, *, page: str | None, sync: str | None
    ) -> tuple[dict[str, Json], bytes]:
        """One page of contacts, and the bytes it came as. All parameters are the same with every page of a listing.

        Raises ProviderBroken also for an answer that is no JSON object.
        """
        request = self._loaded.connections.list(
            resourceName="people/me",
            pageSize=PAGE_SIZE,
            personFields=PERSON_FIELDS,
            sources="READ_SOURCE_TYPE_CONTACT",
            requestSyncToken=True,
            pageToken=page,
            syncToken=sync,
        )
        wire = _Wire(self._http, token, deadline)
        answer = _executed(request, wire)
        if not isinstance(answer, dict):
            raise ProviderBroken(UNREADABLE)
        return answer, wire.body

    def groups(self, token: str, deadline: Deadline, *, page: str | None = None) -> dict[str, Json]:
        """A page of labels; {} for an answer that cannot be read, as contacts are worth having without them."""
        request = self._loaded.groups.list(pageSize=PAGE_SIZE, pageToken=page)
        answer = _executed(request, _Wire(self._http, token, deadline))
        return answer if isinstance(answer, dict) else {}

    @property
    def _loaded(self) -> "_Resources":
        with self._loading:
            return self._resources

    @cached_property
    def _resources(self) -> "_Resources":
        from googleapiclient.discovery import build
        from googleapiclient.model import JsonModel

        class FastJson(JsonModel):  # type: ignore[misc] # the client is untyped
            def deserialize(self, content: bytes) -> Json:
                return decoded(content)

        logging.getLogger("googleapiclient").setLevel(logging.WARNING)  # below, it writes whole URLs
        service = build(
            "people",
            "v1",
            http=_NoWire(),
            model=FastJson(data_wrapper=False),
            static_discovery=True,
            client_options={"api_endpoint": self._url + "/"},
        )
        return _Resources(service.people().connections(), service.contactGroups())


class _Resources(NamedTuple):
    """What the client makes from Google's description of the API: a megabyte of cycles, so it is made once."""

    connections: Any
    groups: Any


def _executed(request: Any, wire: "_Wire") -> Json:
    """What Google's client made of the answer: a str where it is no JSON, None where even that failed."""
    try:
        return request.execute(http=wire, num_retries=0)
    except (ValueError, RecursionError):  # bytes that are no text, numbers or nesting without end
        return None


class _Status(dict[str, str]):
    """The part of an `httplib2.Response` that Google's client looks at."""

    def __init__(self, reply: Reply) -> None:
        super().__init__(reply.headers)
        self.status, self.reason = reply.status, ""


class _NoWire:
    """What the client is built with; each request brings its own wire, so no token can stay behind."""

    def request(self, *_: Any, **__: Any) -> None:
        raise AssertionError("A request was sent without a token of its own.")


class _Wire:
    """An `httplib2.Http` for one request of one person."""

    def __init__(self, http: Http, token: str, deadline: Deadline) -> None:
        self._http, self._token, self._deadline = http, token, deadline
        self.body = b""

    def request(
        self,
        uri: str,
        method: str = "GET",
        body: str | None = None,
        headers: Mapping[str, str] | None = None,
        redirections: int = 0,  # noqa: ARG002 - part of the shape; none are followed
        connection_type: object = None,  # noqa: ARG002 - part of the shape
    ) -> tuple[_Status, bytes]:
        sent = {key: value for key, value in (headers or {}).items() if not key.startswith("content-")}
        if sent.pop("x-http-method-override", "") == "GET":  # it turns a long URL into a POST; ours may be long
            uri, method, body = f"{uri}?{body}", "GET", None
        sent["Authorization"] = "Bearer " + self._token
        reply = self._http.send(
            method,
            uri,
            who="Google",
            deadline=self._deadline,
            headers=sent,
            body=body.encode() if body else None,
        )
        if reply.status != 200:
            raise Refused(reply)
        self.body = reply.body
        return _Status(reply), reply.body
