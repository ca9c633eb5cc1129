"""The data of sources: the fields of a contact, a contact from a source, and the record that stores it.

Fields are plain JSON, so they are hashed, compared and stored without another representation.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NotRequired, TypedDict

from chalicelib.contacts.decision import Decision
from chalicelib.contacts.source import Source
from chalicelib.foundation.outcomes import Outcome

WHOLE_NAME = "name"  # in `SourceRecord.leads`, for all fields of a name: they are shown together
INNER_ID = "contact:"  # prefix of an alias that never occurs in a listing of the source (Google's CONTACT source id)


class Email(TypedDict):
    """An email address."""

    value: str  # as in the source, trimmed
    label: NotRequired[str]  # "home", "work", or a label of the source


class Phone(TypedDict):
    """A phone number."""

    raw: str  # as in the source
    e164: NotRequired[str]  # "+491701234567", if the number could be parsed
    extension: NotRequired[str]  # "42", digits; `e164` is then the number of the switchboard
    label: NotRequired[str]


class Address(TypedDict, total=False):
    """A postal address."""

    po_box: str
    extended: str  # apartment, floor, building
    street: str  # may have several lines
    city: str
    region: str
    postal_code: str
    country: str
    label: str


class Birthday(TypedDict, total=False):
    """A birthday: a whole date, a day without a year, or a year alone."""

    year: int  # absent if the source has none (Apple writes 1604)
    month: int
    day: int


class Url(TypedDict):
    """A web page."""

    value: str
    label: NotRequired[str]


class Event(TypedDict):
    """A date with a meaning, such as an anniversary."""

    value: str  # "2009-06-20", "--06-20" without a year, or text if it is not a date
    label: NotRequired[str]  # "anniversary", or a label of the source


class Relation(TypedDict):
    """A person who is related to the contact."""

    value: str  # the name of the other person
    label: NotRequired[str]  # "spouse", "child", or a label of the source


class Im(TypedDict):
    """An account at a messaging service."""

    value: str  # a handle or an address, as the source wrote it
    label: NotRequired[str]  # the protocol: "skype", "jabber"


class CustomField(TypedDict):
    """A value with a name that the person or the source chose."""

    name: NotRequired[str]
    value: str  # also of a number or a date, as it was written: "0.10", "2009-06-20"
    type: NotRequired[str]  # "number" or "date"; absent for a text


class Hidden(TypedDict, total=False):
    """Values of sources that the person hid, each as it was when it was hidden."""

    emails: list[Email]
    phones: list[Phone]
    addresses: list[Address]
    urls: list[Url]
    events: list[Event]
    relations: list[Relation]
    ims: list[Im]
    custom_fields: list[CustomField]
    groups: list[str]


class RemovedName(TypedDict):
    """What a record was called that was removed from a merged contact."""

    ids: list[str]  # the aliases by which the person's record remembers it
    fields: "ContactFields"  # those that decide what a contact is called


class ContactFields(TypedDict, total=False):
    """The fields of one contact in one source. An empty field is absent, never null or empty."""

    prefix: str  # "Dr."
    given: str
    middle: str
    family: str
    suffix: str  # "Jr.", "MD"
    display: str
    phonetic_given: str  # the reading of a name: "けんいち"
    phonetic_middle: str
    phonetic_family: str
    file_as: str  # the name that the source sorts by
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
    custom_fields: list[CustomField]  # values without a field of their own, under the source's names
    groups: list[str]  # names of labels, categories or folders
    groups_by_id: dict[str, str]  # further groups, which can be renamed: current names by the source's ids
    photo_url: str
    hidden: Hidden  # only in the person's own record
    kept_name: dict[str, str]  # in the same form: the name the contact had when its last source was removed
    removed_names: list[RemovedName]  # only in the person's record of a merged contact, the most recent first


@dataclass(slots=True)  # not frozen, which would double the time it takes to create one
class SourceContact:
    """One contact as a source has just provided it."""

    #: The source's id of the contact; case-sensitive.
    source_id: str
    fields: ContactFields
    #: Other present or former ids of the same contact in the source (Google's previous resource names and its CONTACT
    #: source id); they find the record if `source_id` is new.
    aliases: tuple[str, ...] = ()
    #: Whether `fields` has only the changes (Graph's delta), to be merged with the record before hashing.
    partial: bool = False
    #: The fields that a partial contact removes; "relations:spouse" means only the relations with that label, and
    #: "custom_fields:Office" only the custom fields with that name.
    cleared: tuple[str, ...] = ()
    #: The kinds of values of the source that cannot be stored ("Photo"), for the ledger.
    dropped: tuple[str, ...] = ()
    #: What to do with it; None to let the rules of matching decide.
    decision: Decision | None = None
    #: Whether `fields` is cleaned already, as the list of a bulk run is.
    is_clean: bool = False
    #: Whether nothing in `fields` is empty, and no text in it begins or ends with a blank.
    is_trimmed: bool = False


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A source contact that cannot be stored. `reason` is a code such as `too_large`."""

    source_id: str
    reason: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A source contact that is skipped on purpose. `reason` is a code."""

    source_id: str
    reason: str
    name: str = ""


@dataclass(slots=True)
class RawContact:
    """A source contact that is converted only if it may have changed since an earlier import."""

    source_id: str
    #: A hash of the source's record; equal ones convert to equal contacts.
    fingerprint: bytes
    #: Converts the record. Never raises.
    convert: Callable[[], SourceContact | Unreadable]


Incoming = SourceContact | RawContact | Unreadable | LeftOut


@dataclass(frozen=True, slots=True)
class Stamp:
    """The job run that wrote a source record, and the outcome it counted."""

    job: str
    generation: int
    outcome: Outcome


@dataclass(slots=True)
class SourceRecord:
    """The most recent fields of a contact in one source."""

    #: The key of a `Source`.
    source: str
    #: The contact's id in the source.
    source_id: str
    fields: ContactFields
    #: The hash of `fields`; equal digests mean that nothing changed.
    digest: str
    stamp: Stamp
    #: Milliseconds since 1970; orders the records in the fold.
    first_seen: int
    #: Milliseconds since 1970.
    last_changed: int
    aliases: tuple[str, ...] = ()
    #: The operator's tag for the source when the record was created; "" for the source's default.
    own_tag: str = ""
    #: The fields whose value is shown before that of other sources, as the person chose for a file; `WHOLE_NAME` for
    #: the name.
    leads: tuple[str, ...] = ()

    @property
    def tag(self) -> str:
        """The operator's name of the source."""
        return self.own_tag or Source.of(self.source).tag
