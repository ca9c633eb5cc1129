"""The values of a row that its contact keeps but does not show, because another source or the person goes first."""

from collections.abc import Collection, Mapping
from typing import Any, NamedTuple

from chalicelib.contacts.contact import Contact
from chalicelib.contacts.contact_fields import FIELDS, LISTS
from chalicelib.contacts.fold_records import by_rank, fold, holds_note, ordered_for, same_value, value_of, without
from chalicelib.contacts.source_record import SourceRecord

KEPT_BESIDE = "kept_beside"  # the reason of a row that changes nothing shown, because of such values


class Beside(NamedTuple):
    """A value of one field that is not shown."""

    file: Any  #: the file's value; of a list, the values that are not shown
    shown: Any  #: what the contact shows instead; None if the person cleared or hid it
    source: str  #: the key of the source of that; "" for none


def kept_beside(contact: Contact, record: SourceRecord, unused: Collection[str]) -> Mapping[str, Beside]:
    """The values of one record of a contact that the contact does not show, by field.

    Args:
        unused: the fields that the person did not want from the file where the contact has them.
    """
    alone, shown = fold([record]), contact.shown
    if alone == shown:  # as of most contacts, which have one source
        return {}
    found = dict[str, Beside]()
    for field in FIELDS:
        value = _not_shown(field, alone.get(field), shown.get(field)) if field not in unused else None
        if value:
            found[field] = Beside(value, shown.get(field), _source_of(contact, field))
    return found


def _not_shown(field: str, value: Any, shown: Any) -> Any:
    """The value, or those of its list, that are not shown; None for none."""
    if not value:
        return None
    if field in LISTS:
        return without(field, value, shown or ())
    if field == "notes":
        return None if holds_note(shown or "", value) else value
    return None if value == shown else value


def _source_of(contact: Contact, field: str) -> str:
    """The source of what the contact shows; of a list, that the person hid values of it."""
    shown = contact.shown.get(field)
    for record in ordered_for(by_rank(contact.records), field):
        value = value_of(record, field)
        if value is not None and (field in LISTS or not value or same_value(field, value, shown)):
            return record.source
    return ""
