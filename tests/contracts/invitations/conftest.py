"""A collection with one invitation, on the fake and on the embedded AWS alike."""

from typing import Any

import pytest

from chalicelib.collections.collection import Role
from chalicelib.collections.collection_store import CollectionStore


@pytest.fixture
def store(ground: Any) -> CollectionStore:
    return CollectionStore(ground.dynamo, ground.names.people, ground.clock)


@pytest.fixture
def friends(store: CollectionStore) -> str:
    """A collection of Ann's, to which she invited Vera."""
    made = store.add("ann", "Friends").collection_id
    store.share("ann", made, "vera", Role.VIEWER, label="Ann A.")
    return made
