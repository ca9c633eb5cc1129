"""What the contracts of several stores need: sending the writes that a store builds, and losing a response."""

from dataclasses import replace
from typing import Any

from chalicelib.foundation.dynamo import TransactionCanceled, Write
from chalicelib.foundation.ids import fresh_id
from tests.fakes.lost_responses import LosesResponses


def transact(store: Any, *writes: Write) -> bool:
    """Send all of `writes` in one transaction. False if a condition failed; then nothing was written."""
    try:
        store.dynamo.transact(writes, token=fresh_id())
    except TransactionCanceled:
        return False
    return True


def losing_one_response(store: Any, operation: str = "update_item") -> Any:
    """The same store, over a connection that loses the response of the next operation of this kind."""
    client = LosesResponses(store.dynamo.client, operation)
    return replace(store, dynamo=replace(store.dynamo, client=client))
