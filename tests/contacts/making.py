"""Creates contact fields, source records and source contacts for tests."""

from typing import Any

from chalicelib.contacts.cleaning import digest
from chalicelib.contacts.source_record import ContactFields, SourceContact, SourceRecord, Stamp
from chalicelib.foundation.outcomes import Outcome

GOOGLE, MICROSOFT = "google:g1", "microsoft:m1"
STAMP = Stamp("job-1", 0, Outcome.CREATED)


def fields(name: str = "", *, email: str = "", phone: str = "", **more: Any) -> ContactFields:
    """The fields of a contact. `name` is the given name, followed by the family name."""
    given, _, family = name.partition(" ")
    values: dict[str, Any] = {"given": given, "family": family, "display": name}
    if email:
        values["emails"] = [{"value": email}]
    if phone:
        values["phones"] = [{"raw": phone}]
    return {key: value for key, value in {**values, **more}.items() if value}  # type: ignore[return-value] # keys of ContactFields


def record(
    source: str, content: ContactFields, *, source_id: str = "1", first_seen: int = 1, **more: Any
) -> SourceRecord:
    return SourceRecord(source, source_id, content, digest(content), STAMP, first_seen, first_seen, **more)


def source_contact(source_id: str, name: str = "", **more: Any) -> SourceContact:
    """A source contact as the adapter of a provider returns it."""
    aliases = more.pop("aliases", ())
    return SourceContact(source_id, fields(name, **more), aliases)
