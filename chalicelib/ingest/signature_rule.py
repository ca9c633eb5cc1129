"""SignatureRule: how a sender signs its requests, described by data, and the check of a request against it.

The bytes of the body are checked as they came, before anything is unpacked or parsed.
"""

import base64
import binascii
import hashlib
import hmac
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from chalicelib.foundation.errors import InvalidInput
from chalicelib.foundation.fast_json import decode_json

DEFAULT_TOLERANCE = 300  # seconds
LONGEST_TOLERANCE = 3_600
_ALGORITHMS = ("sha256", "sha1")
_ENCODINGS = ("hex", "base64")
_UNITS = {"s": 1, "ms": 1_000}  # per second
_BASE64 = "base64"
_SECRETS = ("text", _BASE64)
_HEADER_NAME = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")  # a token of RFC 9110
#: Headers of one connection, which end at the gateway, and those that it writes itself.
_OF_GATEWAY = frozenset(
    {
        *("connection", "keep-alive", "proxy-authorization", "proxy-connection", "te", "trailer", "upgrade"),
        *("content-length", "expect", "host", "transfer-encoding"),
        *("via", "x-amzn-trace-id", "x-forwarded-for", "x-forwarded-port", "x-forwarded-proto"),
    }
)


class Part(StrEnum):
    """What a signature covers."""

    BODY = "body"
    ID = "id"  # the header `id_header`
    TIMESTAMP = "timestamp"  # the header `timestamp_header`
    METHOD = "method"
    URL = "url"  # the public one, to which the sender sends
    FIRST_RECORD = "first_record"  # of an array, as JavaScript writes it; the other records are not signed


class WrongSignature(Exception):
    """The signature is missing or wrong, or too old."""


@dataclass(frozen=True, slots=True)
class Signed:
    """What of a request can be signed."""

    headers: Mapping[str, str]
    body: bytes
    method: str
    #: the public URLs by which it may have been sent; read only if the URL is signed
    urls: Iterable[str]


