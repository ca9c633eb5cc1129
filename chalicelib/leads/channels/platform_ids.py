"""Ids that platforms give to people: Instagram, Messenger, Telegram, and WhatsApp for people without a known number.

User names are no identities: people change them, and others may take them then.
"""

import re

from chalicelib.leads.channels.cell_text import digits_as_text, refuse_damage
from chalicelib.leads.channels.identity import InvalidIdentity

BSUID, PARENT_BSUID = "bsuid", "parent_bsuid"  # business-scoped user ids; the parent's is of linked portfolios
_BSUID = re.compile(r"[A-Z]{2}\.(ENT\.)?[A-Za-z0-9]{1,128}").fullmatch
_DIGITS = re.compile(r"[0-9]{1,32}").fullmatch
_USERNAME = re.compile(r"(?:(?:https?://)?(?:www\.)?[a-z]+\.[a-z]+/)?@?((?=.*[A-Za-z])[A-Za-z0-9._]{2,64})/?").fullmatch
_MOST_OF_TELEGRAM = 2**52 - 1


def bsuid_kind(text: str) -> str | None:
    """Which kind of business-scoped user id a text is; None for others, such as phone numbers.

    It begins with two capital letters and a full stop. Its digits alone could be the phone number of another person.
    """
    match = _BSUID(text) if text[2:3] == "." else None
    return None if match is None else PARENT_BSUID if match[1] else BSUID


def username_of(text: str) -> str | None:
    """The user name in a text, in lower case and without @ or the address of a profile; None if there is none.

    An attribute of a lead, never an identity.
    """
    match = _USERNAME(text)
    return match[1].lower() if match else None


def refuse_username(text: str) -> None:
    """
    Raises:
        InvalidIdentity: the text is a user name.
    """
    if username_of(text) is not None:
        raise InvalidIdentity(
            "username",
            "This is a user name, which people can change. Give the id of the user, or on WhatsApp the phone number.",
        )


def platform_id(text: str) -> str:
    """The digits of an id.

    Raises:
        InvalidIdentity: it is no id of a person.
    """
    digits = digits_as_text(text)
    if _DIGITS(digits) and digits.strip("0"):
        return digits
    refuse_damage(text)
    refuse_username(text)
    raise InvalidIdentity("no_id", "This is not the id of a user, which consists of digits.")


def telegram_id(text: str) -> str:
    """The digits of a user's id, without leading zeros.

    Raises:
        InvalidIdentity: it is no id of a person.
    """
    if text[:1] == "-" and _DIGITS(text[1:]):
        raise InvalidIdentity("no_person", "This is the id of a group or channel. Give the id of a user.")
    number = int(platform_id(text))
    if number > _MOST_OF_TELEGRAM:
        raise InvalidIdentity("no_id", "Ids of Telegram's users are not as large. Check the number.")
    return str(number)
