"""The phone numbers of a contact that vendors can be asked about."""

from chalicelib.contacts.source_record import ContactFields
from chalicelib.vendors.answer import Ineligible
from chalicelib.vendors.reasons import Reason

MOST_NUMBERS = 20  # of one contact; each becomes a custom field


def numbers_of(fields: ContactFields) -> list[str] | Ineligible:
    """Its numbers in E.164, each once, in order; or why there is none."""
    phones = fields.get("phones", [])
    numbers = list(dict.fromkeys(phone["e164"] for phone in phones if "e164" in phone))
    if numbers:
        return numbers[:MOST_NUMBERS]
    return Ineligible(Reason.PHONE_WITHOUT_COUNTRY if phones else Reason.NO_PHONE)
