"""The books as they are kept: one item a contact, one write a changed contact, nothing beside it to keep in step."""

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial

from chalicelib.books.book import Book, Entry
from chalicelib.books.contact_rows import (
    DELETION_MARKERS,
    contact_key,
    deletion_marker_ids,
    deletion_marker_key,
    is_contact_id,
    size_of,
    to_contact,
    to_deletion_marker,
    to_item,
)
from chalicelib.contacts.contact import Contact
from chalicelib.foundation.dynamo import Dynamo, Item, Write
from chalicelib.foundation.errors import NotFound, TooLarge
from chalicelib.foundation.executor import Executor, Task, ThreadExecutor
from chalicelib.tables.keys import CONTACT

LARGEST_CONTACT = 64 * 1024  # bytes
ASKED_TOGETHER = 1_000  # ids, by one of the requests side by side
READ_AHEAD = 8  # shelves, at most, that are held at once when the whole book is read
_MATCH = {"ProjectionExpression": "#match, buried", "ExpressionAttributeNames": {"#match": "match"}}


@dataclass(frozen=True)
class ContactStore:
    """Args:
    shelves: over how many partitions a book is spread; the same for as long as the table lives.
    beside: reads shelves side by side.
    """

    dynamo: Dynamo
    table: str
    shelves: int = 64
    executor: Executor = field(default_factory=ThreadExecutor)

    # ── reading

    def read_book(self, owner: str) -> Book:
        """The whole book, reduced to what matching needs, as it is at this instant."""
        book = Book()
        for items in self.executor.all([partial(self._matches, owner, shelf) for shelf in range(self.shelves)]):
            for item in items:
                if "match" in item:
                    book.put(Entry.read(item["match"]["S"]))
                else:
                    book.mark_deleted(deletion_marker_ids(item["buried"]["S"]))
        return book

    def find(self, owner: str, contact_id: str) -> Contact | None:
        item = self.dynamo.get(self.table, self._key(owner, contact_id)) if is_contact_id(contact_id) else None
        return None if item is None else to_contact(item)

    def get(self, owner: str, contact_id: str) -> Contact:
        contact = self.find(owner, contact_id)
        if contact is None:
            raise NotFound("Contact not found.")
        return contact

    def was_deleted(self, owner: str, contact_id: str) -> bool:
        """Whether the person deleted a contact of this id."""
        if not is_contact_id(contact_id):
            return False
        return self.dynamo.get(self.table, self._marker_key(owner, contact_id)) is not None

    def deleted_source_ids(self, owner: str, contact_ids: Sequence[str]) -> list[tuple[str, str]]:
        """The source ids, each with its source, of those of these contacts that the person deleted."""
        keys = [self._marker_key(owner, each) for each in dict.fromkeys(contact_ids)]
        markers = self.dynamo.get_many(self.table, keys)
        return [pair for marker in markers for pair in deletion_marker_ids(marker["buried"]["S"])]

    def get_many(self, owner: str, contact_ids: Sequence[str]) -> dict[str, Contact]:
        """Those that exist, whole, by id."""
        keys = [self._key(owner, contact_id) for contact_id in dict.fromkeys(contact_ids)]
        return {item["sk"]["S"]: to_contact(item) for item in self.dynamo.get_many(self.table, keys)}

    def existing_ids(self, owner: str, contact_ids: Sequence[str]) -> set[str]:
        """Which of these the owner has."""
        ids = [contact_id for contact_id in dict.fromkeys(contact_ids) if is_contact_id(contact_id)]
        pieces = [ids[start : start + ASKED_TOGETHER] for start in range(0, len(ids), ASKED_TOGETHER)]
        works = [partial(self._existing, owner, piece) for piece in pieces]
        return {contact_id for found in self.executor.all(works) for contact_id in found}

    def all(self, owner: str) -> Iterator[Contact]:
        """Every contact, whole, in no order that means something; the next shelves are read while one is used."""
        for _, contacts in self.by_shelf(owner):
            yield from contacts

    def by_shelf(self, owner: str, ahead: int = READ_AHEAD) -> Iterator[tuple[float, Iterator[Contact]]]:
        """The same shelf by shelf, each with the share of the book that has been read with it.

        Args:
            ahead: how many shelves are read at once; the first one is read alone, for callers that stop after it.
        """
        begun: deque[Task[list[Item]]] = deque()
        for shelf in range(self.shelves):
            most = min(self.shelves, shelf + ahead) if shelf else 1
            while shelf + len(begun) < most:
                begun.append(self.executor.start(partial(self._contacts, owner, shelf + len(begun))))
            yield (shelf + 1) / self.shelves, map(to_contact, begun.popleft().result())

    # ── writing

    def put_write(self, owner: str, contact: Contact, entry: Entry | None = None) -> Write:
        """The write of `contact` as its next version, if `contact.version` (0: none) is still the stored one.

        Args:
            entry: `Entry.of(contact)`, where the caller has it already.

        Raises:
            TooLarge: a contact is at most `LARGEST_CONTACT` bytes.
        """
        key = self._key(owner, contact.contact_id)
        item = to_item(key, contact, entry or Entry.of(contact))
        if size_of(item) > LARGEST_CONTACT:
            raise TooLarge(f"A contact can be at most {LARGEST_CONTACT // 1024} KB.")
        return {"Put": {"TableName": self.table, "Item": item, **_unchanged(contact.version)}}

    def remove_write(self, owner: str, contact: Contact) -> Write:
        key = self._key(owner, contact.contact_id)
        return {"Delete": {"TableName": self.table, "Key": key, **_unchanged(contact.version)}}

    def deletion_marker_write(self, owner: str, contact: Contact) -> Write:
        """Remember the ids that sources knew `contact` by, because a person deleted it: imports leave them out."""
        item = to_deletion_marker(self._marker_key(owner, contact.contact_id), contact)
        return {"Put": {"TableName": self.table, "Item": item}}

    def erase(self, owner: str) -> None:
        """Delete everything of this owner, deletion markers too. May be repeated."""
        for shelf in range(self.shelves):
            keys = list(self._query(owner, shelf, ProjectionExpression="pk, sk"))
            self.dynamo.delete_many(self.table, keys)

    # ── below

    def _key(self, owner: str, contact_id: str) -> Item:
        return contact_key(owner, contact_id, self.shelves)

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

    def _existing(self, owner: str, contact_ids: Sequence[str]) -> list[str]:
        keys = [self._key(owner, contact_id) for contact_id in contact_ids]
        return [item["sk"]["S"] for item in self.dynamo.get_many(self.table, keys, ProjectionExpression="sk")]

    def _matches(self, owner: str, shelf: int) -> list[Item]:
        """What the book needs of everything on one shelf."""
        return list(self._query(owner, shelf, **_MATCH))

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


def _unchanged(version: int) -> Item:
    """The condition of a write; when it is refused, the answer shows the item as it stands."""
    shown = {"ReturnValuesOnConditionCheckFailure": "ALL_OLD"}
    if not version:
        return {"ConditionExpression": "attribute_not_exists(pk)", **shown}
    return {
        "ConditionExpression": "version = :version",
        "ExpressionAttributeValues": {":version": {"N": str(version)}},
        **shown,
    }
