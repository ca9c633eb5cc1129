"""The words of the address book: what a source says, the record we keep of it, and the contact folded from records.

Everything a source says is plain JSON, so that it is hashed, compared and stored without a second form of it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import NotRequired, TypedDict

from chalicelib.contacts.decision import Decision
from chalicelib.contacts.source import PERSON as PERSON  # noqa: PLC0414 # one of the words of the address book
from chalicelib.contacts.source import Source
from chalicelib.foundation.outcomes import Outcome

INNER_ID = "contact:"  # prefix of an alias that is not an id of the source's listing (Google's CONTACT source id)


class Email(TypedDict):
    value: str  # as the source wrote it, trimmed
    label: NotRequired[str]  # "home", "work", or the source's own word


class Phone(TypedDict):
    raw: str  # as the source wrote it
    e164: NotRequired[str]  # "+491701234567" where the number can be understood
    extension: NotRequired[str]  # "42", digits; `e164` is then the number of the switchboard
    label: NotRequired[str]


class Address(TypedDict, total=False):
    po_box: str
    extended: str  # apartment, floor, building
    street: str  # may have several lines
    city: str
    region: str
    postal_code: str
    country: str
    label: str


class Birthday(TypedDict, total=False):
    year: int  # absent where the source has none (Apple writes 1604 for that)
    month: int
    day: int


class Url(TypedDict):
    value: str
    label: NotRequired[str]


class Event(TypedDict):
    value: str  # "2009-06-20", "--06-20" without a year, or text if it is not a date
    label: NotRequired[str]  # "anniversary", or the source's own word


class Relation(TypedDict):
    value: str  # the name of the other person
    label: NotRequired[str]  # "spouse", "child", or the source's own word


class Im(TypedDict):
    value: str  # a handle or an address, as the source wrote it
    label: NotRequired[str]  # the protocol: "skype", "jabber"


class CustomField(TypedDict):
    name: NotRequired[str]
    value: str  # a number or a date too, as it is written: "0.10", "2009-06-20"
    type: NotRequired[str]  # "number" or "date"; absent for a text


class Hidden(TypedDict, total=False):
    """Values that sources say and the person does not want to see; each as it stood when it was hidden."""

    emails: list[Email]
    phones: list[Phone]
    addresses: list[Address]
    urls: list[Url]
    events: list[Event]
    relations: list[Relation]
    ims: list[Im]
    custom_fields: list[CustomField]
    groups: list[str]


class ContactFields(TypedDict, total=False):
    """What one source says of one contact. A member that says nothing is absent, never null or empty."""

    prefix: str  # "Dr."
    given: str
    middle: str
    family: str
    suffix: str  # "Jr.", "MD"
    display: str
    phonetic_given: str  # the reading of a name: "けんいち"
    phonetic_middle: str
    phonetic_family: str
    file_as: str  # what the source sorts it by
    nickname: str
    emails: list[Email]
    phones: list[Phone]
    organization: str
    phonetic_organization: str
    department: str
    title: str
    addresses: list[Address]
    birthday: Birthday
    events: list[Event]
    relations: list[Relation]
    notes: str
    urls: list[Url]
    ims: list[Im]
    custom_fields: list[CustomField]  # values with no member of their own, under the source's names
    groups: list[str]  # labels, categories or folders, by the name people know
    groups_by_id: dict[str, str]  # further ones that can be renamed: the source's id and its present name
    photo_url: str
    hidden: Hidden  # only in the person's own record
    kept_name: dict[str, str]  # only there too: the name the contact had when its last source went


@dataclass(frozen=True, slots=True)
class SourceContact:
    """One contact as a source gave it to us just now.

    Args:
        source_id: the source's id for it; case-sensitive.
        aliases: other ids the source uses or used for the same contact (Google's previous resource names and its
            CONTACT source id); they find the record when `source_id` is new.
        said: everything it says, in our words.
        partial: `said` holds only what changed (Graph's delta); it is laid over the record before hashing.
        cleared: members that a partial one removes; "relations:spouse" is the relations of that label alone,
            "custom_fields:Office" the custom fields of that name.
        dropped: kinds of the source's values that cannot be kept ("Photo"); the ledger names them.
        decision: what becomes of it; None where the rules of matching decide.
        is_clean: whether `said` was cleaned where it came in, as the list of a bulk run is.
    """

    source_id: str
    fields: ContactFields
    aliases: tuple[str, ...] = ()
    partial: bool = False
    cleared: tuple[str, ...] = ()
    dropped: tuple[str, ...] = ()
    decision: Decision | None = None
    is_clean: bool = False


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A source contact that cannot be kept. `reason` is a code such as `too_large`, for the ledger and for people."""

    source_id: str
    reason: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A source contact that is skipped on purpose; `reason` is a code that says why."""

    source_id: str
    reason: str
    name: str = ""


Incoming = SourceContact | Unreadable | LeftOut


@dataclass(frozen=True, slots=True)
class Stamp:
    """Which run wrote a source record, and what it counted it as."""

    job: str
    generation: int
    outcome: Outcome


@dataclass(slots=True)
class SourceRecord:
    """What one source last said of a contact.

    Args:
        source: the key of a `Source`.
        source_id: the contact's id there.
        said: the whole of it (a partial one was laid over what stood here before).
        digest: the hash of `said`; equal digests mean nothing changed.
        first_seen, last_changed: milliseconds since 1970. `first_seen` orders the fold.
        own_tag: the tag the operator chose for the source when the record first came; "" for the source's usual one.
    """

    source: str
    source_id: str
    fields: ContactFields
    digest: str
    stamp: Stamp
    first_seen: int
    last_changed: int
    aliases: tuple[str, ...] = ()
    own_tag: str = ""

    @property
    def tag(self) -> str:
        """The operator's word for where it came from."""
        return self.own_tag or Source.of(self.source).tag


@dataclass
class Contact:
    """One contact of one owner: its records, and what a person sees, which is `fold(records)` and nothing else.

    Args:
        version: what the stored item says; 0 for one that is not stored yet. Each write adds one.
        possible_duplicates: contacts that share an identity with it but whose name disagrees, or one of several.
        created_at, updated_at: milliseconds since 1970.
    """

    contact_id: str
    version: int
    records: list[SourceRecord]
    created_at: int
    updated_at: int
    possible_duplicates: Sequence[str] = field(default_factory=tuple)

    @cached_property
    def shown(self) -> ContactFields:
        """What a person sees; folded when somebody looks, not for every contact an import passes by."""
        from chalicelib.contacts.fold_records import fold

        return fold(self.records)
