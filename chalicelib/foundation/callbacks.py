"""The port for requests to URLs that other people chose: which URLs those may be, and what became of a request."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from ipaddress import ip_address
from typing import Protocol
from urllib.parse import SplitResult, urlsplit

from chalicelib.foundation.errors import InvalidInput
from chalicelib.foundation.public_address import is_loopback, is_public

HTTPS_PORT = 443
LONGEST_URL = 2_000  # characters
_LABEL = "[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?"
_HOST = re.compile(rf"(?=.{{1,253}}\Z)({_LABEL}\.)*{_LABEL}", re.IGNORECASE)


class CallbackFailure(StrEnum):
    """Why there is no response."""

    ADDRESS = "address_not_allowed"  # its name leads to an address that is not public
    UNRESOLVED = "name_not_found"
    TIMED_OUT = "timed_out"
    CERTIFICATE = "invalid_certificate"
    UNREACHABLE = "no_connection"


@dataclass(frozen=True, slots=True)
class CallbackReply:
    """A response, of which no more than the beginning is kept."""

    status: int
    #: by their names in lower case
    headers: Mapping[str, str]
    beginning: bytes = b""


class Callbacks(Protocol):
    """The port for such requests: `CallbackClient` in production, a fake in tests."""

    def post(self, url: str, headers: Mapping[str, str], body: bytes) -> CallbackReply | CallbackFailure:
        """Send a request once, without following redirects. Never raises."""


def check_callback_url(url: str, *, allow_loopback: bool = False) -> SplitResult:
    """Check a URL that somebody chose. Its name is resolved, and its addresses are checked, with each request.

    Raises:
        InvalidInput: it is not `https` at port 443, names a person, or is no URL of a public host.
    """
    if len(url) > LONGEST_URL or not (url.isascii() and url.isprintable()) or " " in url or "\\" in url:
        raise _invalid(f"must be a URL of at most {LONGEST_URL:,} characters, all of them printable ASCII")
    try:
        parts = urlsplit(url)
        port, host = parts.port, parts.hostname or ""
    except ValueError:
        raise _invalid("is not a URL") from None
    if allow_loopback and parts.scheme in ("http", "https") and (host == "localhost" or is_loopback(host)):
        return parts
    if parts.scheme != "https" or port not in (None, HTTPS_PORT):
        raise _invalid("must begin with https:// and use port 443")
    if parts.username is not None or parts.password is not None or parts.fragment:
        raise _invalid("must have no user name, no password and no fragment")
    if not _is_public_host(host):
        raise _invalid("must name a host on the public internet")
    return parts


def _is_public_host(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        is_local = host.rpartition(".")[2].lower() in ("localhost", "local", "internal", "")
        return "." in host and not is_local and _HOST.fullmatch(host) is not None and not _looks_numeric(host)
    return is_public(host)


def _looks_numeric(host: str) -> bool:
    """Whether some libraries read the name as an IPv4 address in an unusual form, such as 0x7f.1."""
    last = host.rpartition(".")[2]
    return last.isdecimal() or last.lower().startswith("0x")


def _invalid(predicate: str) -> InvalidInput:
    return InvalidInput(f"url {predicate}.", field="url")
