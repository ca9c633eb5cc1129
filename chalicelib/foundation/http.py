"""Requests and responses as routes see them, independent of framework and gateway."""

import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from http.cookies import CookieError, SimpleCookie
from urllib.parse import quote, unquote, urlencode

from chalicelib.foundation.errors import InvalidInput, NotSignedIn
from chalicelib.foundation.json import Json

HTML = "text/html; charset=utf-8"
JSON = "application/json"
LONGEST_IDEMPOTENCY_KEY = 255  # characters


@dataclass(frozen=True, slots=True)
class Person:
    """A person who is signed in."""

    #: their id at the issuer; it identifies the owner of an address book
    sub: str
    #: what pages call them: an email address or a name
    label: str
    roles: frozenset[str] = frozenset()
    #: their roles in each organization, as the token says
    organizations: Mapping[str, frozenset[str]] = field(default_factory=dict)
    #: what the caller's token permits, by `scopes.py`; None for everything that the person may do
    scopes: frozenset[str] | None = None
    #: the service client that acts for them; their own `sub` if it acts for itself; "" if the person acts
    client: str = ""

    @property
    def is_operator(self) -> bool:
        return "operator" in self.roles

    @property
    def acting_client(self) -> str:
        """The service client that acts for the person; "" if there is none."""
        return "" if self.client == self.sub else self.client


@dataclass(frozen=True)
class Request:
    """A request to one of our routes."""

    method: str
    #: the pattern of the route
    path: str
    #: the path parameters, decoded
    params: Mapping[str, str]
    #: the last value of each query parameter
    query: Mapping[str, str]
    #: by their names in lower case
    headers: Mapping[str, str]
    body: bytes = b""
    request_id: str = ""
    #: the time until the response must be there; None if unlimited
    seconds_left: float | None = None
    #: who is signed in
    person: Person | None = None
    #: the CSRF token for the forms of the response; "" unless the person has a session
    csrf: str = field(default="", repr=False)
    #: the key in the cookie that may view the job in the path
    viewer_key: str | None = None
    #: all values of each query parameter
    query_values: Mapping[str, Sequence[str]] = field(default_factory=dict)
    #: the path as it was sent, still encoded; "" if that is not known
    sent_path: str = ""
    #: whether the client gets the headers of the response alone, so that nothing may happen; `method` is GET then
    is_head: bool = False
    #: the RateLimit fields of the response
    limit_fields: Mapping[str, str] = field(default_factory=dict)

    @property
    def target(self) -> str:
        """The requested path and query, relative to the public URL, encoded as we do it."""
        return f"{self.encoded_path}?{urlencode(self.query)}" if self.query else self.encoded_path

    @property
    def encoded_path(self) -> str:
        """The requested path, encoded as we do it."""
        return self.path.format_map({name: quote(value, safe="") for name, value in self.params.items()})

    @property
    def repeated(self) -> frozenset[str]:
        """The query parameters that occur more than once."""
        return frozenset(name for name, values in self.query_values.items() if len(values) > 1)

    @property
    def owner(self) -> str:
        """The owner of the address book: the person who is signed in. Raises as `signed_in`."""
        return self.signed_in.sub

    @property
    def signed_in(self) -> Person:
        """The person who is signed in.

        Raises:
            NotSignedIn: no one is signed in.
        """
        if self.person is None:
            raise NotSignedIn("You are not signed in. Sign in, or send a bearer token.")
        return self.person

    @cached_property
    def cookies(self) -> Mapping[str, str]:
        jar: SimpleCookie = SimpleCookie()
        for pair in self.headers.get("cookie", "").split(";"):
            try:
                jar.load(pair.strip())  # one by one, so that an invalid cookie does not hide ours
            except CookieError:
                continue
        return {name: morsel.value for name, morsel in jar.items()}

    @property
    def idempotency_key(self) -> str | None:
        """The header Idempotency-Key, if the caller sent it."""
        return checked_idempotency_key(self.headers.get("idempotency-key"), "Idempotency-Key")

    @property
    def wants_page(self) -> bool:
        """Whether a browser asks for a page: it accepts HTML by name, and not JSON."""
        accept = self.headers.get("accept", "").lower()
        return "text/html" in accept and "json" not in accept

    @property
    def wants_json(self) -> bool:
        return "json" in self.headers.get("accept", "").lower()

    def with_identity(
        self, *, person: Person | None = None, csrf: str = "", viewer_key: str | None = None
    ) -> "Request":
        return replace(self, person=person, csrf=csrf, viewer_key=viewer_key)


@dataclass(frozen=True, slots=True)
class Cookie:
    """A cookie to set."""

    #: without the `__Host-` prefix, which `ResponsePolicy` adds
    name: str
    value: str = field(repr=False)
    #: 0 deletes the cookie
    lasts_seconds: int


