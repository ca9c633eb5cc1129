"""An in-memory contacts table behind the calls that `ContactStore` makes to `Dynamo`; it knows their two conditions."""

import copy
from collections.abc import Iterator, Sequence
from typing import Any

from chalicelib.foundation.dynamo import CancellationReason, Item, TransactionCanceled, Write


class MemoryTable:
    def __init__(self) -> None:
        self.items: dict[tuple[str, str], Item] = {}
        self.requests: list[str] = []

    def get(self, table: str, key: Item, **more: Any) -> Item | None:
        self.requests.append("get")
        return copy.deepcopy(self.items.get(_key(key)))

    def get_many(self, table: str, keys: Sequence[Item], **more: Any) -> Iterator[Item]:
        self.requests.append("get_many")
        return iter([self.items[_key(key)] for key in keys if _key(key) in self.items])

    def query(self, **request: Any) -> Iterator[Item]:
        self.requests.append("query")
        pk = request["ExpressionAttributeValues"][":pk"]["S"]
        return iter([item for (each, _), item in sorted(self.items.items()) if each == pk])

    def transact(self, writes: Sequence[Write]) -> None:
        """All or none, as DynamoDB would."""
        allowed = [self._is_allowed(write) for write in writes]
        if not all(allowed):
            raise TransactionCanceled(
                [CancellationReason("None" if each else "ConditionalCheckFailed", None) for each in allowed]
            )
        for write in writes:
            match write:
                case {"Put": put}:
                    self.items[_key(put["Item"])] = put["Item"]
                case {"Delete": delete}:
                    self.items.pop(_key(delete["Key"]), None)

    def _is_allowed(self, write: Write) -> bool:
        action = write.get("Put") or write["Delete"]
        stands = self.items.get(_key(action.get("Item") or action["Key"]))
        condition = action.get("ConditionExpression")
        if condition is None:
            return True
        if condition == "attribute_not_exists(pk)":
            return stands is None
        assert condition == "version = :version"
        return stands is not None and stands["version"] == action["ExpressionAttributeValues"][":version"]


def _key(item: Item) -> tuple[str, str]:
    return item["pk"]["S"], item["sk"]["S"]
