"""The HTTP client msal gets: our bounded one, which speaks to the configured login origin and to nothing else.

msal knows Microsoft's login only as https://login.microsoftonline.com and refuses plain http. So it is told that name
always, and here each request goes to the origin that stands in for it.

msal writes answers it cannot parse into the log, tokens and all; here they end as errors before it sees them.
"""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from urllib.parse import urlencode, urlsplit

from chalicelib.foundation.clock import Clock
from chalicelib.foundation.errors import Misconfigured, ProviderBroken
from chalicelib.foundation.json import Json
from chalicelib.foundation.outbound import Deadline, Http
from chalicelib.providers.token_responses import PATIENCE, Side, check_reply

HOST = "https://login.microsoftonline.com"
DISCOVERY_KEPT = timedelta(hours=24)


class LoginAnswer:
    """The shape of an answer that msal reads."""

    def __init__(self, status: int, text: str) -> None:
        self.status_code, self.text = status, text
        self.headers: dict[str, str] = {}  # a Retry-After here would make msal answer out of its memory

    def raise_for_status(self) -> None:
        if self.status_code >= 400:
            raise ProviderBroken(f"Microsoft answered with an error ({self.status_code}).")


class LoginHttp:
    """The shape of a session that msal uses. Safe to share; only discovery documents are remembered."""

    def __init__(self, http: Http, clock: Clock, login_url: str, side: Side) -> None:
        self._http, self._clock, self._origin = http, clock, login_url.rstrip("/")
        self._side = side
        self._documents: dict[str, tuple[datetime, LoginAnswer]] = {}

    def get(self, url: str, *, params: Mapping[str, str] | None = None, **_: Json) -> LoginAnswer:
        """Discovery documents: all that msal gets."""
        url = f"{url}?{urlencode(params)}" if params else url
        kept_until, answer = self._documents.get(url, (None, None))
        if answer is not None and kept_until is not None and self._clock.now() < kept_until:
            return answer
        answer = self._sent("GET", url, {}, None)
        if answer.status_code >= 400:
            raise Misconfigured("Microsoft does not know the tenant of this service.", provider=self._side.name)
        answer.text = json.dumps(self._as_msal_likes_it(json.loads(answer.text)))
        self._documents[url] = (self._clock.now() + DISCOVERY_KEPT, answer)
        return answer

    def post(
        self, url: str, *, data: Mapping[str, str] | None = None, headers: Mapping[str, str] | None = None, **_: Json
    ) -> LoginAnswer:
        form = urlencode(data or {}).encode()
        sent = {**(headers or {}), "Content-Type": "application/x-www-form-urlencoded"}
        return self._sent("POST", url, sent, form)

    def close(self) -> None:
        """Part of the shape."""

    def _sent(self, method: str, url: str, headers: Mapping[str, str], body: bytes | None) -> LoginAnswer:
        if not url.startswith(HOST + "/"):
            raise ProviderBroken("Microsoft's login leads somewhere else.", provider=self._side.name)
        reply = self._http.send(
            method,
            self._origin + url.removeprefix(HOST),
            who=self._side.title,
            deadline=Deadline(PATIENCE),
            headers=headers,
            body=body,
        )
        answer = check_reply(reply, self._side, self._clock.now())
        return LoginAnswer(reply.status, json.dumps(answer))

    def _as_msal_likes_it(self, document: dict[str, Json]) -> dict[str, Json]:
        """The discovery document with its endpoints on the host msal was told; they are reached as `_sent` says."""
        return {
            name: HOST + self._path(value) if name.endswith("_endpoint") and isinstance(value, str) else value
            for name, value in document.items()
        }

    def _path(self, url: str) -> str:
        if url.lower().startswith(self._origin.lower() + "/"):
            return url[len(self._origin) :]
        parts = urlsplit(url)
        return parts.path + ("?" + parts.query if parts.query else "")
