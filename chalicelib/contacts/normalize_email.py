"""Normalizes email addresses: the normal form is the same for every spelling of an address."""

import re
from functools import lru_cache

LONGEST_EMAIL = 320

_EMAIL = re.compile(
    r"[^\s@<>(),;:\"\\/\[\]][^\s@<>(),;:\"\\\[\]]*@(?:[^\W_](?:[\w-]*[^\W_])?\.)+[^\W_](?:[\w-]*[^\W_])?"
)
# Matches most addresses, in their normal form already; a subset of `_EMAIL` that is found fast.
_IS_NORMAL = re.compile(r"[a-z0-9._+-]++@[a-z0-9]++(?:[.-][a-z0-9]++)*\.[a-z]++").fullmatch
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")


def normalize_email(address: str) -> str | None:
    """The address in lower case with a decoded domain ("bücher.example"); None if it is not an address.

    Dots and tags of the local part stay, because only its domain knows what they mean.
    """
    value = address.lower()
    if _IS_NORMAL(value) and len(value) <= LONGEST_EMAIL and "xn--" not in value:
        return value
    value = address if address.isascii() else _INVISIBLE.sub("", address)
    value = value.strip().lower()
    if value[:1] == "'" == value[-1:]:  # as Outlook writes an address that has no name
        value = value[1:-1]
    if value.startswith(("smtp:", "mailto:")):
        value = value.split(":", 1)[1].strip()
    if len(value) > LONGEST_EMAIL:
        return None
    if not value.isascii() or "xn--" in value or value.endswith("."):
        local, at, domain = value.rpartition("@")
        value = f"{local}{at}{_domain(domain)}"
    return value if _EMAIL.fullmatch(value) else None


@lru_cache(maxsize=2_048)
def _domain(domain: str) -> str:
    """The normal spelling of a domain (UTS 46, IDNA 2008); unchanged if it could not be registered."""
    from idna import IDNAError, decode, encode

    rooted = domain.removesuffix(".")  # the dot of the root
    try:
        return _INVISIBLE.sub("", decode(encode(rooted, uts46=True, transitional=False)))
    except (IDNAError, UnicodeError):
        return rooted
