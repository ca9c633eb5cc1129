"""The part of a contact that a book in memory keeps, and its text, which is stored with each contact."""

import sys
from collections.abc import Mapping, Sequence
from typing import NamedTuple, cast

from chalicelib.books.pairs import Compared
from chalicelib.contacts.contact import Contact
from chalicelib.contacts.identities import current_identities, emails_of, phone_hints_of, phones_of
from chalicelib.contacts.name_cards import card_text
from chalicelib.contacts.source import is_enrichment
from chalicelib.contacts.source_record import ContactFields, SourceRecord, Stamp
from chalicelib.foundation.fast_json import decode_json, encode_json
from chalicelib.foundation.outcomes import Outcome

_OUTCOMES: Mapping[str, Outcome] = {outcome.value: outcome for outcome in Outcome}
_intern = sys.intern  # a few sources and jobs are repeated by every record


class Mark(NamedTuple):
    """The part of a source record that the book keeps."""

    contact_id: str
    source: str  #: the source's key, such as "google:<connection id>"
    source_id: str  #: the contact's id there
    digest: str  #: of the record's content
    job: str  #: the job that wrote the record last, its generation, and the outcome it counted
    generation: int
    outcome: Outcome
    aliases: tuple[str, ...] = ()  #: other ids that the source uses for it


class Entry(NamedTuple):
    """The part of a contact that the book keeps."""

    contact_id: str
    version: int
    names: tuple[str, ...]  #: the distinct name cards of its records (see `card_text`); not those without a name
    identities: tuple[str, ...]  #: its emails and phone numbers in normal form
    marks: tuple[Mark, ...]  #: its records
    hints: tuple[str, ...] = ()  #: other spellings of its phone numbers
    merged: tuple[str, ...] = ()  #: the ids of contacts that were merged into it
    is_plain: bool = False  #: stored by an older version, with words instead of name cards and without companies

    @classmethod
    def of(cls, contact: Contact) -> "Entry":
        names: dict[str, None] = {}
        identities: dict[str, None] = {}
        hints: dict[str, None] = {}
        for record in contact.records:
            if is_enrichment(record.source):  # what a vendor guesses identifies nobody
                continue
            names[card_text(record.fields)] = None
            if "kept_name" in record.fields:  # the name it goes by until a source has it again
                names[card_text(cast(ContactFields, record.fields["kept_name"]))] = None
            identities.update(dict.fromkeys(emails_of(record.fields)))
            phones = phones_of(record.fields)
            identities.update(dict.fromkeys(phones))
            hints.update(dict.fromkeys(phone_hints_of(record.fields, phones)))
        names.pop("", None)
        return cls(
            contact.contact_id,
            contact.version,
            tuple(names),
            tuple(identities),
            _marks_of(contact),
            tuple(hints),
            tuple(contact.merged),
        )

    @classmethod
    def read(cls, match: str | bytes) -> "Entry":
        """The entry from the text that `match` returned."""
        contact_id, version, names, identities, marks, *more = decode_json(match)
        return cls(
            contact_id,
            version,
            tuple(names),
            current_identities(identities),
            tuple(
                Mark(
                    contact_id,
                    _intern(source),
                    source_id,
                    digest,
                    _intern(job),
                    generation,
                    _OUTCOMES[outcome],
                    (*aliases,),
                )
                for source, source_id, digest, job, generation, outcome, *aliases in marks
            ),
            tuple(more[0]) if more else (),
            tuple(more[1]) if len(more) > 1 else (),
            not more,
        )

    @property
    def compared(self) -> Compared:
        """What remembered pairs know the contact by."""
        records = [(mark.source, mark.source_id) for mark in self.marks]
        return Compared(records, (*self.names, *self.identities))

    def match(self, version: int) -> str:
        """The entry as text, as of `version`; one attribute of each item is then enough to read a book."""
        marks = [
            [mark.source, mark.source_id, mark.digest, mark.job, mark.generation, mark.outcome, *mark.aliases]
            for mark in self.marks
        ]
        parts = [self.contact_id, version, self.names, self.identities, marks, self.hints]
        return encode_json([*parts, self.merged] if self.merged else parts)


def match_of_new(contact: Contact, card: str, identities: Sequence[str], hints: Sequence[str]) -> str:
    """What `match` returns of a new contact with one record, without an entry: imports create thousands.

    Args:
        card, identities, hints: of its record, as an entry has them.
    """
    (record,) = contact.records
    stamp = record.stamp
    mark = (
        record.source,
        record.source_id,
        record.digest,
        stamp.job,
        stamp.generation,
        stamp.outcome,
        *record.aliases,
    )
    names = (card,) if card else ()
    return encode_json((contact.contact_id, contact.version + 1, names, identities, (mark,), hints))


def text_of(match: str) -> bytes:
    """What `Entry.match` returned, as the book keeps it: one letter beyond Latin would double the size of a str."""
    return match.encode("utf-8", "surrogatepass")


def _marks_of(contact: Contact) -> tuple[Mark, ...]:
    return tuple([_mark_of(record, contact.contact_id) for record in contact.records])


def _mark_of(record: SourceRecord, contact_id: str) -> Mark:
    stamp = record.stamp
    return Mark(
        contact_id,
        record.source,
        record.source_id,
        record.digest,
        stamp.job,
        stamp.generation,
        stamp.outcome,
        record.aliases,
    )


def record_of(mark: Mark, contact: Contact) -> SourceRecord:
    """The full record; an empty one if the contact has changed since the book was read."""
    for record in contact.records:
        if (record.source, record.source_id) == (mark.source, mark.source_id):
            return record
    stamp = Stamp(mark.job, mark.generation, mark.outcome)
    return SourceRecord(mark.source, mark.source_id, {}, mark.digest, stamp, 0, 0, mark.aliases)
