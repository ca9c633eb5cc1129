"""The rows that only the earlier version of a file had: whose contacts they are, and what taking them away does."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice
from typing import NamedTuple

from chalicelib.books.contact_store import ContactStore
from chalicelib.books.prepared_contact import display_name
from chalicelib.contacts.contact import Contact
from chalicelib.contacts.person_record import records_without
from chalicelib.file_imports.storing.file_import import FileImport
from chalicelib.file_imports.storing.import_files import ImportFiles, gone_name, plan_name

MOST_NAMED = 100  # rows of one plan


class GoneRow(NamedTuple):
    """A row that the file no longer has."""

    key: str
    contact_id: str | None  #: None if the contact was deleted since
    name: str
    is_deleted: bool  #: whether the contact is deleted with the row, since nothing else says anything of it


@dataclass(frozen=True)
class GoneRows:
    """Names these rows."""

    files: ImportFiles
    contacts: ContactStore

    def of_plan(self, found: FileImport, start: int = 0, most: int = MOST_NAMED) -> list[GoneRow]:
        """The rows from one on, at most so many, with their contacts as the book has them now. Raises NotFound."""
        if found.plan is None or not found.plan.gone:
            return []
        stored = self.files.get(found, gone_name(plan_name(found.plan.plan_id)))
        by_key: Mapping[str, str] = stored if isinstance(stored, dict) else {}  # plans of old have the keys alone
        chosen = dict(islice(by_key.items(), start, start + most))
        contacts = self.contacts.get_many(found.owner, list(chosen.values()))
        return [_gone_row(key, contacts.get(contact_id), found, by_key) for key, contact_id in chosen.items()]


def _gone_row(key: str, contact: Contact | None, found: FileImport, gone: Mapping[str, str]) -> GoneRow:
    if contact is None:
        return GoneRow(key, None, "", is_deleted=False)
    removed = [each for each in contact.records if each.source == found.source.key and each.source_id in gone]
    is_deleted = not records_without(contact, removed)
    return GoneRow(key, contact.contact_id, display_name(contact.shown), is_deleted)
