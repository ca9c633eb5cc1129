"""Stores contacts and deletion markers in the contacts table.

Each contact is one item, so a changed contact takes one write, and there is no second copy to keep consistent.
"""

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from chalicelib.books.book import Book, Entry, text_of
from chalicelib.books.contact_rows import (
    DELETION_MARKERS,
    contact_key,
    deleted_person,
    deletion_key_of,
    deletion_marker_key,
    hash_key_key,
    is_contact_id,
    put_deletion,
    size_of,
    to_contact,
    to_deletion_key,
    to_deletion_marker,
    to_item,
)
from chalicelib.books.deletions import DeletionKey, Deletions
from chalicelib.books.pair_store import to_pair
from chalicelib.contacts.contact import Contact
from chalicelib.foundation.dynamo import Dynamo, Item, Write
from chalicelib.foundation.errors import NotFound, TooLarge
from chalicelib.foundation.executor import Executor, Task, ThreadExecutor
from chalicelib.tables.keys import CONTACT

LARGEST_CONTACT = 64 * 1024  # bytes
ASKED_TOGETHER = 1_000  # ids, by one of several parallel requests
READ_AHEAD = 8  # shelves that are in memory at once when the whole book is read
_NOT_STORED = {
    "ConditionExpression": "attribute_not_exists(pk)",
    "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
}
_MATCH = {
    "ProjectionExpression": "#match, buried, hashed, hash_key, pair",
    "ExpressionAttributeNames": {"#match": "match"},
}


