"""The email addresses of a contact that vendors can be asked about."""

from chalicelib.contacts.normalize_email import normalize_email
from chalicelib.contacts.shared_addresses import is_role_address
from chalicelib.contacts.source_record import ContactFields, Email
from chalicelib.vendors.answer import Ineligible
from chalicelib.vendors.reasons import Reason


def addresses_of(fields: ContactFields) -> dict[str, Email] | Ineligible:
    """Its own addresses in normal form, in order; or why there is none."""
    known: dict[str, Email] = {}
    for email in fields.get("emails", ()):
        address = normalize_email(email["value"])
        if address and "_" not in address.rpartition("@")[2]:  # "user@mail.example_old" marks a dead address
            known.setdefault(address, email)
    own = {address: email for address, email in known.items() if not is_role_address(address)}
    return own or Ineligible(Reason.SHARED_EMAIL if known else Reason.NO_EMAIL)
