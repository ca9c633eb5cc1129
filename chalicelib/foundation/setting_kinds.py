"""The kinds of settings: each parses and checks the text of an environment variable."""

import ipaddress
import json
import math
import re
from collections.abc import Callable, Mapping
from urllib.parse import SplitResult, urlsplit

LONGEST_TITLE = 255  # characters, also of an id
LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")
# The regions that `phonenumbers` knows, listed here because loading the library would slow down every cold start.
_REGIONS_OF_PHONES = """
AC AD AE AF AG AI AL AM AO AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BW BY BZ CA
CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR
GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GT GU GW GY HK HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP
KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR
MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PR PS PT PW PY QA RE RO
RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TA TC TD TG TH TJ TK TL TM TN TO TR TT
TV TW TZ UA UG US UY UZ VA VC VE VG VI VN VU WF WS XK YE YT ZA ZM ZW
"""


class InvalidSetting(Exception):
    """A setting is invalid. The message is the predicate of a sentence about the variable, and how to fix it.

    It never contains the value, which may be a secret.
    """


def plain(text: str) -> str:
    """Parse a text on one line.

    Raises:
        InvalidSetting: it contains a control character.
    """
    if not text.isprintable():
        raise InvalidSetting("contains a control character; set it without line breaks.")
    return text


def secret(*, at_least: int) -> Callable[[str], str]:
    """A parser of secrets.

    Args:
        at_least: the minimum number of characters.

    Raises:
        InvalidSetting: (the parser) the secret is too short, or not printable ASCII.
    """

    def read(text: str) -> str:
        if len(text) < at_least:
            raise InvalidSetting(f"is too short; use at least {at_least} random characters.")
        if not (text.isascii() and text.isprintable()):  # it is sent in a header or a query
            raise InvalidSetting("must be printable ASCII: letters, digits and punctuation.")
        return text

    return read


def tenant(text: str) -> str:
    """Parse a Microsoft tenant, which becomes part of the path of URLs.

    Raises:
        InvalidSetting: it is no name, id or domain.
    """
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9.-]*", text):
        raise InvalidSetting("must be common, organizations, consumers, or the id or domain of a tenant.")
    return text


def yes_or_no(text: str) -> bool:
    """Parse true, 1 or yes, or false, 0 or no, in any case.

    Raises:
        InvalidSetting: it is none of these.
    """
    known = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}
    if text.lower() not in known:
        raise InvalidSetting("must be true or false.")
    return known[text.lower()]


def one_of(*choices: str) -> Callable[[str], str]:
    """A parser of one of a few words, in any case.

    Raises:
        InvalidSetting: (the parser) the text is none of them.
    """

    def read(text: str) -> str:
        if text.lower() not in choices:
            raise InvalidSetting(f"must be {' or '.join(choices)}.")
        return text.lower()

    return read


def whole_number(least: int, most: int) -> Callable[[str], int]:
    """A parser of whole numbers from `least` to `most`.

    Raises:
        InvalidSetting: (the parser) the text is no whole number, or out of range.
    """

    def read(text: str) -> int:
        if not re.fullmatch(r"[0-9]{1,9}", text) or not least <= int(text) <= most:
            raise InvalidSetting(f"must be a whole number from {least} to {most}.")
        return int(text)

    return read


def fraction(text: str) -> float:
    """Parse a number from 0 to 1.

    Raises:
        InvalidSetting: it is no number, or out of range.
    """
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not 0 <= number <= 1:
        raise InvalidSetting("must be a number from 0 to 1, such as 0.2 for 20%.")
    return number


def region_of_phones(text: str) -> str:
    """Parse the country code of phone numbers without one, in any case. Returns it in upper case.

    Raises:
        InvalidSetting: `phonenumbers` has no such region.
    """
    if not text.isascii() or text.upper() not in _REGIONS_OF_PHONES.split():
        raise InvalidSetting("must be a two-letter country code, such as DE or GB.")
    return text.upper()


