"""The issuer we trust, as its own document describes it (OpenID Connect Discovery): where people and codes go.

The document is fetched when somebody first signs in and kept an hour; the last good one stays while the issuer is
silent.
"""

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from chalicelib.foundation.clock import Clock
from chalicelib.foundation.errors import Misconfigured, ProviderBroken, UpstreamError
from chalicelib.foundation.outbound import Deadline, Http, Json
from chalicelib.foundation.setting_kinds import is_loopback

KEPT = timedelta(hours=1)
REST_AFTER_FAILURE = timedelta(seconds=5)
PATIENCE = timedelta(seconds=5)  # for one request; somebody waits for the page
LARGEST = 256 * 1024
NAME = "The sign-in service"
POST, BASIC = "client_secret_post", "client_secret_basic"


@dataclass(frozen=True, slots=True)
class Endpoints:
    """Args:
    takes_secret_in_form: whether the token endpoint does; else it goes into the header, as OpenID Connect presumes.
    """

    authorization: str
    token: str
    takes_secret_in_form: bool


class Issuer:
    """Args:
    name: the issuer as tokens and its own document call it, letter for letter.
    """

    def __init__(self, name: str, http: Http, clock: Clock) -> None:
        self.name = name
        self._http, self._clock = http, clock
        self._endpoints: Endpoints | None = None
        self._fetch_again_at: datetime | None = None
        self._lock = threading.Lock()

    def endpoints(self) -> Endpoints:
        """Raises:
        UpstreamError: it does not answer, and never did. Misconfigured: its document is not about it.
        """
        with self._lock:
            now = self._clock.now()
            if self._fetch_again_at is None or now >= self._fetch_again_at:
                self._refetch(now)
            if self._endpoints is None:
                raise silent()
            return self._endpoints

    def _refetch(self, now: datetime) -> None:
        document = self._document()
        if document is None:
            self._fetch_again_at = now + REST_AFTER_FAILURE
            return
        self._endpoints = _endpoints(document, self.name)
        self._fetch_again_at = now + KEPT

    def _document(self) -> Mapping[str, Json] | None:
        url = self.name.rstrip("/") + "/.well-known/openid-configuration"
        headers = {"Accept": "application/json"}
        try:
            reply = self._http.send("GET", url, who=NAME, deadline=Deadline(PATIENCE), headers=headers)
        except ProviderBroken:
            return None
        return reply.json_object() if reply.status == 200 and len(reply.body) <= LARGEST else None


def silent() -> UpstreamError:
    return UpstreamError(f"{NAME} does not answer. Try again in a minute.")


def _endpoints(document: Mapping[str, Json], issuer: str) -> Endpoints:
    authorization, token = document.get("authorization_endpoint"), document.get("token_endpoint")
    methods = document.get("token_endpoint_auth_methods_supported")
    if document.get("issuer") != issuer or not _is_endpoint(authorization) or not _is_endpoint(token):
        raise Misconfigured(f"{NAME} describes itself in a way we cannot trust. We have to mend this; please tell us.")
    return Endpoints(str(authorization), str(token), isinstance(methods, list) and POST in methods)


def _is_endpoint(url: Json) -> bool:
    """Whether it is a whole address that nobody can listen in on."""
    if not isinstance(url, str) or not (url.isascii() and url.isprintable()) or " " in url or "\\" in url:
        return False
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return False
    if not host or parts.username is not None or parts.password is not None or parts.fragment:
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and is_loopback(host))