@dataclass(frozen=True, slots=True)
class SignatureRule:
    """How requests of one source are signed."""

    #: the header with the signature, in lower case. It may have several, separated by blanks.
    header: str
    algorithm: str = "sha256"
    encoding: str = "hex"
    #: what each signature begins with, such as "sha256=" or "v1,"
    prefix: str = ""
    #: what is signed, in this order, joined by the separator
    signed: tuple[str, ...] = (Part.BODY,)
    separator: str = ""
    id_header: str = ""
    timestamp_header: str = ""
    #: the seconds by which a signed timestamp may differ from now
    tolerance_seconds: int = DEFAULT_TOLERANCE
    #: of the timestamp: "s" or "ms"
    unit: str = "s"
    #: how the secret is written: as it is, or in base64, after "whsec_" if it begins with that
    secret_encoding: str = "text"  # noqa: S105 # no secret

    @classmethod
    def of(cls, stored: Mapping[str, Any]) -> "SignatureRule":
        return cls(**{**stored, "signed": tuple(stored["signed"])})

    def json(self) -> dict[str, Any]:
        return {**asdict(self), "signed": list(self.signed)}

    def check(self) -> None:
        """Raises InvalidInput if the rule cannot be followed; `field` says what is wrong with it."""
        if not self.header:
            raise InvalidInput("Name the header that has the signature.", field="signature.header")
        self._check_headers()
        for name, known in (
            ("algorithm", _ALGORITHMS),
            ("encoding", _ENCODINGS),
            ("unit", tuple(_UNITS)),
            ("secret_encoding", _SECRETS),
        ):
            _check_choice(name, getattr(self, name), known)
        for part in self.signed:
            _check_choice("signed", part, tuple(Part))
        if not {Part.BODY, Part.FIRST_RECORD} & set(self.signed):
            raise InvalidInput("A signature must cover the body.", field="signature.signed")
        for part, header in ((Part.ID, "id_header"), (Part.TIMESTAMP, "timestamp_header")):
            if part in self.signed and not getattr(self, header):
                raise InvalidInput(f"Name the header that has the {part}.", field=f"signature.{header}")
        if not 1 <= self.tolerance_seconds <= LONGEST_TOLERANCE:
            words = f"The tolerance must be between 1 and {LONGEST_TOLERANCE:,} seconds."
            raise InvalidInput(words, field="signature.tolerance_seconds")

    def _check_headers(self) -> None:
        """Raises InvalidInput if no request can have a header, or nothing that begins with the prefix."""
        for field in ("header", "id_header", "timestamp_header"):
            name = getattr(self, field)
            if name and not _HEADER_NAME.fullmatch(name):
                words = f"{name!r} cannot be the name of a header: it has letters, digits and hyphens, and no blanks."
                raise InvalidInput(words, field=f"signature.{field}")
            if name in _OF_GATEWAY:
                words = f"The header {name} does not reach us as it was sent. Name another one."
                raise InvalidInput(words, field=f"signature.{field}")
        if any(each.isspace() for each in self.prefix):
            words = "A prefix cannot have blanks, since they separate the signatures of a header."
            raise InvalidInput(words, field="signature.prefix")

    def check_secret(self, secret: str) -> None:
        """Raises InvalidInput if the secret cannot be one of this rule."""
        if not secret:
            raise InvalidInput("Give the secret with which requests are signed.", field="signature.secret")
        try:
            self._key(secret)
        except (ValueError, binascii.Error):
            raise InvalidInput("The secret is not in base64.", field="signature.secret") from None

    def verify(self, request: Signed, secret: str, now: datetime) -> str | None:
        """Check a request; returns its signed id, None if no id is signed.

        Raises:
            WrongSignature: it was not signed like this, or too long ago.
        """
        given = self._given(request)
        if Part.TIMESTAMP in self.signed:
            self._check_time(request, now)
        key = self._key(secret)
        for text in self._texts(request) if given else ():
            expected = hmac.new(key, text, self.algorithm).digest()
            if any(hmac.compare_digest(expected, each) for each in given):
                return request.headers[self.id_header] if Part.ID in self.signed else None
        raise WrongSignature

    def _given(self, request: Signed) -> Sequence[bytes]:
        """The signatures of the request that are as long as one must be."""
        words = request.headers.get(self.header, "").split()
        given = [each.removeprefix(self.prefix) for each in words if each.startswith(self.prefix)]
        length = hashlib.new(self.algorithm).digest_size
        return [each for each in (_decoded(each, self.encoding) for each in given) if len(each) == length]

    def _check_time(self, request: Signed, now: datetime) -> None:
        text = request.headers.get(self.timestamp_header, "")
        if not (text.isascii() and text.isdecimal() and len(text) <= 16):
            raise WrongSignature
        away = abs(now.timestamp() - int(text) / _UNITS[self.unit])
        if away > timedelta(seconds=self.tolerance_seconds).total_seconds():
            raise WrongSignature

    def _key(self, secret: str) -> bytes:
        if self.secret_encoding != _BASE64:
            return secret.encode(errors="surrogatepass")
        return base64.b64decode(secret.removeprefix("whsec_"), validate=True)

    def _texts(self, request: Signed) -> Iterator[bytes]:
        """What was signed; if that includes the URL, one text for each by which the request may have been sent."""
        parts = {each: self._part(Part(each), request) for each in self.signed if each != Part.URL}
        for url in request.urls if Part.URL in self.signed else ("",):
            signed = {**parts, Part.URL: url.encode()}
            yield self.separator.encode().join([signed[each] for each in self.signed])

    def _part(self, part: Part, request: Signed) -> bytes:
        """A part other than the URL."""
        match part:
            case Part.BODY:
                return request.body
            case Part.FIRST_RECORD:
                return _first_record(request.body)
            case Part.ID | Part.TIMESTAMP:
                header = self.id_header if part is Part.ID else self.timestamp_header
                value = request.headers.get(header, "")
                if not value:
                    raise WrongSignature
                return value.encode(errors="surrogatepass")
            case _:  # the method
                return request.method.encode()


def _decoded(signature: str, encoding: str) -> bytes:
    try:
        return bytes.fromhex(signature) if encoding == "hex" else base64.b64decode(signature, validate=True)
    except (ValueError, binascii.Error):
        return b""


def _first_record(body: bytes) -> bytes:
    """The body, or the first element of an array, written as JavaScript's `JSON.stringify` writes it."""
    try:
        value = decode_json(body)
    except (ValueError, RecursionError):
        return body
    if not isinstance(value, list) or not value:
        return body
    return json.dumps(value[0], separators=(",", ":"), ensure_ascii=False).encode(errors="surrogatepass")


def _check_choice(name: str, value: str, known: Sequence[str]) -> None:
    if value not in known:
        raise InvalidInput(f"{name} must be one of {', '.join(known)}.", field=f"signature.{name}")
