"""A source contact prepared for the book: cleaned, hashed, and, if it must be matched, with its identities."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple, cast

from chalicelib.books.book import Mark
from chalicelib.books.matching import Candidate
from chalicelib.contacts.cleaning import (
    SURROGATES,
    clean_fields,
    clean_fields_and_digest,
    clean_fields_and_text,
    clean_text,
    digest_of_stored,
)
from chalicelib.contacts.decision import Decision, Skip
from chalicelib.contacts.display_name import computed_display
from chalicelib.contacts.identities import emails_of, phone_hints_of, phones_of, with_e164
from chalicelib.contacts.name_cards import card_text
from chalicelib.contacts.source_record import (
    ContactFields,
    Incoming,
    LeftOut,
    RawContact,
    SourceContact,
    SourceRecord,
    Unreadable,
)
from chalicelib.contacts.stored_names import to_stored_text
from chalicelib.foundation.fast_json import canonical_json

LONGEST_ID = 512  # characters; a ledger line carries it
LONGEST_NAME = 80  # characters, in the ledger, of a contact that was not kept
EMPTY = "empty"
LEFT_OUT = "left_out"  # the contact was kept without some of its values: "left_out: Photo, Exchange address"
MOST_DROPPED = 5  # kinds of values that one ledger line names
_KEYED = {"relations": "label", "custom_fields": "name"}  # lists of which a partial contact may have only some values


class Recognized(NamedTuple):
    """How a source contact was recognized as one that the book has unchanged."""

    raw: RawContact
    mark: Mark  #: the book's record of it
    proof: bytes  #: that converting `raw` leads to `mark`


@dataclass(slots=True)
class PreparedContact:
    """A source contact, ready to be planned."""

    source_id: str
    aliases: Sequence[str]  #: other ids that its source uses for it
    fields: ContactFields
    digest: str | None  #: of the fields; None for a partial contact, before it is merged onto its record
    cleared: Sequence[str] = ()  #: fields that a partial contact empties
    reason: str | None = None  #: a code: why it is not kept; None for one that is
    name: str = ""  #: for the ledger, if it is not kept
    left_out: bool = False  #: not kept on purpose, so that it counts as skipped
    dropped: Sequence[str] = ()  #: kinds of values that could not be kept
    decision: Decision | None = None  #: of the person; None if the matching rules decide
    fingerprint: bytes = b""  #: of the source's record; b"" for none
    recognized: Recognized | None = None  #: if it was recognized as unchanged instead of being converted
    stored: str | None = None  #: the JSON text of `fields` as they are stored, if it was made for the digest
    _normalized: ContactFields | None = None
    _identities: Candidate | None = None

    def is_same_as(self, record: Mark | SourceRecord) -> bool:
        """Whether the book's record has the same content and id."""
        return record.digest == self.digest and record.source_id == self.source_id

    @property
    def note(self) -> str | None:
        """The ledger's reason for a contact that was kept without some of its values."""
        if not self.dropped:
            return None
        more = ", …" if len(self.dropped) > MOST_DROPPED else ""
        return f"{LEFT_OUT}: {', '.join(self.dropped[:MOST_DROPPED])}{more}"

    def in_region(self, region: str) -> ContactFields:
        """The fields, with phone numbers in E.164 where they can be parsed; parsed at the first call."""
        if self._normalized is None:
            self._normalized = with_e164(self.fields, region)
        return self._normalized

    def stored_in_region(self, region: str) -> str | None:
        """The JSON text of `in_region` as it is stored; None if it has to be made."""
        return self.stored if self.in_region(region) is self.fields else None

    def identities(self, region: str) -> Candidate:
        """The parts that matching compares: its name card, and its emails and phone numbers in normal form."""
        if self._identities is None:
            fields = self.in_region(region)
            phones = phones_of(fields)
            hints = phone_hints_of(fields, phones) if phones else ()
            self._identities = Candidate(card_text(fields), emails_of(fields), phones, hints)
        return self._identities

    def merged_onto(self, record: SourceRecord) -> "PreparedContact":
        """The full contact: the fields of `record` without the cleared ones, updated with those of this partial one."""
        kept: dict[str, Any] = {each: value for each, value in record.fields.items() if each not in self.cleared}
        changed: dict[str, Any] = {**self.fields}
        for field, key in _KEYED.items():
            changed[field] = self._merge_list(field, key, kept.get(field, []), changed.get(field, []))
        merged = {each: value for each, value in {**kept, **changed}.items() if value}
        fields, hashed = clean_fields_and_digest(cast(ContactFields, merged))
        return PreparedContact(
            self.source_id, self.aliases, fields, hashed, dropped=self.dropped, decision=self.decision
        )

    def _merge_list(self, field: str, key: str, kept: list[Any], changed: list[Any]) -> list[Any]:
        cleared = {each.partition(":")[2] for each in self.cleared if each.startswith(f"{field}:")}
        stays = [value for value in kept if value.get(key, "") not in cleared]
        return sorted([*stays, *changed], key=lambda value: str(value.get(key, "")))


