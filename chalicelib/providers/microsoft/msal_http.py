"""The HTTP client for msal: our bounded HTTP, limited to the configured login origin.

msal only accepts https://login.microsoftonline.com as Microsoft's login. So it is always configured with that host, and
this client sends each request to the configured origin instead.

msal logs responses that it cannot parse, including tokens. This client raises an error before msal sees them.
"""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from urllib.parse import urlencode, urlsplit

from chalicelib.foundation.clock import Clock
from chalicelib.foundation.errors import Misconfigured, ProviderBroken
from chalicelib.foundation.json import Json
from chalicelib.foundation.outbound import Deadline, Http
from chalicelib.providers.token_responses import TIMEOUT, TokenRequest, read_reply

HOST = "https://login.microsoftonline.com"
DISCOVERY_KEPT = timedelta(hours=24)


class LoginResponse:
    """A response with the attributes that msal reads."""

    def __init__(self, status: int, text: str) -> None:
        self.status_code, self.text = status, text
        self.headers: dict[str, str] = {}  # a Retry-After here would make msal repeat an earlier response

    def raise_for_status(self) -> None:
        """Check the status; msal calls this.

        Raises:
            ProviderBroken: the status is an error.
        """
        if self.status_code >= 400:
            raise ProviderBroken(f"Microsoft returned an error ({self.status_code}).")


class LoginHttp:
    """A session with the methods that msal calls. Safe to share; only discovery documents are cached."""

    def __init__(self, http: Http, clock: Clock, login_url: str, request: TokenRequest) -> None:
        self._http, self._clock, self._origin = http, clock, login_url.rstrip("/")
        self._request = request
        self._documents: dict[str, tuple[datetime, LoginResponse]] = {}

    def get(self, url: str, *, params: Mapping[str, str] | None = None, **_: Json) -> LoginResponse:
        """A discovery document; msal sends no other GET request.

        Raises:
            Misconfigured: Microsoft does not know the configured tenant.
            ProviderBusy: Microsoft asks us to wait.
            ProviderBroken: Microsoft is failing, or the response is unreadable.
        """
        url = f"{url}?{urlencode(params)}" if params else url
        kept_until, response = self._documents.get(url, (None, None))
        if response is not None and kept_until is not None and self._clock.now() < kept_until:
            return response
        response = self._send("GET", url, {}, None)
        if response.status_code >= 400:
            raise Misconfigured("Microsoft does not recognize this service's tenant.", provider=self._request.name)
        response.text = json.dumps(self._rewrite_endpoints(json.loads(response.text)))
        self._documents[url] = (self._clock.now() + DISCOVERY_KEPT, response)
        return response

    def post(
        self, url: str, *, data: Mapping[str, str] | None = None, headers: Mapping[str, str] | None = None, **_: Json
    ) -> LoginResponse:
        """The response to a token request, including an OAuth error.

        Raises:
            ProviderBusy: Microsoft asks us to wait.
            ProviderBroken: Microsoft is failing, or the response is unreadable.
        """
        form = urlencode(data or {}).encode()
        all_headers = {**(headers or {}), "Content-Type": "application/x-www-form-urlencoded"}
        return self._send("POST", url, all_headers, form)

    def close(self) -> None:
        """Does nothing; msal calls it."""

    def _send(self, method: str, url: str, headers: Mapping[str, str], body: bytes | None) -> LoginResponse:
        if not url.startswith(HOST + "/"):
            raise ProviderBroken("Microsoft's login redirected to another site.", provider=self._request.name)
        reply = self._http.send(
            method,
            self._origin + url.removeprefix(HOST),
            service=self._request.title,
            deadline=Deadline(TIMEOUT),
            headers=headers,
            body=body,
        )
        response = read_reply(reply, self._request, self._clock.now())
        return LoginResponse(reply.status, json.dumps(response))

    def _rewrite_endpoints(self, document: dict[str, Json]) -> dict[str, Json]:
        """The discovery document with all endpoints on `HOST`, the only host that msal accepts."""
        return {
            name: HOST + self._path(value) if name.endswith("_endpoint") and isinstance(value, str) else value
            for name, value in document.items()
        }

    def _path(self, url: str) -> str:
        if url.lower().startswith(self._origin.lower() + "/"):
            return url[len(self._origin) :]
        parts = urlsplit(url)
        return parts.path + ("?" + parts.query if parts.query else "")