def aws_region(text: str) -> str:
    """Parse an AWS region, which becomes part of host names.

    Raises:
        InvalidSetting: it cannot be part of a host name.
    """
    if not re.fullmatch(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?", text):
        raise InvalidSetting("must be an AWS region, such as eu-central-1.")
    return text


def table_name(text: str) -> str:
    """Parse the name of a DynamoDB table.

    Raises:
        InvalidSetting: DynamoDB does not allow it.
    """
    if not re.fullmatch(r"[A-Za-z0-9_.-]{3,255}", text):
        raise InvalidSetting("must be a table name: 3 to 255 letters, digits, _, - and dots.")
    return text


def bucket_name(text: str) -> str:
    """Parse the name of an S3 bucket.

    Raises:
        InvalidSetting: S3 does not allow it.
    """
    if not re.fullmatch(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]", text):
        raise InvalidSetting("must be a bucket name: 3 to 63 lowercase letters, digits, - and dots.")
    return text


def email_sender(text: str) -> str:
    """Parse what e-mails come from: an address, or a name with an address, such as `Contacts <contacts@example.com>`.

    Raises:
        InvalidSetting: it is neither, or not in ASCII.
    """
    address = r"[A-Za-z0-9._+-]{1,64}@(?:[A-Za-z0-9-]+\.)+[A-Za-z0-9-]+"
    if not re.fullmatch(rf"{address}|[A-Za-z0-9][A-Za-z0-9 ._-]{{0,63}} <{address}>", text):
        raise InvalidSetting("must be an email address or a name with one, such as Contacts <contacts@example.com>.")
    return text


def configuration_set(text: str) -> str:
    """Parse the name of a configuration set of SES.

    Raises:
        InvalidSetting: SES does not allow it.
    """
    if not re.fullmatch(r"[A-Za-z0-9_-]{1,64}", text):
        raise InvalidSetting("must be the name of a configuration set: up to 64 letters, digits, _ and -.")
    return text


def log_level(text: str) -> str:
    """Parse a log level, in any case. Returns it in upper case.

    Raises:
        InvalidSetting: it is not one of `LOG_LEVELS`.
    """
    if text.upper() not in LOG_LEVELS:
        raise InvalidSetting("must be one of " + ", ".join(LOG_LEVELS) + ".")
    return text.upper()


def url(text: str) -> str:
    """Parse an absolute URL. Returns it without a trailing slash. HTTP is allowed only for this machine.

    Raises:
        InvalidSetting: it is no such URL, or has a user name, a password, a query or a fragment.
    """
    parts = _split(plain(text))
    if parts is None or parts.scheme not in ("https", "http") or not parts.hostname:
        raise InvalidSetting("must be an absolute URL, such as https://example.com.")
    if parts.username is not None or parts.password is not None or parts.fragment or parts.query:
        raise InvalidSetting("must be a URL without user name, password, query and fragment.")
    if parts.scheme == "http" and not is_loopback(parts.hostname):
        raise InvalidSetting(
            "must begin with https://; http:// is allowed only for this machine (localhost, 127.0.0.1)."
        )
    return text.rstrip("/")


def issuer(text: str) -> str:
    """Parse a URL. Returns it exactly as written, because tokens contain it with or without a trailing slash.

    Raises:
        InvalidSetting: as for `url`.
    """
    url(text)
    return text


def origins_or_any(text: str) -> tuple[str, ...]:
    """Parse allowed origins, separated by commas, or * for any.

    Raises:
        InvalidSetting: it is neither.
    """
    if text == "*":
        return (text,)
    return tuple(dict.fromkeys(_origin(each.strip()) for each in text.split(",")))


def _origin(text: str) -> str:
    origin = url(text)
    if origin != url_origin(origin):
        raise InvalidSetting("must be *, or origins without a path, such as https://app.example.com, with commas.")
    return origin


def named_urls(text: str) -> Mapping[str, str]:
    """Parse a JSON object that maps names to URLs, or to paths of this service.

    Raises:
        InvalidSetting: it is no such object, or a name or a URL is invalid.
    """
    try:
        named = json.loads(text)
    except ValueError:
        named = None
    if not isinstance(named, dict) or not all(isinstance(target, str) for target in named.values()):
        raise InvalidSetting(
            'must be a JSON object that maps names to URLs, such as {"settings": "https://app.example.com/settings"}.'
        )
    for name, target in named.items():
        _check_target(name, target)
    return named


def is_loopback(host: str) -> bool:
    """Whether a host is this machine: localhost, a name below it, or a loopback address."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def named_titles(text: str) -> Mapping[str, str]:
    """Parse a JSON object that maps ids to titles.

    Raises:
        InvalidSetting: it is no such object, or has an empty text or one with a control character.
    """
    try:
        titles = json.loads(text)
    except ValueError:
        titles = None
    texts = [each for pair in titles.items() for each in pair] if isinstance(titles, dict) else [None]
    if not all(isinstance(each, str) and 0 < len(each) <= LONGEST_TITLE and each.isprintable() for each in texts):
        raise InvalidSetting('must be a JSON object of ids and titles, such as {"crm-backend": "Example CRM"}.')
    return dict(titles or {})


def url_origin(address: str) -> str:
    """The origin of a URL (scheme, host and port), in lower case; "" if it is not a URL."""
    parts = _split(address)
    return f"{parts.scheme}://{parts.netloc}".lower() if parts and parts.scheme and parts.netloc else ""


def _check_target(name: str, target: str) -> None:
    """Raises InvalidSetting if the name or the URL is invalid."""
    if not _NAME.fullmatch(name):
        raise InvalidSetting(f'has the invalid name "{name}"; use lowercase letters, digits, - and _.')
    if target.startswith("/") and not target.startswith(("//", "/\\")) and target.isprintable():
        return  # a path of our own
    try:
        url(target.partition("?")[0])
    except InvalidSetting as error:
        raise InvalidSetting(f'has the URL "{name}", which {error}') from None


def _split(text: str) -> SplitResult | None:
    """The parts of a URL; None if it is malformed."""
    try:
        parts = urlsplit(text)
        _ = parts.port  # reading it checks it
    except ValueError:
        return None
    return parts if "\\" not in text and " " not in text else None
