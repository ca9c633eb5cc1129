"""The email address of a person, if their issuer has verified it (OpenID Connect Core, section 5.1)."""

import re
from collections.abc import Mapping

from chalicelib.foundation.json import Json

LONGEST = 254  # characters; RFC 5321 allows no longer path
_PART = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?"
_ADDRESS = re.compile(rf"{_PART}(?:\.{_PART})*@{_LABEL}(?:\.{_LABEL})+")


def verified_email(claims: Mapping[str, Json]) -> str | None:
    """The address in the claims of an id token; None if there is none that is verified and that SES can send to.

    Some issuers send `email_verified` as a text. An international domain is returned as DNS has it.
    """
    email, is_verified = claims.get("email"), claims.get("email_verified")
    if not isinstance(email, str) or not (is_verified is True or is_verified == "true"):
        return None
    local, _, domain = email.rpartition("@")
    try:
        address = f"{local}@{domain.encode('idna').decode('ascii')}"
    except UnicodeError:
        return None
    return address if len(address) <= LONGEST and _ADDRESS.fullmatch(address) else None
