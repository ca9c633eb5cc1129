"""IngestSource: a system that sends records under a key of its own, and what becomes of them."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from chalicelib.contacts.source import Source, ingest_source
from chalicelib.foundation.service_owners import organization_of
from chalicelib.ingest.envelope import ObjectKind
from chalicelib.ingest.signature_rule import SignatureRule
from chalicelib.ingest.source_key import StoredKey

MOST_SOURCES = 50  # of one person or organization
LONGEST_NAME = 100  # characters


class SourceState(StrEnum):
    """Whether records are accepted."""

    ACTIVE = "active"
    PAUSED = "paused"  # senders are told to try again later


@dataclass(frozen=True, slots=True)
class RecordRules:
    """How a record is read. A job keeps them as they were when it began."""

    #: what its fields become, by name: a target of files for contacts, a field of files for leads; "" to ignore one.
    #: Other fields are recognized by their names, or become custom fields.
    fields: Mapping[str, str] = field(default_factory=dict)
    #: the country of phone numbers without a country code; "" for the deployment's
    region: str = ""
    #: the fields that hold the sender's id of the record, the id of the event and the time of the record; "" to
    #: recognize them by their usual names
    id_field: str = ""
    event_field: str = ""
    time_field: str = ""
    #: whether null, or an empty text, clears a value; else it leaves the value as it is
    null_clears: bool = False
    empty_clears: bool = False
    #: what a record does to a contact or lead that is there: for contacts "create", "skip" or "update", for leads
    #: "keep", "fill" or "overwrite"
    on_existing: str = "update"
    #: of leads: the channel and the scope of identities that name none
    channel: str = ""
    scope: str = ""

    @property
    def clears(self) -> dict[str, bool]:
        """What clears a value, as arguments."""
        return {"null_clears": self.null_clears, "empty_clears": self.empty_clears}

    def json(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self.__dataclass_fields__}

    @classmethod
    def of(cls, stored: Mapping[str, Any]) -> "RecordRules":
        return cls(**{name: value for name, value in stored.items() if name in cls.__dataclass_fields__})


@dataclass(frozen=True, slots=True, kw_only=True)
class IngestSource:
    """One source. It belongs to one owner, and its records go nowhere else."""

    source_id: str
    #: the person, or the owner of an organization's jobs
    owner: str
    name: str
    tag: str
    rules: RecordRules
    keys: tuple[StoredKey, ...]
    created_at: datetime
    state: SourceState = SourceState.ACTIVE
    #: how requests are signed; None if the key alone proves who sends
    signature: SignatureRule | None = None
    #: the signing secret, sealed; None without a signature
    sealed_secret: bytes | None = field(default=None, repr=False)
    #: whether the key may be sent in the URL, for senders that cannot send headers
    key_in_url: bool = False
    #: what an object as the body of a request is
    of_object: ObjectKind = ObjectKind.GUESS
    requests_per_minute: int
    records_per_day: int
    #: counts the changes of what is stored here
    rev: int = 0

    @property
    def organization(self) -> str | None:
        """The organization whose leads the records are; None for a person's contacts."""
        return organization_of(self.owner)

    @property
    def of_records(self) -> Source:
        """The source of the records in an address book."""
        return ingest_source(self.source_id).with_tag(self.tag)

    def rotated(self, key: StoredKey, now: datetime, overlap: timedelta) -> "IngestSource":
        """The source with a new key. The latest one before stays valid for `overlap`, and no other one does."""
        kept = [each.until(now + overlap) for each in self.keys if each.is_valid(now)][-1:]
        return replace(self, keys=(*kept, key))
