"""Broken twins of the engine: each lacks one thing that the protocol depends on, and the simulation must detect it."""

from collections.abc import Mapping, Sequence
from typing import Any

from chalicelib.foundation.dynamo import Write
from chalicelib.jobs.queue import JobQueue
from chalicelib.jobs.store import JobStore
from chalicelib.jobs.writes import JobWrites
from tests.fakes.dynamodb import FakeDynamo
from tests.fakes.values import Item


def _is_job(request: Mapping[str, Any]) -> bool:
    return bool(request.get("Key", {}).get("sk") == {"S": "job"})


def _unconditional(request: dict[str, Any], text: str) -> dict[str, Any]:
    """The request with another condition, and without the names and values that only the old one used."""
    expressions = " ".join((text, request.get("UpdateExpression", "")))
    kept = {**request, "ConditionExpression": text}
    for member in ("ExpressionAttributeNames", "ExpressionAttributeValues"):
        used = {name: value for name, value in request.get(member, {}).items() if _uses(expressions, name)}
        kept.pop(member, None)
        if used:
            kept[member] = used
    return kept


def _uses(text: str, name: str) -> bool:
    return (
        name in text.replace(",", " ").replace("(", " ").replace(")", " ").replace("[", " ").replace(".", " ").split()
    )


class WithoutFence(FakeDynamo):
    """Drops the condition on `rev`: an overslept worker writes as if it still held the job."""

    def transact_write_items(self, **request: Any) -> dict[str, Any]:
        actions = [self._loosened(action) for action in request["TransactItems"]]
        return super().transact_write_items(**{**request, "TransactItems": actions})

    def _loosened(self, action: dict[str, Any]) -> dict[str, Any]:
        if "Update" in action and _is_job(action["Update"]):
            return {"Update": _unconditional(action["Update"], "attribute_exists(pk)")}
        return action


class UncountedEdits(FakeDynamo):
    """Forgets that the book was edited: an index of the book as it was before passes for current."""

    def transact_write_items(self, **request: Any) -> dict[str, Any]:
        actions = [action for action in request["TransactItems"] if not _is_edit(action)]
        return super().transact_write_items(**{**request, "TransactItems": actions})


def _is_edit(action: dict[str, Any]) -> bool:
    return bool(action.get("Update", {}).get("Key", {}).get("sk") == {"S": "book"})


class WithoutVersions(FakeDynamo):
    """Drops the conditions of the contacts."""

    def transact_write_items(self, **request: Any) -> dict[str, Any]:
        actions = [self._loosened(action) for action in request["TransactItems"]]
        return super().transact_write_items(**{**request, "TransactItems": actions})

    def _loosened(self, action: dict[str, Any]) -> dict[str, Any]:
        ((name, request),) = action.items()
        if request["TableName"] != "contacts":
            return action
        return {name: {member: request[member] for member in ("TableName", "Item", "Key") if member in request}}


class ContactsFirst(FakeDynamo):
    """Writes the contacts of a chunk before the checkpoint, instead of with it."""

    def transact_write_items(self, **request: Any) -> dict[str, Any]:
        actions = request["TransactItems"]
        contacts = [action for action in actions if next(iter(action.values()))["TableName"] == "contacts"]
        rest = [action for action in actions if action not in contacts]
        if contacts and rest:
            super().transact_write_items(TransactItems=contacts)
            return super().transact_write_items(**{**request, "TransactItems": rest})
        return super().transact_write_items(**request)


class HalfTransactions(FakeDynamo):
    """Leaves out the ledger: counts that cannot be recomputed."""

    def transact_write_items(self, **request: Any) -> dict[str, Any]:
        actions = [action for action in request["TransactItems"] if not _is_ledger(action)]
        return super().transact_write_items(**{**request, "TransactItems": actions})


def _is_ledger(action: dict[str, Any]) -> bool:
    item: Item = action.get("Put", {}).get("Item", {})
    return str(item.get("sk", {}).get("S", "")).startswith("ledger#")


class EagerClaims(FakeDynamo):
    """Lets anybody claim a job that is not due yet, and one that has ended."""

    def update_item(self, **request: Any) -> dict[str, Any]:
        if _is_job(request) and "<=" in request.get("ConditionExpression", ""):
            request = _unconditional(request, "attribute_exists(pk)")
        return super().update_item(**request)


class ForgetsTokens(FakeDynamo):
    """Does not know a transaction again when it is sent once more."""

    def transact_write_items(self, **request: Any) -> dict[str, Any]:
        return super().transact_write_items(TransactItems=request["TransactItems"])


class PromotesNone(JobStore):
    """Takes jobs out of the queue and gives the next one no `due`."""

    @property
    def writes(self) -> JobWrites:
        return _NoFrontChange(self.table, self.shards)


class _NoFrontChange(JobWrites):
    def change_front(self, change: Any) -> list[Write]:
        return []


class NeverLeaves(JobStore):
    """Ends jobs without taking them out of their queue."""

    @property
    def writes(self) -> JobWrites:
        return _SameQueue(self.table, self.shards)


class _SameQueue(JobWrites):
    def update_queue(self, queue: JobQueue, jobs: Sequence[str], **more: Any) -> Write:
        kept = queue.jobs if set(jobs) < set(queue.jobs) else jobs
        return super().update_queue(queue, kept, **more)


class ForgetsItself(JobStore):
    """Does not recognize its own commit when the response was lost: slower, but not wrong."""

    def _is_own_write(self, *_: Any) -> bool:
        return False
