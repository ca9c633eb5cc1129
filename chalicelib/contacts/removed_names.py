"""What the removed records of a merged contact were called: noted until its merges are taken back.

A contact keeps the name that it had when its last source was removed. While it is part of another contact, nobody can
tell which of the records were its own; the journal of the merge can. So the person's record of the merged contact notes
of each removed record what it was called in the end.
"""

from collections.abc import Mapping, Sequence
from typing import Any, cast

from chalicelib.contacts.contact_fields import NAME
from chalicelib.contacts.display_name import full_name
from chalicelib.contacts.fold_records import by_rank, has_name, ordered_for
from chalicelib.contacts.source_record import WHOLE_NAME, ContactFields, RemovedName, SourceRecord

NOTED = ("kept_name", "removed_names")  # the fields of the person's record that the person did not write
MOST_IDS = 4  # of one record; the present one is the first
_CALLED_BY = (  # in the order in which a contact without a name is called by them
    "nickname",
    "organization",
    "emails",
    "phones",
    "title",
    "department",
    "ims",
    "urls",
    "custom_fields",
)


def written(fields: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of a person's record that the person wrote."""
    return {field: value for field, value in fields.items() if field not in NOTED}


def with_removed_names(
    fields: ContactFields, removed: Sequence[tuple[SourceRecord, Sequence[str]]], most: int
) -> ContactFields:
    """The fields with what these records were called, before what was noted earlier of others.

    Args:
        removed: the records, each with the aliases by which the person's record remembers it.
        most: how many are kept, the most recent ones.
    """
    ids = {id(record): list(aliases[:MOST_IDS]) for record, aliases in removed}
    records = ordered_for(by_rank(record for record, _ in removed), WHOLE_NAME)
    names: list[RemovedName] = [
        {"ids": ids[id(each)], "fields": naming_fields(each.fields)}
        for each in sorted(records, key=lambda record: not has_name(record.fields))
    ]
    known = {alias for each in names for alias in each["ids"]}
    earlier = [each for each in fields.get("removed_names", ()) if known.isdisjoint(each["ids"])]
    return {**fields, "removed_names": [*names, *earlier][:most]}


def naming_fields(fields: ContactFields) -> ContactFields:
    """The fields that decide what a contact is called: those of its name, and the first that can stand for one."""
    known = cast(Mapping[str, Any], fields)
    named = {field: known[field] for field in NAME if field in known}
    if "display" not in named and (called := full_name(fields)):
        named["display"] = called
    for field in _CALLED_BY:
        if value := known.get(field):
            return cast(ContactFields, {**named, field: value[:1] if isinstance(value, list) else value})
    return cast(ContactFields, named)
