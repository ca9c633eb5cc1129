"""Adds people to collections, for tests."""

from chalicelib.collections.collection import Role
from chalicelib.collections.collection_store import CollectionStore


def join(store: CollectionStore, owner: str, collection_id: str, person: str, role: Role) -> None:
    """The owner invites the person, who accepts."""
    store.share(owner, collection_id, person, role)
    store.accept(person, collection_id)
