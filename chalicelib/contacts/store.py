"""The books as they are kept: one item a contact, one write a changed contact, nothing beside it to keep in step."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial

from chalicelib.contacts.book import Book, Entry
from chalicelib.contacts.contact import Contact
from chalicelib.contacts.rows import (
    GRAVE,
    is_contact_id,
    of_cursor,
    shelf_key,
    shelf_of,
    size_of,
    to_buried,
    to_contact,
    to_cursor,
    to_grave,
    to_item,
)
from chalicelib.contacts.search import Search
from chalicelib.foundation.beside import Beside, Threads
from chalicelib.foundation.dynamo import Dynamo, Item, Write
from chalicelib.foundation.errors import InvalidInput, NotFound, TooLarge

LARGEST_CONTACT = 64 * 1024  # bytes
MOST_LOOKED_AT = 2_000  # contacts one page of a search looks at before it answers with what it has
LOOKED_AT_ONCE = 500  # contacts one request of a search reads
ASKED_TOGETHER = 1_000  # ids, by one of the requests side by side
READ_TOGETHER = 16  # shelves, at most, that one step of a page reads side by side
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
    beside: Beside = field(default_factory=Threads)

    # ── reading

    def read_book(self, owner: str) -> Book:
        """The whole book, reduced to what matching needs, as it is at this instant."""
        book = Book()
        for items in self.beside.all([partial(self._matches, owner, shelf) for shelf in range(self.shelves)]):
            for item in items:
                if "match" in item:
                    book.put(Entry.read(item["match"]["S"]))
                else:
                    book.bury(to_buried(item["buried"]["S"]))
        return book

    def find(self, owner: str, contact_id: str) -> Contact | None:
        item = self.dynamo.get(self.table, self._key(owner, contact_id)) if is_contact_id(contact_id) else None
        return None if item is None else to_contact(item)

    def get(self, owner: str, contact_id: str) -> Contact:
        contact = self.find(owner, contact_id)
        if contact is None:
            raise NotFound("There is no such contact.")
        return contact

    def get_many(self, owner: str, contact_ids: Sequence[str]) -> dict[str, Contact]:
        """Those that exist, whole, by id."""
        keys = [self._key(owner, contact_id) for contact_id in dict.fromkeys(contact_ids)]
        return {item["sk"]["S"]: to_contact(item) for item in self.dynamo.get_many(self.table, keys)}

    def existing(self, owner: str, contact_ids: Sequence[str]) -> set[str]:
        """Which of these the owner has."""
        ids = [contact_id for contact_id in dict.fromkeys(contact_ids) if is_contact_id(contact_id)]
        pieces = [ids[start : start + ASKED_TOGETHER] for start in range(0, len(ids), ASKED_TOGETHER)]
        works = [partial(self._existing, owner, piece) for piece in pieces]
        return {contact_id for found in self.beside.all(works) for contact_id in found}

    def page(
        self, owner: str, text: str | None = None, cursor: str | None = None, limit: int = 50
    ) -> tuple[list[Contact], str | None]:
        """Some contacts, those that `text` finds, and where the next page starts (None at the end of the book).

        A page of a search may be short, even empty, with a cursor: it looks at `MOST_LOOKED_AT` contacts at most.

        Raises:
            InvalidInput: the cursor is not one of ours.
        """
        search = Search(text) if text and text.strip() else None
        found: list[Contact] = []
        walk = self._walk(owner, cursor, LOOKED_AT_ONCE if search else limit)
        for looked_at, (shelf, item) in enumerate(walk, start=1):
            contact = to_contact(item)
            if search is None or search.finds(contact.shown):
                found.append(contact)
            if len(found) >= limit or looked_at >= MOST_LOOKED_AT:
                return found, to_cursor(shelf, contact.contact_id)
        return found, None

    # ── writing

    def put_write(self, owner: str, contact: Contact, entry: Entry | None = None) -> Write:
        """The write of `contact` as its next version, if `contact.version` (0: none) is still the stored one.

        Args:
            entry: `Entry.of(contact)`, where the caller has it already.

        Raises:
            TooLarge: a contact is at most `LARGEST_CONTACT` bytes.
        """
        pk = self._pk(owner, contact.contact_id)
        item = to_item(pk, contact, entry or Entry.of(contact))
        if size_of(item) > LARGEST_CONTACT:
            raise TooLarge(f"A contact holds at most {LARGEST_CONTACT // 1024} KB.")
        return {"Put": {"TableName": self.table, "Item": item, **_unchanged(contact.version)}}

    def remove_write(self, owner: str, contact: Contact) -> Write:
        key = self._key(owner, contact.contact_id)
        return {"Delete": {"TableName": self.table, "Key": key, **_unchanged(contact.version)}}

    def grave_write(self, owner: str, contact: Contact) -> Write:
        """Remember the ids that sources knew `contact` by, because a person deleted it: imports leave them out."""
        return {"Put": {"TableName": self.table, "Item": to_grave(self._pk(owner, contact.contact_id), contact)}}

    def erase(self, owner: str) -> None:
        """Delete everything of this owner, graves too. May be repeated."""
        for shelf in range(self.shelves):
            keys = list(self._query(owner, shelf, ProjectionExpression="pk, sk"))
            self.dynamo.delete_many(self.table, keys)

    # ── below

    def _pk(self, owner: str, contact_id: str) -> str:
        return shelf_key(owner, shelf_of(contact_id, self.shelves))

    def _key(self, owner: str, contact_id: str) -> Item:
        return {"pk": {"S": self._pk(owner, contact_id)}, "sk": {"S": contact_id}}

    def _query(self, owner: str, shelf: int, **more: object) -> Iterator[Item]:
        return self.dynamo.query(
            TableName=self.table,
            KeyConditionExpression="pk = :pk",
            ExpressionAttributeValues={":pk": {"S": shelf_key(owner, shelf)}},
            ConsistentRead=True,
            **more,
        )

    def _existing(self, owner: str, contact_ids: Sequence[str]) -> list[str]:
        keys = [self._key(owner, contact_id) for contact_id in contact_ids]
        return [item["sk"]["S"] for item in self.dynamo.get_many(self.table, keys, ProjectionExpression="sk")]

    def _matches(self, owner: str, shelf: int) -> list[Item]:
        """What the book needs of everything on one shelf."""
        return list(self._query(owner, shelf, **_MATCH))

    def _walk(self, owner: str, cursor: str | None, limit: int) -> Iterator[tuple[int, Item]]:
        """The contacts of a book in the order of its shelves; more shelves at a time while they prove short."""
        shelf, after = of_cursor(cursor) if cursor else (0, "")
        if not 0 <= shelf < self.shelves:
            raise InvalidInput("This cursor is not one of ours.", member="cursor")
        together = 1
        while shelf < self.shelves:
            group = range(shelf, min(shelf + together, self.shelves))
            starts = [after if each == shelf else "" for each in group]
            works = [partial(self._after, owner, each, start, limit) for each, start in zip(group, starts, strict=True)]
            for each, (items, last) in zip(group, self.beside.all(works), strict=True):
                yield from ((each, item) for item in items)
                if last is not None:  # a full shelf: what follows it was read in vain, and is read again
                    shelf, after, together = each, last, 1
                    break
            else:
                shelf, after, together = group.stop, "", min(together * 2, READ_TOGETHER)

    def _after(self, owner: str, shelf: int, after: str, limit: int) -> tuple[list[Item], str | None]:
        """Up to `limit` contacts of one shelf behind `after`, and the last one's id where there are more."""
        pk = shelf_key(owner, shelf)
        answer = self.dynamo.query_page(
            TableName=self.table,
            KeyConditionExpression="pk = :pk AND sk < :graves",
            ExpressionAttributeValues={":pk": {"S": pk}, ":graves": {"S": GRAVE}},
            ConsistentRead=True,
            Limit=limit,
            **({"ExclusiveStartKey": {"pk": {"S": pk}, "sk": {"S": after}}} if after else {}),
        )
        last = answer.get("LastEvaluatedKey")
        return answer["Items"], None if last is None else last["sk"]["S"]


def _unchanged(version: int) -> Item:
    if not version:
        return {"ConditionExpression": "attribute_not_exists(pk)"}
    return {
        "ConditionExpression": "version = :version",
        "ExpressionAttributeValues": {":version": {"N": str(version)}},
    }
