"""Stores followed books: the book at its last look in the bucket, and the name of its blob in the jobs table.

A look is stored as a new blob and then made the last one by a condition on the item, so that of two looks at once only
one counts. Nobody writes anything of this but who follows a book.
"""

import gzip
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from chalicelib.address_book.followed_book import FollowedBook
from chalicelib.books.book_store import BookStore
from chalicelib.books.version import BookVersion
from chalicelib.foundation.dynamo import Dynamo, Item, TransactionCanceled, Write
from chalicelib.foundation.fast_json import decode_json, encode_json
from chalicelib.foundation.ids import fresh_id, id_of
from chalicelib.tables.keys import FOLLOWED_BOOK

log = logging.getLogger(__name__)

RENEWED_AFTER = 30  # days after which a look is stored again, so that it does not expire while somebody follows
LIFE_DAYS = 75  # of the item; tokens are given for 30 days and valid for 30 more. A blob lives for 90 days
_DAY_SECONDS = 86_400


class Blobs(Protocol):
    """The port for the blobs of followed books, by key."""

    def find(self, key: str) -> bytes | None: ...
    def put(self, key: str, content: bytes) -> None: ...
    def delete(self, keys: Sequence[str]) -> None: ...
    def delete_prefix(self, prefix: str) -> object: ...


@dataclass(frozen=True, slots=True)
class LastLook:
    """The last look at a book."""

    #: Identifies the book since it was first followed; another one means that tokens are void.
    epoch: str
    number: int
    #: Of the book.
    version: BookVersion
    #: Days since 1970: when it was stored.
    day: int
    #: The name of its blob, and that of the look before, which is deleted with the next look.
    blob: str
    previous: str

    def is_old(self, day: int) -> bool:
        return day - self.day > RENEWED_AFTER


@dataclass(frozen=True)
class FollowedStore:
    """The followed books. Every method may raise `ResponseLost`, and the errors of the bucket."""

    dynamo: Dynamo
    table: str  #: the jobs table
    books: BookStore
    blobs: Blobs

    def last_look(self, owner: str) -> LastLook | None:
        """The last look; None if nobody follows the book."""
        item = self.dynamo.get(self.table, _key(owner))
        return None if item is None else _to_look(item)

    def read(self, owner: str, look: LastLook) -> FollowedBook | None:
        """The book at a look; None if there is a later one, or its blob was lost."""
        content = self.blobs.find(_blob_key(owner, look.blob))
        return None if content is None else FollowedBook.of_json(decode_json(gzip.decompress(content)))

    def put(
        self, owner: str, before: LastLook | None, book: FollowedBook, *, epoch: str, version: BookVersion, day: int
    ) -> LastLook | None:
        """Store the next look. None if somebody else has stored one since `before`, or the owner is being erased."""
        previous = before.blob if before is not None else ""
        look = LastLook(epoch, book.look, version, day, fresh_id(), previous)
        self.blobs.put(_blob_key(owner, look.blob), gzip.compress(encode_json(book.to_json()).encode(), 1))
        try:
            self.dynamo.commit([self._put_write(owner, look, before), self.books.not_erasing_check(owner)])
        except TransactionCanceled:
            self._delete(owner, look.blob)
            return None
        if before is None and not self.books.state(owner).may_follow(version):  # erased meanwhile
            self.erase(owner)
            return None
        if before is not None and before.previous:
            self._delete(owner, before.previous)
        return look

    def erase(self, owner: str) -> None:
        """Delete all of it. May be repeated."""
        self.dynamo.delete(TableName=self.table, Key=_key(owner))
        self.blobs.delete_prefix(_prefix(owner))

    def _put_write(self, owner: str, look: LastLook, before: LastLook | None) -> Write:
        item = {
            **_key(owner),
            "epoch": {"S": look.epoch},
            "number": {"N": str(look.number)},
            "version": {"S": encode_json(list(look.version))},
            "day": {"N": str(look.day)},
            "blob": {"S": look.blob},
            "previous": {"S": look.previous},
            "ttl": {"N": str((look.day + LIFE_DAYS) * _DAY_SECONDS)},
        }
        put = {"TableName": self.table, "Item": item}
        if before is None:
            return {"Put": {**put, "ConditionExpression": "attribute_not_exists(pk)"}}
        names, values = {"#blob": "blob"}, {":blob": {"S": before.blob}}  # DynamoDB reserves the word
        condition = {"ConditionExpression": "#blob = :blob", "ExpressionAttributeNames": names}
        return {"Put": {**put, **condition, "ExpressionAttributeValues": values}}

    def _delete(self, owner: str, blob: str) -> None:
        """Delete a blob that nothing names any more; the bucket's lifecycle rule does if this fails."""
        try:
            self.blobs.delete([_blob_key(owner, blob)])
        except Exception as error:
            log.warning("followed_book_not_deleted", extra={"error": type(error).__name__})


def _key(owner: str) -> Item:
    return FOLLOWED_BOOK.key(owner=owner).item


def _prefix(owner: str) -> str:
    return f"followed/{id_of(owner)}/"


def _blob_key(owner: str, blob: str) -> str:
    return f"{_prefix(owner)}{blob}.json.gz"


def _to_look(item: Item) -> LastLook:
    return LastLook(
        item["epoch"]["S"],
        int(item["number"]["N"]),
        BookVersion(*decode_json(item["version"]["S"])),
        int(item["day"]["N"]),
        item["blob"]["S"],
        item["previous"]["S"],
    )
