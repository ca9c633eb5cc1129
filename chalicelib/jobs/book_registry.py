"""BookRegistry: everyone who has an address book, for work that goes through all books.

A person is listed in the transaction that creates their first job in the book's lane, or their first contact by hand,
so before the book has anything. Listing again changes nothing. The end of their erasure takes them out.
"""

import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from chalicelib.foundation.dynamo import Dynamo, Write
from chalicelib.tables.keys import LISTED_BOOK, Key

SHARDS = 16


@dataclass(frozen=True)
class BookRegistry:
    """The list of all books, in the jobs table. Every method that sends a request may raise `ResponseLost`."""

    dynamo: Dynamo
    table: str

    def owners(self) -> Iterator[str]:
        """The owner of each book, in no particular order. People may be listed meanwhile, and be left out."""
        for shard in range(SHARDS):
            items = self.dynamo.query(
                TableName=self.table,
                KeyConditionExpression="pk = :pk",
                ExpressionAttributeValues={":pk": {"S": LISTED_BOOK.partition(shard=shard)}},
                ProjectionExpression="pk, sk",
                ConsistentRead=True,
            )
            for item in items:
                yield LISTED_BOOK.parts(Key.of(item))["owner"]


def list_book_write(table: str, owner: str) -> Write:
    """The write that lists the owner's book, for the transaction that begins it."""
    return {"Put": {"TableName": table, "Item": _key(owner).item}}


def unlist_book_write(table: str, owner: str) -> Write:
    """The write that takes a person out of the list, for the end of their erasure."""
    return {"Delete": {"TableName": table, "Key": _key(owner).item}}


def _key(owner: str) -> Key:
    return LISTED_BOOK.key(shard=zlib.crc32(owner.encode(errors="surrogatepass")) % SHARDS, owner=owner)