def prepare(each: Incoming) -> PreparedContact:
    """Clean and hash a source contact; hostile input is rejected, never raised."""
    try:
        if isinstance(each, RawContact):
            prepared = _prepare(each.convert())
            prepared.fingerprint = each.fingerprint
            return prepared
        return _prepare(each)
    except MemoryError:
        raise
    except Exception:  # one malformed contact must not fail the page
        return reject(each.source_id, "unreadable")


def without_conversion(raw: RawContact, mark: Mark, proof: bytes) -> PreparedContact:
    """A source contact that is recognized as the record that the book has of it."""
    return PreparedContact(raw.source_id, mark.aliases, {}, mark.digest, recognized=Recognized(raw, mark, proof))


def reject(source_id: object, reason: str, name: str = "") -> PreparedContact:
    """A contact that is not kept: an empty one is left out on purpose, any other has failed."""
    shortened = source_id[:LONGEST_ID] if isinstance(source_id, str) else ""
    safe = shortened.encode("utf-8", "replace").decode()
    shown = clean_text(name)[:LONGEST_NAME]
    return PreparedContact(safe, (), {}, None, reason=reason, name=shown, left_out=reason == EMPTY)


def _prepare(each: SourceContact | Unreadable | LeftOut) -> PreparedContact:
    source_id = each.source_id
    if not isinstance(each, SourceContact):
        rejected = reject(source_id, each.reason, each.name)
        return replace(rejected, left_out=True) if isinstance(each, LeftOut) else rejected
    if not is_usable_id(source_id):
        return reject(source_id, "unusable_id", display_name(each.fields))
    if isinstance(each.decision, Skip):
        return replace(reject(source_id, each.decision.code, safe_display_name(each.fields)), left_out=True)
    aliases = [alias for alias in each.aliases if is_usable_id(alias)]
    if each.partial:
        return PreparedContact(
            source_id, aliases, each.fields, None, each.cleared, dropped=each.dropped, decision=each.decision
        )
    if each.is_clean:
        fields, text = each.fields, canonical_json(each.fields)
    else:
        fields, text = clean_fields_and_text(each.fields, each.is_trimmed)
    if not fields:
        return reject(source_id, EMPTY)
    stored = to_stored_text(text)
    return PreparedContact(
        source_id,
        aliases,
        fields,
        digest_of_stored(stored),
        dropped=each.dropped,
        decision=each.decision,
        stored=stored,
    )


def as_full_contact(prepared: PreparedContact) -> PreparedContact:
    """A partial contact that the book has no record of, taken for the full contact."""
    fields, hashed = clean_fields_and_digest(prepared.fields)
    if not fields:
        return reject(prepared.source_id, EMPTY)
    return PreparedContact(
        prepared.source_id, prepared.aliases, fields, hashed, dropped=prepared.dropped, decision=prepared.decision
    )


def display_name(fields: ContactFields) -> str:
    """The name in the ledger of a contact that is not in the book."""
    cleaned = clean_fields(fields)
    return (cleaned.get("display") or computed_display(cleaned))[:LONGEST_NAME]


def safe_display_name(fields: ContactFields) -> str:
    """The display name; "" if the fields cannot be read."""
    try:
        return display_name(fields)
    except Exception:
        return ""


def is_usable_id(source_id: str) -> bool:
    """Whether a source id can be a key and part of a ledger line."""
    if not 0 < len(source_id) <= LONGEST_ID:
        return False
    return source_id.isascii() or not SURROGATES.search(source_id)
