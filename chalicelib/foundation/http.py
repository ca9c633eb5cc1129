"""A request and an answer as our routes see them, whatever framework or gateway stands in front."""

import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from http.cookies import CookieError, SimpleCookie
from typing import Any
from urllib.parse import quote, unquote, urlencode

from chalicelib.foundation.errors import InvalidInput, NotSignedIn
from chalicelib.foundation.json import Json

HTML = "text/html; charset=utf-8"
JSON = "application/json"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who is signed in.

    Args:
        sub: who they are to the issuer; the owner of their book. label: what they are called, to be shown.
    """

    sub: str
    label: str
    roles: frozenset[str] = frozenset()

    @property
    def is_operator(self) -> bool:
        return "operator" in self.roles


@dataclass(frozen=True)
class Request:
    """One request.

    Args:
        path: the route's pattern. params: its braces, decoded. query: the last value of each name.
        repeated: names that occur more than once in the query.
        headers: by their names in small letters. person: who is signed in. csrf: what every form of the answer must
        carry; "" unless they are known by a session. viewer_key: what the job-viewing cookie of the job in the path
        holds. seconds_left: how long an answer may take; None where nobody says.
    """

    method: str
    path: str
    params: Mapping[str, str]
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes = b""
    request_id: str = ""
    seconds_left: float | None = None
    person: Person | None = None
    csrf: str = field(default="", repr=False)
    viewer_key: str | None = None
    repeated: frozenset[str] = frozenset()

    @property
    def target(self) -> str:
        """The path and query that were asked for, below the public URL."""
        path = self.path.format_map({name: quote(value, safe="") for name, value in self.params.items()})
        return f"{path}?{urlencode(self.query)}" if self.query else path

    @property
    def owner(self) -> str:
        return self.signed_in.sub

    @property
    def signed_in(self) -> Person:
        if self.person is None:
            raise NotSignedIn("You are not signed in here. Programs send a bearer token.")
        return self.person

    @cached_property
    def cookies(self) -> Mapping[str, str]:
        jar: SimpleCookie = SimpleCookie()
        for pair in self.headers.get("cookie", "").split(";"):
            try:
                jar.load(pair.strip())  # one by one, so that a strange cookie does not hide ours
            except CookieError:
                continue
        return {name: morsel.value for name, morsel in jar.items()}

    @property
    def idempotency_key(self) -> str | None:
        """The idempotency key, when the caller sent one."""
        key = self.headers.get("idempotency-key")
        if key is not None and not (0 < len(key) <= 255 and key.isprintable()):
            raise InvalidInput("Idempotency-Key must have 1 to 255 printable characters.", field="Idempotency-Key")
        return key

    @property
    def wants_page(self) -> bool:
        """Whether a browser shows the answer to a person: it asks for HTML by name and not for JSON."""
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
    """Args:
    name: without the `__Host-` prefix; the door adds it where it can be kept. lasts_seconds: 0 removes the cookie.
    """

    name: str
    value: str = field(repr=False)
    lasts_seconds: int


@dataclass(frozen=True)
class Response:
    """What a view answers.

    Args:
        body: JSON, or the text of a page. headers: never anything a caller sent, unless the door checks it.
    """

    body: Json = None
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    cookies: Sequence[Cookie] = ()
    content_type: str = JSON


def page(text: str, status: int = 200, **more: Any) -> Response:
    return Response(text, status, content_type=HTML, **more)


def attachment(file_name: str) -> str:
    """A Content-Disposition (RFC 6266) that has a browser keep the answer as a file instead of showing it.

    Args:
        file_name: of our own making: letters, digits, dots and hyphens.
    """
    return f'attachment; filename="{file_name}"'


def redirect(location: str, status: int = 303, cookies: Sequence[Cookie] = ()) -> Response:
    return Response(None, status, {"Location": location}, cookies)


def decode_params(params: Mapping[str, str]) -> dict[str, str]:
    """Path parameters, decoded, because no gateway does it. Bytes that are not UTF-8 become lone surrogates."""
    return {name: unquote(value, errors="surrogateescape") for name, value in params.items()}


def lower_headers(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    return {name.lower(): value for name, value in pairs}


def conditional_response(request: Request, body: Json, headers: Mapping[str, str] | None = None) -> Response:
    """A body that is asked for again and again: with an `ETag`, and a bare 304 for whoever has it already."""
    text = json.dumps(body, separators=(",", ":"), sort_keys=True)
    etag = f'"{hashlib.sha256(text.encode()).hexdigest()[:32]}"'
    headers = {**(headers or {}), "ETag": etag}
    known = {tag.strip().removeprefix("W/") for tag in request.headers.get("if-none-match", "").split(",")}
    return Response(body, 200, headers) if known.isdisjoint({etag, "*"}) else Response(None, 304, headers)


def whole_number(request: Request, name: str, default: int, least: int, most: int) -> int:
    """A number of the query.

    Raises:
        InvalidInput: it is none, or out of its bounds.
    """
    text = request.query.get(name)
    if text is None or text == "":
        return default
    if not (text.isascii() and text.isdecimal() and len(text) < 10 and least <= int(text) <= most):
        raise InvalidInput(f"{name} must be a whole number from {least} to {most}.", field=name)
    return int(text)


NO_TEXT = re.compile("[\ud800-\udfff\ufffd]")  # what gateways make of bytes that are not UTF-8


def check_texts(request: Request) -> None:
    """Raises InvalidInput for a query parameter that was not text."""
    for name, value in request.query.items():
        if NO_TEXT.search(name) or NO_TEXT.search(value):
            shown = NO_TEXT.sub("?", name)[:100]
            raise InvalidInput(f"The parameter {shown!r} is not text in UTF-8.", field=shown)


def check_query(request: Request, known: Iterable[str], *, strict: bool = True) -> None:
    """Raises InvalidInput for an unknown parameter: a misspelled filter must not look as if it were applied.

    Args:
        strict: refuse unknown and empty parameters too, not only repeated ones; forms send empty ones.
    """
    names = tuple(known)
    for sent, value in request.query.items():
        name = sent[:100]
        if sent in names and sent in request.repeated:
            raise InvalidInput(f"The parameter {name!r} is given more than once; give it once.", field=name)
        if strict and sent not in names:
            known_ones = ", ".join(names) or "none"
            raise InvalidInput(f"Unknown parameter {name!r}. Known are: {known_ones}.", field=name)
        if strict and value == "":
            raise InvalidInput(f"The parameter {name!r} is empty; give it a value or leave it out.", field=name)


def choice(request: Request, name: str, words: Iterable[str]) -> str | None:
    """One of a few words in the query, None where it is absent.

    Raises:
        InvalidInput: it is another word.
    """
    value, known = request.query.get(name), tuple(words)
    if not value:
        return None
    if value not in known:
        raise InvalidInput(f"{name} must be one of: {', '.join(known)}.", field=name)
    return value
