"""How the text of a setting becomes a value; each kind refuses with half a sentence that says how to mend it."""

import ipaddress
import json
import math
import re
from collections.abc import Callable, Mapping
from urllib.parse import SplitResult, urlsplit

LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")


class Refusal(Exception):
    """What is wrong with one setting, and how to mend it; never the value, which may be a secret."""


def plain(text: str) -> str:
    if not text.isprintable():
        raise Refusal("holds a control character; set it again, without line breaks.")
    return text


def secret(*, at_least: int) -> Callable[[str], str]:
    def read(text: str) -> str:
        if len(text) < at_least:
            raise Refusal(f"is too short to be a secret; use at least {at_least} random characters.")
        if not (text.isascii() and text.isprintable()):  # it travels in a header and in a query
            raise Refusal("must be printable ASCII; choose another, of letters, digits and punctuation.")
        return text

    return read


def tenant(text: str) -> str:
    """A part of the path of Microsoft's addresses."""
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9.-]*", text):
        raise Refusal("must be common, organizations, consumers, or one tenant's id or domain, without / or spaces.")
    return text


def yes_or_no(text: str) -> bool:
    known = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}
    if text.lower() not in known:
        raise Refusal("must be true or false.")
    return known[text.lower()]


def whole_number(least: int, most: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        if not re.fullmatch(r"[0-9]{1,9}", text) or not least <= int(text) <= most:
            raise Refusal(f"must be a whole number from {least} to {most}.")
        return int(text)

    return read


def share(text: str) -> float:
    """A part of the whole, 0 to 1."""
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not 0 <= number <= 1:
        raise Refusal("must be a number from 0 to 1, such as 0.2 for a fifth.")
    return number


def region_of_phones(text: str) -> str:
    if not re.fullmatch(r"[A-Za-z]{2}", text):
        raise Refusal("must be a country's two letters, such as DE.")
    return text.upper()


def log_level(text: str) -> str:
    if text.upper() not in LOG_LEVELS:
        raise Refusal("must be one of " + ", ".join(LOG_LEVELS) + ".")
    return text.upper()


def url(text: str) -> str:
    """An absolute URL, without a trailing slash; http only on this machine."""
    parts = _split(plain(text))
    if parts is None or parts.scheme not in ("https", "http") or not parts.hostname:
        raise Refusal("must be a whole URL, such as https://example.com.")
    if parts.username is not None or parts.password is not None or parts.fragment or parts.query:
        raise Refusal("must be a URL without a name, a password, a query or a fragment.")
    if parts.scheme == "http" and not is_loopback(parts.hostname):
        raise Refusal("must begin with https://; plain http is for this machine alone (localhost, 127.0.0.1).")
    return text.rstrip("/")


def issuer(text: str) -> str:
    """A URL exactly as written: tokens carry it letter for letter, a trailing slash included."""
    url(text)
    return text


def origin_or_any(text: str) -> str:
    if text == "*":
        return text
    origin = url(text)
    if origin != origin_of(origin):
        raise Refusal("must be an origin, such as https://app.example.com, without a path, or *.")
    return origin


def named_urls(text: str) -> Mapping[str, str]:
    """A JSON object of names to URLs."""
    try:
        named = json.loads(text)
    except ValueError:
        named = None
    if not isinstance(named, dict) or not all(isinstance(place, str) for place in named.values()):
        raise Refusal(
            'must be a JSON object of names to URLs, such as {"settings": "https://app.example.com/settings"}.'
        )
    for name, place in named.items():
        _check_place(name, place)
    return named


def is_loopback(host: str) -> bool:
    """Whether a host is this machine: localhost, names below it, or an address of the loopback."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def origin_of(address: str) -> str:
    """Scheme, host and port of a URL, in lower case; "" for what is none."""
    parts = _split(address)
    return f"{parts.scheme}://{parts.netloc}".lower() if parts and parts.scheme and parts.netloc else ""


def _check_place(name: str, place: str) -> None:
    if not _NAME.fullmatch(name):
        raise Refusal(f"{name!r} is no name; use small letters, digits, - and _.")
    if place.startswith("/") and not place.startswith(("//", "/\\")) and place.isprintable():
        return  # a path of our own
    try:
        url(place.partition("?")[0])
    except Refusal as refusal:
        raise Refusal(f"the URL of {name!r} {refusal}") from None


def _split(text: str) -> SplitResult | None:
    try:
        parts = urlsplit(text)
        _ = parts.port  # reading it is what checks it
    except ValueError:
        return None
    return parts if "\\" not in text and " " not in text else None
