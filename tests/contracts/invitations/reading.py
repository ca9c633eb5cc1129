"""What the two sides of an invitation see, what is stored of it, and a client that watches the calls."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from chalicelib.collections.collection import Role
from chalicelib.collections.collection_store import CollectionStore
from chalicelib.collections.invitation import ShareState


def names_of_received(store: CollectionStore, person: str) -> list[str]:
    """The collections that a person is invited to, newest first."""
    return [each.name for each in store.invitations.received(person, limit=200)[0]]


def shares_of(store: CollectionStore, collection_id: str, owner: str = "ann") -> dict[str, tuple[Role, ShareState]]:
    """What an owner sees of everybody else."""
    return {each.person: (each.role, each.state) for each in store.shares(owner, collection_id)[1]}


def stored_items(store: CollectionStore, *people: str) -> list[Any]:
    """What is stored under these people but for the links to their collections."""
    query = {"TableName": store.table, "KeyConditionExpression": "pk = :pk", "ConsistentRead": True}
    found = [
        item
        for person in people
        for item in store.dynamo.query(**query, ExpressionAttributeValues={":pk": {"S": f"person#{person}"}})
    ]
    return [item for item in found if not item["sk"]["S"].startswith("collection#")]


class Client:
    """The client of a store, which notes what is called, and once does something before a transaction lands."""

    def __init__(self, client: Any, first: Callable[[], object] | None = None) -> None:
        self._client, self._first = client, first
        self.calls: list[str] = []

    def __getattr__(self, name: str) -> Any:
        def call(**request: Any) -> Any:
            self.calls.append(name)
            first, self._first = (self._first, None) if name == "transact_write_items" else (None, self._first)
            if first is not None:
                first()
            return getattr(self._client, name)(**request)

        return call


def watch_calls(store: CollectionStore, first: Callable[[], object] | None = None) -> tuple[CollectionStore, Client]:
    client = Client(store.dynamo.client, first)
    return replace(store, dynamo=replace(store.dynamo, client=client)), client
