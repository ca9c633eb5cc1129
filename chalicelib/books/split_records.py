"""Splitting a contact: some of its source records become a contact of their own. Pure rules."""

from collections.abc import Collection, Mapping
from dataclasses import replace

from chalicelib.books.book import Entry
from chalicelib.books.pairs import RecordKey
from chalicelib.contacts.contact import Contact
from chalicelib.contacts.fold_records import fold, without_enrichment
from chalicelib.contacts.source import PERSON, is_enrichment
from chalicelib.contacts.source_record import SourceRecord
from chalicelib.foundation.errors import InvalidInput


def split_records(
    contact: Contact,
    records: Collection[RecordKey],
    new_id: str,
    duplicates: Mapping[str, Contact],
    now: int,
) -> tuple[Contact, Contact]:
    """The contact without these records, and a new contact of them.

    The person's own words stay. What a vendor said about the contact is about the new one if it goes there. Each of the
    two keeps the possible duplicates that share an identity with it.

    Args:
        duplicates: the contacts that it has as possible duplicates, by id.
        now: milliseconds since 1970.

    Raises:
        InvalidInput: it has no such record, or one of the two would be empty.
    """
    chosen = [each for each in contact.records if (each.source, each.source_id) in records]
    if len(chosen) < len(set(records)) or any(each.source == PERSON for each in chosen):
        raise InvalidInput("The contact has no such source record.", field="records")
    rest = [each for each in contact.records if not any(each is other for other in chosen)]
    if not fold(without_enrichment(rest)) or not fold(without_enrichment(chosen)):
        raise InvalidInput("Choose some of its source records, but not all: each contact needs one.", field="records")
    moved = [_about(new_id, each) if each.source_id == contact.contact_id else each for each in chosen]
    new = Contact(new_id, 0, moved, min(each.first_seen for each in chosen), now)
    stays = replace(contact, records=rest, updated_at=now)
    for_new = tuple(each for each in contact.possible_duplicates if _share(duplicates.get(each), new))
    for_rest = (each for each in contact.possible_duplicates if each not in for_new or _share(duplicates[each], stays))
    return replace(stays, possible_duplicates=tuple(for_rest)), replace(new, possible_duplicates=for_new)


def _about(contact_id: str, record: SourceRecord) -> SourceRecord:
    """The record, as what a vendor says about this contact if it is one of a vendor: its id is the contact's."""
    return replace(record, source_id=contact_id) if is_enrichment(record.source) else record


def _share(left: Contact | None, right: Contact) -> bool:
    """Whether the two share an email or a phone number."""
    return left is not None and not set(Entry.of(left).identities).isdisjoint(Entry.of(right).identities)
