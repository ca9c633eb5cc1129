"""The trusted issuer and its endpoints, from its discovery document (OpenID Connect Discovery).

The document is fetched for the first sign-in and cached for an hour, or longer if the issuer does not respond.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlsplit

from chalicelib.foundation.cached_document import CachedDocument
from chalicelib.foundation.clock import Clock
from chalicelib.foundation.errors import Misconfigured, ProviderBroken, Unavailable
from chalicelib.foundation.json import Json
from chalicelib.foundation.outbound import Deadline, Http
from chalicelib.foundation.setting_kinds import is_loopback

CACHED_FOR = timedelta(hours=1)
TIMEOUT = timedelta(seconds=5)  # of one request; a person is waiting for the page
LARGEST = 256 * 1024
NAME = "The sign-in service"
POST, BASIC = "client_secret_post", "client_secret_basic"


@dataclass(frozen=True, slots=True)
class Endpoints:
    """The issuer's endpoints."""

    authorization: str
    token: str
    #: Whether the token endpoint accepts the client secret in the form; otherwise it is sent in a header.
    takes_secret_in_form: bool


class Issuer:
    """The issuer.

    Args:
        name: its identifier, exactly as in tokens and in its document.
    """

    def __init__(self, name: str, http: Http, clock: Clock) -> None:
        self.name = name
        self._http = http
        self._document = CachedDocument(self._fetch, clock, "issuer", lasts=CACHED_FOR)

    def endpoints(self) -> Endpoints:
        """The endpoints from its document.

        Raises:
            Unavailable: the issuer does not respond, and there is no cached document.
            Misconfigured: the document is about another issuer.
        """
        endpoints = self._document.get()
        if endpoints is None:
            raise unavailable()
        return endpoints

    def _fetch(self) -> Endpoints:
        url = self.name.rstrip("/") + "/.well-known/openid-configuration"
        headers = {"Accept": "application/json"}
        try:
            reply = self._http.send("GET", url, service=NAME, deadline=Deadline(TIMEOUT), headers=headers)
        except ProviderBroken as broken:
            raise ValueError("no response") from broken
        document = reply.json_object() if reply.status == 200 and len(reply.body) <= LARGEST else None
        if document is None:
            raise ValueError("not a discovery document")
        return _endpoints(document, self.name)


def unavailable() -> Unavailable:
    """The error for an issuer that does not respond."""
    return Unavailable(f"{NAME} is not responding. Try again in a moment.")


def misconfigured(problem: str, check: str, settings: str) -> Misconfigured:
    """An error that an operator must fix. The log has the failed check and the settings to look at."""
    error = Misconfigured(f"{NAME} {problem}. This is our fault. Please contact support.")
    error.log_fields = {"check": check, "settings": settings}
    return error


def _endpoints(document: Mapping[str, Json], issuer: str) -> Endpoints:
    authorization, token = document.get("authorization_endpoint"), document.get("token_endpoint")
    methods = document.get("token_endpoint_auth_methods_supported")
    if document.get("issuer") != issuer:
        raise misconfigured(
            "sent a discovery document that we cannot trust", "issuer of the discovery document", "AUTH_ISSUER"
        )
    if not _is_endpoint(authorization) or not _is_endpoint(token):
        raise misconfigured(
            "sent a discovery document that we cannot trust", "endpoints of the discovery document", "AUTH_ISSUER"
        )
    return Endpoints(str(authorization), str(token), isinstance(methods, list) and POST in methods)


def _is_endpoint(url: Json) -> bool:
    """Whether a value is an absolute https URL; http is allowed on this machine."""
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
