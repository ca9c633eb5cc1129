"""Imports write new contacts with one record by a shorter way, which leads to just what the general way leads to."""

import json

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.books.book import Book, Entry, text_of
from chalicelib.books.entry import match_of_new
from chalicelib.books.prepared_contact import prepare
from chalicelib.contacts.contact import Contact
from chalicelib.contacts.source_record import SourceContact, SourceRecord, Stamp
from chalicelib.foundation.outcomes import Outcome
from tests.books.world import World
from tests.contacts.making import GOOGLE

MOMENT = 1_700_000_000_000
CREATED = Stamp("job", 1, Outcome.CREATED)
names = st.sampled_from(["", "Ada", "Zoë", "王", "\ud83d", 'a "b"\\', "\x01"])
# One number has two spellings, since its country renumbered; one has an extension; one cannot be parsed.
phones = st.sampled_from(["+49 170 1234567", "+52 1 55 1234 5678", "+55 11 8765 4321", "030 1234 x5", "12345678"])
fields = st.builds(
    lambda given, company, emails, phones: {
        "given": given,
        "nickname": "x",
        "organization": company,
        "emails": [{"value": each} for each in emails],
        "phones": phones,
    },
    names,
    names,
    st.lists(st.sampled_from(["ada@x.org", "ADA@x.org", "zoë@bücher.de", "X.500"]), max_size=3),
    st.lists(phones.map(lambda raw: {"raw": raw}) | st.just({"raw": "030 1234", "e164": "+49301234"}), max_size=3),
)
texts = st.sampled_from(["p/1", "ä/2", '"3"'])
new_contacts = st.builds(
    lambda fields, source_id, aliases, tag, leads, duplicates: (
        prepare(SourceContact(source_id, fields)),
        SourceRecord(GOOGLE, source_id, {}, "", CREATED, MOMENT, MOMENT, tuple(aliases), tag, leads),
        tuple(duplicates),
    ),
    fields,
    texts,
    st.lists(texts, unique=True, max_size=3),
    st.sampled_from(["", "crm"]),
    st.sampled_from([(), ("name",)]),
    st.lists(st.sampled_from(["c8", "c9"]), unique=True),
)


@given(new_contacts, st.integers(0, 1))
def test_a_new_contact_is_written_and_kept_as_any_other(new, earlier):
    prepared, record, duplicates = new
    record.fields, record.digest = prepared.in_region("DE"), str(prepared.digest)
    contact = Contact("c1", 0, [record], MOMENT, MOMENT, duplicates)
    card, emails, phones, hints = prepared.identities("DE")
    identities, store = (*emails, *phones), World().store

    match = match_of_new(contact, card, identities, hints)
    entry = Entry.of(contact)._replace(version=1)

    short_way = store.sized_write_with("anna", contact, match, prepared.stored_in_region("DE"))
    assert stored(*short_way) == stored(*store.sized_put_write("anna", contact, entry))
    general, short = (book_with(earlier, entry) for _ in range(2))
    general.put(entry)
    short.put_new("c1", record, identities, hints, text_of(match))
    assert queries(short, entry) == queries(general, entry)


def test_the_fields_of_a_contact_are_written_from_the_text_that_was_hashed_unless_its_numbers_are_completed():
    complete = prepare(SourceContact("p/1", {"organization": "x", "phones": [{"raw": "1", "e164": "+49301234"}]}))
    incomplete = prepare(SourceContact("p/1", {"organization": "x", "phones": [{"raw": "030 1234567"}]}))

    assert complete.stored_in_region("DE") == '{"organisation":"x","phones":[{"e164":"+49301234","raw":"1"}]}'
    assert incomplete.stored_in_region("DE") is None


def stored(write, size) -> tuple[object, object, int]:
    """The write but for its content, and what the content says, in whatever order of fields."""
    content = json.loads(write["Put"]["Item"].pop("content")["S"])
    return write, content, size


def book_with(contacts: int, like: Entry) -> Book:
    """A book with so many others that share its identities; the names of those that have one were asked for."""
    book = Book()
    for number in range(contacts):
        book.put(like._replace(contact_id=f"other-{number}", marks=()))
    for identity in like.identities:
        book.contacts_named(identity, ())
    return book


def queries(book: Book, entry: Entry) -> list[object]:
    (mark,) = entry.marks
    return [
        book.text("c1"),
        book.entry("c1"),
        book.record(mark.source, mark.source_id),
        [book.record_with_alias(mark.source, alias) for alias in mark.aliases],
        [(book.contacts_with(each), book.contacts_named(each, ("ada",))) for each in entry.identities],
        [book.contacts_hinted(each) for each in entry.hints],
        [each.contact_id for each in book.written_by(mark.job)],
        book.has_plain_entries,
    ]