@dataclass(frozen=True)
class Response:
    """The response of a view."""

    #: JSON, the text of a page or a file, or the bytes of a file
    body: Json | bytes = None
    status: int = 200
    #: the router checks that none of them can be split
    headers: Mapping[str, str] = field(default_factory=dict)
    cookies: Sequence[Cookie] = ()
    content_type: str = JSON


def checked_idempotency_key(key: str | None, field: str) -> str | None:
    """The key itself.

    Raises:
        InvalidInput: the key is empty, too long or has characters that cannot be printed.
    """
    if key is not None and not (0 < len(key) <= LONGEST_IDEMPOTENCY_KEY and key.isprintable()):
        raise InvalidInput(f"{field} must have 1 to {LONGEST_IDEMPOTENCY_KEY} printable characters.", field=field)
    return key


def page(text: str, status: int = 200, cookies: Sequence[Cookie] = ()) -> Response:
    return Response(text, status, cookies=cookies, content_type=HTML)


def attachment(file_name: str) -> str:
    """The Content-Disposition (RFC 6266) for a download.

    Args:
        file_name: only letters, digits, dots and hyphens; never text from outside.
    """
    return f'attachment; filename="{file_name}"'


def redirect(location: str, status: int = 303, cookies: Sequence[Cookie] = ()) -> Response:
    return Response(None, status, {"Location": location}, cookies)


def decode_params(params: Mapping[str, str]) -> dict[str, str]:
    """Path parameters, decoded, because gateways do not do it. Bytes that are not UTF-8 become lone surrogates."""
    return {name: unquote(value, errors="surrogateescape") for name, value in params.items()}


def lower_headers(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    return {name.lower(): value for name, value in pairs}


def conditional_response(request: Request, body: Json, headers: Mapping[str, str] | None = None) -> Response:
    """A response with an `ETag`; a 304 without a body if the client has the same body already."""
    text = json.dumps(body, separators=(",", ":"), sort_keys=True)
    etag = f'"{hashlib.sha256(text.encode()).hexdigest()[:32]}"'
    headers = {**(headers or {}), "ETag": etag}
    known = {tag.strip().removeprefix("W/") for tag in request.headers.get("if-none-match", "").split(",")}
    return Response(body, 200, headers) if known.isdisjoint({etag, "*"}) else Response(None, 304, headers)


def whole_number(request: Request, name: str, default: int, least: int, most: int) -> int:
    """A query parameter that is a whole number.

    Raises:
        InvalidInput: it is not a number, or out of range.
    """
    text = request.query.get(name)
    if text is None or text == "":
        return default
    if not (text.isascii() and text.isdecimal() and len(text) < 10 and least <= int(text) <= most):
        raise InvalidInput(f"{name} must be a whole number from {least} to {most}.", field=name)
    return int(text)


NOT_TEXT = re.compile("[\ud800-\udfff\ufffd]")  # what gateways make of bytes that are not UTF-8


def check_texts(request: Request) -> None:
    """Raises InvalidInput for a query parameter that is not valid UTF-8."""
    for name, value in request.query.items():
        if NOT_TEXT.search(name) or NOT_TEXT.search(value):
            printable = NOT_TEXT.sub("?", name)[:100]
            raise InvalidInput(f'The parameter "{printable}" is not valid UTF-8.', field=printable)


def check_query(request: Request, known: Iterable[str], *, strict: bool = True) -> None:
    """Check that no query parameter is repeated, unknown or empty.

    A misspelled filter must not look as if it were applied.

    Args:
        strict: whether unknown and empty parameters are refused too; forms send empty ones.

    Raises:
        InvalidInput: names the parameter.
    """
    names = tuple(known)
    for sent, value in request.query.items():
        name = sent[:100]
        if sent in names and sent in request.repeated:
            raise InvalidInput(f'The parameter "{name}" occurs more than once. Send it once.', field=name)
        if strict and sent not in names:
            allowed = ", ".join(names) or "none"
            raise InvalidInput(f'Unknown parameter "{name}". Allowed: {allowed}.', field=name)
        if strict and value == "":
            raise InvalidInput(f'The parameter "{name}" is empty. Set it or remove it.', field=name)


def choice(request: Request, name: str, choices: Iterable[str]) -> str | None:
    """A query parameter that must be one of a few words; None if it is absent.

    Raises:
        InvalidInput: it is something else.
    """
    value, known = request.query.get(name), tuple(choices)
    if not value:
        return None
    if value not in known:
        raise InvalidInput(f"{name} must be one of: {', '.join(known)}.", field=name)
    return value
