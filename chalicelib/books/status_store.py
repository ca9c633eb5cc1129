"""Stores the statuses of enrichment, one item for each contact, in partitions that no read of the book reads.

The item of a contact that is merged stays at its id, and is found by the ids that the merged contact consists of. So
merging and unmerging move no statuses, in whatever order.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from chalicelib.books.contact_rows import is_contact_id, shelf_of
from chalicelib.books.enrichment_status import ContactStatuses, attempts_from_json, attempts_to_json, statuses_together
from chalicelib.contacts.contact import Contact
from chalicelib.foundation.dynamo import Dynamo, Item, Write
from chalicelib.foundation.executor import Executor
from chalicelib.foundation.fast_json import decode_json, encode_json
from chalicelib.tables.keys import ENRICHMENT_STATUS

SHELVES = 8  # partitions of one book's statuses; must not change while the table exists
ASKED_TOGETHER = 1_000  # ids, by one of several parallel requests


@dataclass(frozen=True)
class StatusStore:
    """The statuses of all owners. Every method that reads may raise `ResponseLost` if DynamoDB does not respond."""

    dynamo: Dynamo
    table: str  #: the contacts table
    executor: Executor

    # ── reading

    def get_many(self, owner: str, contact_ids: Iterable[str]) -> dict[str, ContactStatuses]:
        """What is stored under these ids, by id."""
        ids = [each for each in dict.fromkeys(contact_ids) if is_contact_id(each)]
        if len(ids) <= ASKED_TOGETHER:  # also asked for by work of the executor, which must not wait for other work
            return {each.contact_id: each for each in self._read(owner, ids)}
        pieces = [ids[start : start + ASKED_TOGETHER] for start in range(0, len(ids), ASKED_TOGETHER)]
        found = self.executor.all([partial(self._read, owner, piece) for piece in pieces])
        return {each.contact_id: each for statuses in found for each in statuses}

    def all(self, owner: str) -> dict[str, ContactStatuses]:
        """Everything that is stored of the owner's contacts, by id."""
        found = self.executor.all([partial(self._read_shelf, owner, shelf) for shelf in range(SHELVES)])
        return {each.contact_id: each for statuses in found for each in statuses}

    def of_contact(self, owner: str, contact: Contact) -> ContactStatuses:
        """The statuses of the contact together with those that were merged into it."""
        return self.of_contacts(owner, [contact])[contact.contact_id]

    def of_contacts(self, owner: str, contacts: Sequence[Contact]) -> dict[str, ContactStatuses]:
        """The same of several contacts, by contact id."""
        parts = {each.contact_id: (each.contact_id, *each.merged) for each in contacts}
        stored = self.get_many(owner, (part for ids in parts.values() for part in ids))
        return {
            contact_id: statuses_together(contact_id, [stored[part] for part in ids if part in stored])
            for contact_id, ids in parts.items()
        }

    # ── writing

    def put_write(self, owner: str, statuses: ContactStatuses) -> Write:
        """The write that stores them as the next rev, if the stored one is still `statuses.rev`.

        Without attempts and an opt-out nothing is stored any more.

        That the contact exists is no condition of it. A transaction that does not write the contact needs
        `ContactStore.unchanged_check` as well, so that nothing is stored of one that is deleted meanwhile.
        """
        condition = _if_unchanged(statuses.rev)
        if statuses.is_empty:
            return {"Delete": {"TableName": self.table, "Key": _key(owner, statuses.contact_id), **condition}}
        return {"Put": {"TableName": self.table, "Item": _to_item(owner, statuses), **condition}}

    def restore_writes(self, owner: str, kept: Iterable[ContactStatuses]) -> list[Write]:
        """The writes that put back what was stored of a contact that is restored."""
        return [{"Put": {"TableName": self.table, "Item": _to_item(owner, each)}} for each in kept]

    def delete_writes(self, owner: str, contact_ids: Iterable[str]) -> list[Write]:
        """The writes that delete what is stored under these ids, if there is anything."""
        return [{"Delete": {"TableName": self.table, "Key": _key(owner, each)}} for each in contact_ids]

    def erase(self, owner: str) -> None:
        """Delete all statuses of this owner. May be repeated."""
        for shelf in range(SHELVES):
            self.dynamo.delete_many(self.table, list(self._query(owner, shelf, ProjectionExpression="pk, sk")))

    # ── requests

    def _read(self, owner: str, contact_ids: Sequence[str]) -> list[ContactStatuses]:
        return list(map(_to_statuses, self.dynamo.get_many(self.table, [_key(owner, each) for each in contact_ids])))

    def _read_shelf(self, owner: str, shelf: int) -> list[ContactStatuses]:
        return list(map(_to_statuses, self._query(owner, shelf)))

    def _query(self, owner: str, shelf: int, **more: object) -> Iterator[Item]:
        return self.dynamo.query(
            TableName=self.table,
            KeyConditionExpression="pk = :pk",
            ExpressionAttributeValues={":pk": {"S": ENRICHMENT_STATUS.partition(owner=owner, shelf=shelf)}},
            ConsistentRead=True,
            **more,
        )


def _key(owner: str, contact_id: str) -> Item:
    return ENRICHMENT_STATUS.key(owner=owner, shelf=shelf_of(contact_id, SHELVES), contact_id=contact_id).item


def _if_unchanged(rev: int) -> Mapping[str, Any]:
    """The condition that the stored rev is this one; a refusal returns the stored item."""
    condition: dict[str, Any] = {"ConditionExpression": "attribute_not_exists(pk)"}
    if rev:
        values = {":rev": {"N": str(rev)}}
        condition = {"ConditionExpression": "rev = :rev", "ExpressionAttributeValues": values}
    return {**condition, "ReturnValuesOnConditionCheckFailure": "ALL_OLD"}


def _to_item(owner: str, statuses: ContactStatuses) -> Item:
    return {
        **_key(owner, statuses.contact_id),
        "rev": {"N": str(statuses.rev + 1)},
        "attempts": {"S": encode_json(attempts_to_json(statuses.attempts))},
        **({} if statuses.opted_out_at is None else {"opted_out": {"N": str(statuses.opted_out_at)}}),
    }


def _to_statuses(item: Item) -> ContactStatuses:
    attempts = attempts_from_json(decode_json(item["attempts"]["S"]))
    opted_out = int(item["opted_out"]["N"]) if "opted_out" in item else None
    return ContactStatuses(item["sk"]["S"], attempts, int(item["rev"]["N"]), opted_out)
