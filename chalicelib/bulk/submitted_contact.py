"""One contact of a submitted list: its fields, and perhaps what its client calls it."""

from typing import Final, cast

from chalicelib.contacts.source_record import ContactFields

EXTERNAL_ID: Final = "external_id"


class SubmittedContact(ContactFields, total=False):
    """A contact of a list, validated and cleaned; also the form in which lists are stored."""

    external_id: str


def fields_of(contact: SubmittedContact) -> ContactFields:
    """The fields alone; the very same object for a contact without an external id."""
    if EXTERNAL_ID not in contact:
        return contact
    return cast(ContactFields, {name: value for name, value in contact.items() if name != EXTERNAL_ID})
