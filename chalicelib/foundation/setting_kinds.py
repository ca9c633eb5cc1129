"""How the text of a setting becomes a value; each kind refuses with half a sentence that says how to mend it."""

import ipaddress
import json
import math
import re
from collections.abc import Callable, Mapping
from urllib.parse import SplitResult, urlsplit

LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")
# The regions that `phonenumbers` knows. Listed here, because loading the library would slow every cold start.
_REGIONS_OF_PHONES = """
AC AD AE AF AG AI AL AM AO AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BW BY BZ CA
CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR
GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GT GU GW GY HK HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP
KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR
MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PR PS PT PW PY QA RE RO
RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TA TC TD TG TH TJ TK TL TM TN TO TR TT
TV TW TZ UA UG US UY UZ VA VC VE VG VI VN VU WF WS XK YE YT ZA ZM ZW
"""


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
    if not text.isascii() or text.upper() not in _REGIONS_OF_PHONES.split():
        raise Refusal("must be a country code of two letters, such as DE or GB.")
    return text.upper()


def aws_region(text: str) -> str:
    """A region becomes part of AWS host names."""
    if not re.fullmatch(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?", text):
        raise Refusal("must be an AWS region, such as eu-central-1.")
    return text


def table_name(text: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9_.-]{3,255}", text):
        raise Refusal("must be a table name: 3 to 255 letters, digits, _, - and dots.")
    return text


def bucket_name(text: str) -> str:
    if not re.fullmatch(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]", text):
        raise Refusal("must be a bucket name: 3 to 63 lowercase letters, digits, - and dots.")
    return text


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
    if origin != url_origin(origin):
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


def url_origin(address: str) -> str:
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
