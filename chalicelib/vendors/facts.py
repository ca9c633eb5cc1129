"""Facts of vendors that have no field of a contact. Those about one number or address are shown as a custom field."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from chalicelib.contacts.contact_fields import LONGEST_FIELD_NAME
from chalicelib.contacts.source_record import CustomField


class FactName(StrEnum):
    """The names of facts, in the order in which a contact shows them."""

    VALIDITY = "validity"  # of a number
    VERIFICATION = "verification"  # of an email address
    LINE_TYPE = "line_type"
    COUNTRY = "country"  # ISO 3166: "DE"
    CARRIER = "carrier"
    TIME_ZONE = "time_zone"  # "Europe/Berlin"


class LineType(StrEnum):
    """The kinds of telephone lines, as shown."""

    MOBILE = "mobile"
    LANDLINE = "landline"
    LANDLINE_OR_MOBILE = "landline or mobile"  # the numbering plan does not tell them apart
    VOIP = "VoIP"
    FIXED_VOIP = "VoIP at a fixed place"
    NON_FIXED_VOIP = "VoIP without a fixed place"
    TOLL_FREE = "toll-free"
    PREMIUM_RATE = "premium rate"
    SHARED_COST = "shared cost"
    COMPANY = "company-wide"  # a universal access number
    VOICEMAIL = "voicemail"
    PAGER = "pager"
    PERSONAL = "personal"
    UNKNOWN = "unknown line type"


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact about a phone number or an email address of a contact."""

    #: The number in E.164, or the address.
    about: str
    name: FactName
    value: str


def custom_fields(facts: Iterable[Fact]) -> list[CustomField]:
    """One custom field for each number and address: "+4915112345678 (details)" with "mobile, DE, Europe/Berlin".

    The labels of numbers and addresses stay the person's.
    """
    values: dict[str, list[str]] = {}
    for fact in facts:
        values.setdefault(fact.about, []).append(fact.value)
    return [{"name": _title(about), "value": ", ".join(known)} for about, known in values.items()]


def _title(about: str) -> str:
    title = f"{about} (details)"
    return title if len(title) <= LONGEST_FIELD_NAME else title[: LONGEST_FIELD_NAME - 1] + "…"
