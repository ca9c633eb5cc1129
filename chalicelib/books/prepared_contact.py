"""One source contact on its way into the book: cleaned, hashed, and, where it must be matched, with its identities."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, cast

from chalicelib.books.book import Book, Mark
from chalicelib.books.matching import Candidate, decide
from chalicelib.books.matching import Decision as Found
from chalicelib.contacts.cleaning import SURROGATES, clean_said, clean_text, cleaned_and_hashed, digest
from chalicelib.contacts.contact import ContactFields, Incoming, LeftOut, SourceContact, SourceRecord, Unreadable
from chalicelib.contacts.decision import Decision, Skip
from chalicelib.contacts.display_name import computed_display
from chalicelib.contacts.identities import emails_of, phone_hints_of, phones_of, with_e164
from chalicelib.contacts.name_cards import card_text

LONGEST_ID = 512  # characters; a ledger line carries it
LONGEST_NAME = 80  # of somebody who could not be kept, in the ledger
EMPTY = "empty"
LEFT_OUT = "left_out"  # the contact was kept without some of its values: "left_out: Photo, Exchange address"
MOST_KINDS = 5  # that one ledger line names
_KEYED = {"relations": "label", "custom_fields": "name"}  # members of which a partial contact may have only some values


@dataclass(slots=True)
class PreparedContact:
    """Args:
    reason: why it is not kept; None for one that is. left_out: on purpose.
    digest: None for a partial one: it is hashed over what it is laid upon.
    dropped: kinds of values that could not be kept.
    decision: what the source contact brought along; None where the rules of matching decide.
    """

    source_id: str
    aliases: Sequence[str]
    fields: ContactFields
    digest: str | None
    cleared: Sequence[str] = ()
    reason: str | None = None
    name: str = ""
    left_out: bool = False
    dropped: Sequence[str] = ()
    decision: Decision | None = None
    _understood: ContactFields | None = None
    _identities: Candidate | None = None

    def is_same_as(self, mark: Mark) -> bool:
        """Whether the book knows all of it."""
        return mark.digest == self.digest and mark.source_id == self.source_id

    @property
    def note(self) -> str | None:
        """The ledger's reason for a contact that was kept."""
        if not self.dropped:
            return None
        more = ", …" if len(self.dropped) > MOST_KINDS else ""
        return f"{LEFT_OUT}: {', '.join(self.dropped[:MOST_KINDS])}{more}"

    def in_region(self, region: str) -> ContactFields:
        """What it says, with phone numbers in E.164 where they can be understood. No number is parsed before."""
        if self._understood is None:
            self._understood = with_e164(self.fields, region)
        return self._understood

    def identities(self, region: str) -> Candidate:
        """Its card, and its emails and phone numbers in normal form."""
        if self._identities is None:
            said = self.in_region(region)
            phones = phones_of(said)
            hints = phone_hints_of(said, phones) if phones else ()
            self._identities = Candidate(card_text(said), emails_of(said), phones, hints)
        return self._identities

    def decide(self, book: Book, region: str) -> Found:
        return decide(book, self.identities(region))

    def merged_onto(self, record: SourceRecord) -> "PreparedContact":
        """A whole one: what the record said, without what is cleared, with what changed."""
        kept: dict[str, Any] = {each: value for each, value in record.fields.items() if each not in self.cleared}
        told: dict[str, Any] = {**self.fields}
        for member, key in _KEYED.items():
            told[member] = self._merged(member, key, kept.get(member, []), told.get(member, []))
        whole = {each: value for each, value in {**kept, **told}.items() if value}
        said, hashed = cleaned_and_hashed(cast(ContactFields, whole))
        return PreparedContact(self.source_id, self.aliases, said, hashed, dropped=self.dropped, decision=self.decision)

    def _merged(self, member: str, key: str, kept: list[Any], told: list[Any]) -> list[Any]:
        gone = {each.partition(":")[2] for each in self.cleared if each.startswith(f"{member}:")}
        stays = [value for value in kept if value.get(key, "") not in gone]
        return sorted([*stays, *told], key=lambda value: str(value.get(key, "")))


def prepare(each: Incoming) -> PreparedContact:
    """Never raises for what a source may say, however hostile."""
    try:
        if isinstance(each, Unreadable):
            return rejected(each.source_id, each.reason, each.name)
        if isinstance(each, LeftOut):
            return replace(rejected(each.source_id, each.reason, each.name), left_out=True)
        return _ready(each)
    except MemoryError:
        raise
    except Exception:  # one contact that breaks us must not break the page
        return rejected(each.source_id, "unreadable")


def rejected(source_id: object, reason: str, name: str = "") -> PreparedContact:
    """One that is not kept. What says nothing is left out; what cannot be kept has failed."""
    shortened = source_id[:LONGEST_ID] if isinstance(source_id, str) else ""
    safe = shortened.encode("utf-8", "replace").decode()
    told = clean_text(name)[:LONGEST_NAME]
    return PreparedContact(safe, (), {}, None, reason=reason, name=told, left_out=reason == EMPTY)


def _ready(each: SourceContact) -> PreparedContact:
    source_id = each.source_id
    if not _is_usable(source_id):
        return rejected(source_id, "unusable_id", display_name(each.fields))
    if isinstance(each.decision, Skip):
        return replace(rejected(source_id, each.decision.code, safe_display_name(each.fields)), left_out=True)
    aliases = [alias for alias in each.aliases if _is_usable(alias)]
    if each.partial:
        return PreparedContact(
            source_id, aliases, each.fields, None, each.cleared, dropped=each.dropped, decision=each.decision
        )
    said, hashed = (each.fields, digest(each.fields)) if each.is_clean else cleaned_and_hashed(each.fields)
    if not said:
        return rejected(source_id, EMPTY)
    return PreparedContact(source_id, aliases, said, hashed, dropped=each.dropped, decision=each.decision)


def as_full_contact(prepared: PreparedContact) -> PreparedContact:
    """A partial one that nothing is known of is all there is."""
    said, hashed = cleaned_and_hashed(prepared.fields)
    if not said:
        return rejected(prepared.source_id, EMPTY)
    return PreparedContact(
        prepared.source_id, prepared.aliases, said, hashed, dropped=prepared.dropped, decision=prepared.decision
    )


def display_name(said: ContactFields) -> str:
    """What the ledger calls somebody who is not in the book."""
    cleaned = clean_said(said)
    return (cleaned.get("display") or computed_display(cleaned))[:LONGEST_NAME]


def safe_display_name(said: ContactFields) -> str:
    """The same; "" where it is what cannot be read."""
    try:
        return display_name(said)
    except Exception:
        return ""


def _is_usable(source_id: str) -> bool:
    """Whether it can be a key, and a part of a ledger line."""
    if not 0 < len(source_id) <= LONGEST_ID:
        return False
    return source_id.isascii() or not SURROGATES.search(source_id)
