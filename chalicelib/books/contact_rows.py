"""Conversion between contacts and items. By hand: an import writes thousands, and PynamoDB models take twice as long.

`match` holds what the in-memory book needs, `content` the rest; neither repeats the other. The contact as a person sees
it is not stored, since it is folded from the records.
"""

import zlib
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from chalicelib.books.book import Book, Entry
from chalicelib.books.deletions import DeletedPerson, DeletionKey
from chalicelib.contacts.contact import Contact
from chalicelib.contacts.person_record import known_ids
from chalicelib.contacts.source_record import SourceRecord, Stamp
from chalicelib.contacts.stored_names import from_stored, to_stored
from chalicelib.foundation.dynamo import Item
from chalicelib.foundation.fast_json import Fragment, decode_json, encode_json
from chalicelib.tables.keys import CONTACT, DELETION_KEY, DELETION_MARKER

DELETION_MARKERS = DELETION_MARKER.sk_prefix()  # sorts after every contact id
KEY_BYTES = 300  # of an item without match and content: its keys, its version and the names of its attributes
LONGEST_KEY = 100  # characters of a contact id, generously


def is_contact_id(text: str) -> bool:
    """Whether the text can be a contact id; requests may contain anything."""
    return 0 < len(text) <= LONGEST_KEY and text.isascii() and text < DELETION_MARKERS


def shelf_of(contact_id: str, shelves: int) -> int:
    return zlib.crc32(contact_id.encode()) % shelves


def contact_key(owner: str, contact_id: str, shelves: int) -> Item:
    partition = _partition(owner, shelf_of(contact_id, shelves))
    return {"pk": {"S": partition}, "sk": {"S": contact_id}}  # without the template, which takes longer than the rest


@lru_cache(maxsize=512)  # the shelves of a few books
def _partition(owner: str, shelf: int) -> str:
    return CONTACT.partition(owner=owner, shelf=shelf)


def deletion_marker_key(owner: str, contact_id: str, shelves: int) -> Item:
    return DELETION_MARKER.key(owner=owner, shelf=shelf_of(contact_id, shelves), contact_id=contact_id).item


def to_item(key: Item, contact: Contact, match: str, stored: str | None = None) -> Item:
    """The item of the next version of `contact`.

    Args:
        match: the text of its entry as of that version.
        stored: the JSON text of the stored fields of its only record, if the caller has it.
    """
    return {
        **key,
        "version": {"N": str(contact.version + 1)},
        "match": {"S": match},
        "content": {"S": _content(contact, stored)},
    }


def _content(contact: Contact, stored: str | None) -> str:
    records = contact.records
    if stored is not None and not (contact.possible_duplicates or records[0].own_tag or records[0].leads):
        seen = f"{records[0].first_seen},{records[0].last_changed}"  # most new contacts have no more than this
        return f'{{"created":{contact.created_at},"updated":{contact.updated_at},"said":[{stored}],"seen":[[{seen}]]}}'
    content: dict[str, Any] = {
        "created": contact.created_at,
        "updated": contact.updated_at,
        "said": [to_stored(record.fields) for record in records] if stored is None else [Fragment(stored)],
        "seen": [(record.first_seen, record.last_changed) for record in records],
    }
    tags = [record.own_tag for record in records]
    if any(tags):
        content["tags"] = tags
    leads = [record.leads for record in records]
    if any(leads):
        content["leads"] = leads
    if contact.possible_duplicates:
        content["duplicates"] = contact.possible_duplicates
    return encode_json(content)


def size_of(item: Item) -> int:
    """The most bytes that the item takes, with keys of usual length."""
    return KEY_BYTES + _bytes(item["match"]["S"]) + _bytes(item["content"]["S"])


def to_contact(item: Item) -> Contact:
    entry = Entry.read(item["match"]["S"])
    content = decode_json(item["content"]["S"])
    tags = content.get("tags") or [""] * len(entry.marks)
    leads = content.get("leads") or [()] * len(entry.marks)
    records = [
        SourceRecord(
            mark.source,
            mark.source_id,
            from_stored(fields),
            mark.digest,
            Stamp(mark.job, mark.generation, mark.outcome),
            first_seen,
            last_changed,
            mark.aliases,
            tag,
            tuple(leading),
        )
        for mark, fields, (first_seen, last_changed), tag, leading in zip(
            entry.marks, content["said"], content["seen"], tags, leads, strict=True
        )
    ]
    duplicates, created, updated = tuple(content.get("duplicates", ())), content["created"], content["updated"]
    return Contact(entry.contact_id, entry.version, records, created, updated, duplicates, entry.merged)


def hash_key_key(owner: str) -> Item:
    """The key of the item with the key of a book's hashes."""
    return DELETION_KEY.key(owner=owner, shelf=0).item


def to_deletion_marker(key: Item, contact: Contact, secret: DeletionKey | None) -> Item:
    """The item of a marker.

    Args:
        secret: of the book; None for a marker without hashes, as older versions wrote it.
    """
    ids = [pair for record in contact.records for pair in known_ids(record)]
    marker = {**key, "buried": {"S": encode_json(ids)}}
    if secret is None:
        return marker
    entry = Entry.of(contact)
    person = secret.remember(contact.contact_id, entry.names, entry.identities)
    return {**marker, "hashed": {"S": person.text()}} if person.hashes else marker


def to_deletion_key(key: Item, secret: DeletionKey) -> Item:
    """The item of a book's key; like a marker of nobody for older versions, which read it with the book."""
    return {**key, "buried": {"S": "[]"}, "hash_key": {"S": secret.text()}}


def deletion_key_of(item: Item) -> DeletionKey | None:
    """The key in an item of its kind; None for other items."""
    return DeletionKey.read(item["hash_key"]["S"]) if "hash_key" in item else None


def deletion_marker_ids(item: Item) -> Iterable[tuple[str, str]]:
    """The pairs of source and source id in a marker."""
    return ((source, source_id) for source, source_id in decode_json(item["buried"]["S"]))


def deleted_person(item: Item) -> DeletedPerson | None:
    """The person in a marker; None if it has no hashes: of an older version, or of a contact without identities."""
    return DeletedPerson.read(item["hashed"]["S"]) if "hashed" in item else None


def put_deletion(book: Book, item: Item) -> None:
    """Add a deletion marker or the key of their hashes to the book."""
    if (secret := deletion_key_of(item)) is not None:
        book.deletions.key = secret
    else:
        book.mark_deleted(deletion_marker_ids(item))
        if (person := deleted_person(item)) is not None:
            book.deletions.add(person)


def _bytes(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode())
