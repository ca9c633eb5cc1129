"""What a contact of one row alone would show."""

from chalicelib.contacts.cleaning import clean_fields_and_digest
from chalicelib.contacts.fold_records import fold
from chalicelib.contacts.source_record import ContactFields, SourceContact, SourceRecord, Stamp
from chalicelib.foundation.outcomes import Outcome

_NOT_STORED = Stamp("", 0, Outcome.CREATED)


def shown_alone(incoming: SourceContact) -> ContactFields:
    """The fields of a row as a contact of this row alone would show them."""
    fields, digest = clean_fields_and_digest(incoming.fields)
    return fold([SourceRecord("", incoming.source_id, fields, digest, _NOT_STORED, 0, 0)])
