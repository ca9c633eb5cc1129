"""Records and contacts for tests, with only what a test is about to be said."""

from typing import Any

from chalicelib.contacts.cleaning import digest
from chalicelib.contacts.source_record import ContactFields, SourceContact, SourceRecord, Stamp
from chalicelib.foundation.outcomes import Outcome

GOOGLE, MICROSOFT = "google:g1", "microsoft:m1"
STAMP = Stamp("job-1", 0, Outcome.CREATED)


def said(name: str = "", *, email: str = "", phone: str = "", **more: Any) -> ContactFields:
    """What a source says of somebody: `name` is given and family name."""
    given, _, family = name.partition(" ")
    told: dict[str, Any] = {"given": given, "family": family, "display": name}
    if email:
        told["emails"] = [{"value": email}]
    if phone:
        told["phones"] = [{"raw": phone}]
    return {key: value for key, value in {**told, **more}.items() if value}  # type: ignore[return-value] # members of a Said


def record(source: str, told: ContactFields, *, source_id: str = "1", first_seen: int = 1, **more: Any) -> SourceRecord:
    return SourceRecord(source, source_id, told, digest(told), STAMP, first_seen, first_seen, **more)


def heard(source_id: str, name: str = "", **more: Any) -> SourceContact:
    """A source contact as a provider's adapter gives it."""
    aliases = more.pop("aliases", ())
    return SourceContact(source_id, said(name, **more), aliases)
