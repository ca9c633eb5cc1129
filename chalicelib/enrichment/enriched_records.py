"""The records of a contact with what a vendor says of it. Pure."""

from chalicelib.contacts.cleaning import clean_fields_and_digest
from chalicelib.contacts.contact import Contact
from chalicelib.contacts.source_record import ContactFields, SourceRecord, Stamp


def with_record(contact: Contact, source: str, given: ContactFields, stamp: Stamp, moment: int) -> list[SourceRecord]:
    """The contact's records with the vendor's in place of its earlier one; the same object if nothing changes.

    Args:
        source: the key of the vendor's source.
        moment: milliseconds since 1970.
    """
    fields, hashed = clean_fields_and_digest(given)
    key = (source, contact.contact_id)
    old = next((each for each in contact.records if (each.source, each.source_id) == key), None)
    if not fields or (old is not None and old.digest == hashed):
        return contact.records
    new = SourceRecord(*key, fields, hashed, stamp, moment if old is None else old.first_seen, moment)
    if old is None:
        return [*contact.records, new]
    return [new if each is old else each for each in contact.records]