@dataclass(frozen=True)
class ContactStore:
    """The contacts and deletion markers of all owners.

    Every method that reads may raise `ResponseLost` if DynamoDB does not respond.
    """

    dynamo: Dynamo
    table: str
    shelves: int = 64  #: over how many partitions a book is spread; must not change while the table exists
    executor: Executor = field(default_factory=ThreadExecutor)  #: reads shelves in parallel

    def key(self, owner: str, contact_id: str) -> Item:
        """The key of a contact's item."""
        return contact_key(owner, contact_id, self.shelves)

    # ── reading

    def read_book(self, owner: str) -> Book:
        """The whole book, reduced to what matching needs."""
        return self.begin_reading(owner).result()

    def begin_reading(self, owner: str) -> Task[Book]:
        """Start reading the whole book while the caller continues. The result can be taken once."""
        works = [partial(self._matches, owner, shelf) for shelf in range(self.shelves)]
        return _BookReading(deque(map(self.executor.start, works)))

    def find(self, owner: str, contact_id: str) -> Contact | None:
        item = self.dynamo.get(self.table, self.key(owner, contact_id)) if is_contact_id(contact_id) else None
        return None if item is None else to_contact(item)

    def get(self, owner: str, contact_id: str) -> Contact:
        """Raises NotFound if there is no such contact."""
        contact = self.find(owner, contact_id)
        if contact is None:
            raise NotFound("Contact not found.")
        return contact

    def was_deleted(self, owner: str, contact_id: str) -> bool:
        """Whether the person deleted a contact with this id."""
        if not is_contact_id(contact_id):
            return False
        return self.dynamo.get(self.table, self._marker_key(owner, contact_id)) is not None

    def deleted_ids(self, owner: str, contact_ids: Sequence[str]) -> set[str]:
        """Those of these ids that the person deleted."""
        ids = {each for each in contact_ids if is_contact_id(each)}
        markers = {self._marker_key(owner, each)["sk"]["S"]: each for each in ids}
        keys = [self._marker_key(owner, each) for each in ids]
        found = self.dynamo.get_many(self.table, keys, ProjectionExpression="sk")
        return {markers[item["sk"]["S"]] for item in found}

    def add_deletions(self, book: Book, owner: str, contact_ids: Sequence[str]) -> None:
        """Add the deletions of those of these contacts that the person has deleted since the book was read."""
        keys = [hash_key_key(owner), *(self._marker_key(owner, each) for each in dict.fromkeys(contact_ids))]
        for item in self.dynamo.get_many(self.table, keys):
            put_deletion(book, item)

    def deletion_key(self, owner: str) -> DeletionKey | None:
        """The key of the hashes of deleted people; None if the book has none yet."""
        item = self.dynamo.get(self.table, hash_key_key(owner))
        return None if item is None else deletion_key_of(item)

    def deletions(self, owner: str) -> Deletions:
        """The deleted people of the book whose hashes are kept."""
        deletions = Deletions()
        deletions.key = self.deletion_key(owner)
        if deletions.key is not None:
            for items in self.executor.all([partial(self._markers, owner, shelf) for shelf in range(self.shelves)]):
                for person in filter(None, map(deleted_person, items)):
                    deletions.add(person)
        return deletions

    def get_many(self, owner: str, contact_ids: Sequence[str]) -> dict[str, Contact]:
        """The contacts with these ids that exist, by id."""
        keys = [self.key(owner, each) for each in dict.fromkeys(contact_ids) if is_contact_id(each)]
        return {item["sk"]["S"]: to_contact(item) for item in self.dynamo.get_many(self.table, keys)}

    def existing_ids(self, owner: str, contact_ids: Sequence[str]) -> set[str]:
        """The ids that exist."""
        return set(self.versions(owner, contact_ids))

    def versions(self, owner: str, contact_ids: Sequence[str]) -> dict[str, int]:
        """The versions of the contacts with these ids that exist, by id."""
        ids = [contact_id for contact_id in dict.fromkeys(contact_ids) if is_contact_id(contact_id)]
        pieces = [ids[start : start + ASKED_TOGETHER] for start in range(0, len(ids), ASKED_TOGETHER)]
        reads = [partial(self._versions, owner, piece) for piece in pieces]
        return {contact_id: version for found in self.executor.all(reads) for contact_id, version in found}

    def all(self, owner: str) -> Iterator[Contact]:
        """Every contact, in no particular order; the next shelves are read while one is used."""
        for _, contacts in self.by_shelf(owner):
            yield from contacts

    def by_shelf(
        self, owner: str, ahead: int = READ_AHEAD, *, first: int = 0
    ) -> Iterator[tuple[float, Iterator[Contact]]]:
        """Every contact, shelf by shelf, each with the fraction of the book that has been read by then.

        The contacts of a shelf come in the order of their ids.

        Args:
            ahead: how many shelves are read at once. The first one is read alone, for callers that stop after it.
            first: the number of the shelf to begin with.
        """
        started: deque[Task[list[Item]]] = deque()
        for shelf in range(first, self.shelves):
            most = min(self.shelves, shelf + ahead) if shelf > first else shelf + 1
            while shelf + len(started) < most:
                started.append(self.executor.start(partial(self._contacts, owner, shelf + len(started))))
            yield (shelf + 1) / self.shelves, map(to_contact, started.popleft().result())

    # ── writing

    def put_write(self, owner: str, contact: Contact) -> Write:
        """The write of `contact` as its next version, if `contact.version` is still the stored one (0: none is stored).

        Raises:
            TooLarge: it exceeds `LARGEST_CONTACT` bytes.
        """
        write, _ = self.sized_put_write(owner, contact, Entry.of(contact))
        return write

    def sized_put_write(self, owner: str, contact: Contact, entry: Entry) -> tuple[Write, int]:
        """The write of `put_write` and its size in bytes, for callers that have `Entry.of(contact)` already."""
        return self.sized_write_with(owner, contact, entry.match(contact.version + 1))

    def sized_write_with(
        self, owner: str, contact: Contact, match: str, stored: str | None = None
    ) -> tuple[Write, int]:
        """The write of `put_write` and its size in bytes, for callers that have texts of the item already.

        Args:
            match: the text of the next entry.
            stored: as in `to_item`.
        """
        item = to_item(self.key(owner, contact.contact_id), contact, match, stored)
        size = size_of(item)
        if size > LARGEST_CONTACT:
            raise TooLarge(
                f"A contact can be at most {LARGEST_CONTACT // 1024} KB; this one would have {-(-size // 1024)} KB.",
                bytes=size,
                most_bytes=LARGEST_CONTACT,
            )
        return {"Put": {"TableName": self.table, "Item": item, **_unchanged(contact.version)}}, size

    def restore_write(self, owner: str, contact: Contact) -> Write:
        """The write that puts a contact back that was deleted or merged, as its next version, if none is stored.

        The version continues from the earlier one, so that a client that read the contact before notices the change.

        Raises:
            TooLarge: as `put_write`.
        """
        write, _ = self.sized_restore_write(owner, contact, Entry.of(contact))
        return write

    def sized_restore_write(self, owner: str, contact: Contact, entry: Entry) -> tuple[Write, int]:
        """The write of `restore_write` and its size in bytes, for callers that have `Entry.of(contact)` already."""
        write, size = self.sized_put_write(owner, contact, entry)
        return {"Put": {"TableName": self.table, "Item": write["Put"]["Item"], **_NOT_STORED}}, size

    def remove_write(self, owner: str, contact: Contact) -> Write:
        """The write that deletes `contact`, if `contact.version` is still the stored one."""
        key = self.key(owner, contact.contact_id)
        return {"Delete": {"TableName": self.table, "Key": key, **_unchanged(contact.version)}}

    def unchanged_check(self, owner: str, contact: Contact) -> Write:
        """The check that `contact.version` is still the stored one, for a transaction that does not write it."""
        key = self.key(owner, contact.contact_id)
        return {"ConditionCheck": {"TableName": self.table, "Key": key, **_unchanged(contact.version)}}

    def existence_check(self, owner: str, contact_id: str) -> Write:
        """The check that the contact exists, in whatever version, for a transaction that does not write it."""
        key = self.key(owner, contact_id)
        return {"ConditionCheck": {"TableName": self.table, "Key": key, "ConditionExpression": "attribute_exists(pk)"}}

    def deletion_marker_write(self, owner: str, contact: Contact, secret: DeletionKey | None = None) -> Write:
        """The write of the marker of a contact that the person deletes, by which imports recognize and skip it.

        Args:
            secret: the book's key; without it, only source ids are kept.
        """
        item = to_deletion_marker(self._marker_key(owner, contact.contact_id), contact, secret)
        return {"Put": {"TableName": self.table, "Item": item}}

    def deletion_key_write(self, owner: str, secret: DeletionKey) -> Write:
        """The write of the book's key for hashes, if it has none yet."""
        return {"Put": {"TableName": self.table, "Item": to_deletion_key(hash_key_key(owner), secret), **_NOT_STORED}}

    def undelete_write(self, owner: str, contact_id: str) -> Write:
        """The write that deletes the marker of a contact that is restored, if it still has one."""
        key = self._marker_key(owner, contact_id)
        condition = {"ConditionExpression": "attribute_exists(pk)"}
        return {"Delete": {"TableName": self.table, "Key": key, **condition}}

    def forget_hashes_writes(self, owner: str, contact_ids: Sequence[str]) -> Sequence[Write]:
        """The writes that remove the hashes from the markers of these contacts, if they have any; source ids stay."""
        found = self.dynamo.get_many(self.table, [self._marker_key(owner, each) for each in contact_ids])
        bare = [{name: value for name, value in item.items() if name != "hashed"} for item in found if "hashed" in item]
        condition = {"ConditionExpression": "attribute_exists(hashed)"}
        return [{"Put": {"TableName": self.table, "Item": item, **condition}} for item in bare]

    def erase(self, owner: str) -> None:
        """Delete everything of this owner, deletion markers too. May be repeated."""
        for shelf in range(self.shelves):
            keys = list(self._query(owner, shelf, ProjectionExpression="pk, sk"))
            self.dynamo.delete_many(self.table, keys)

    # ── keys and queries

    def _marker_key(self, owner: str, contact_id: str) -> Item:
        return deletion_marker_key(owner, contact_id, self.shelves)

    def _query(self, owner: str, shelf: int, **more: object) -> Iterator[Item]:
        return self.dynamo.query(
            TableName=self.table,
            KeyConditionExpression="pk = :pk",
            ExpressionAttributeValues={":pk": {"S": CONTACT.partition(owner=owner, shelf=shelf)}},
            ConsistentRead=True,
            **more,
        )

    def _versions(self, owner: str, contact_ids: Sequence[str]) -> list[tuple[str, int]]:
        keys = [self.key(owner, contact_id) for contact_id in contact_ids]
        items = self.dynamo.get_many(self.table, keys, ProjectionExpression="sk, version")
        return [(item["sk"]["S"], int(item["version"]["N"])) for item in items]

    def _matches(self, owner: str, shelf: int) -> list[Item]:
        """The attributes that the book needs, of all items of one shelf."""
        return list(self._query(owner, shelf, **_MATCH))

    def _markers(self, owner: str, shelf: int) -> list[Item]:
        """The deletion markers of one shelf that have hashes."""
        return list(
            self.dynamo.query(
                TableName=self.table,
                KeyConditionExpression="pk = :pk AND begins_with(sk, :markers)",
                FilterExpression="attribute_exists(hashed)",
                ProjectionExpression="hashed",
                ExpressionAttributeValues={
                    ":pk": {"S": CONTACT.partition(owner=owner, shelf=shelf)},
                    ":markers": {"S": DELETION_MARKERS},
                },
                ConsistentRead=True,
            )
        )

    def _contacts(self, owner: str, shelf: int) -> list[Item]:
        """The contacts of one shelf; deletion markers come after them."""
        pk = CONTACT.partition(owner=owner, shelf=shelf)
        return list(
            self.dynamo.query(
                TableName=self.table,
                KeyConditionExpression="pk = :pk AND sk < :markers",
                ExpressionAttributeValues={":pk": {"S": pk}, ":markers": {"S": DELETION_MARKERS}},
                ConsistentRead=True,
            )
        )


@dataclass(frozen=True, slots=True)
class _BookReading:
    """The shelves of a book that are being read."""

    shelves: deque[Task[list[Item]]]

    def result(self) -> Book:
        book = Book()
        while self.shelves:
            for item in self.shelves.popleft().result():
                if "match" in item:
                    book.put_text(text_of(item["match"]["S"]))
                elif "pair" in item:
                    book.pairs.add(to_pair(item["pair"]["S"]))
                else:
                    put_deletion(book, item)
        return book


def _unchanged(version: int) -> Mapping[str, Any]:
    """The condition that the stored version is this one; a refusal returns the stored item."""
    if not version:
        return _NOT_STORED
    return {
        "ConditionExpression": "version = :version",
        "ExpressionAttributeValues": {":version": {"N": str(version)}},
        "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
    }
