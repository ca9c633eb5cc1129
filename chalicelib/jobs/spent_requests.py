"""What people spent of their request limits, for all processes: one item for each bucket, with one instant."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from chalicelib.foundation.clock import instant, milliseconds
from chalicelib.foundation.dynamo import ConditionFailed, Dynamo, Item
from chalicelib.tables.keys import SPENT_REQUESTS

KEPT = timedelta(days=1)  # longer than any bucket takes to fill
TRIES = 3  # when processes meet


@dataclass(frozen=True)
class SpentRequests:
    """Implements `SpentStore`. Every method may raise `ResponseLost`; what was added may then be added again."""

    dynamo: Dynamo
    table: str  #: the jobs table

    def get(self, bucket: str) -> datetime | None:
        item = self.dynamo.get(self.table, _key(bucket))
        return None if item is None else _full_at(item)

    def add(self, bucket: str, cost: timedelta, since: datetime) -> datetime:
        for _ in range(TRIES - 1):
            for is_full in (False, True):
                try:
                    return self._add(bucket, cost, since, is_full=is_full)
                except ConditionFailed:
                    continue  # it is the other way round
        return self._add(bucket, cost, since, is_full=False)

    def _add(self, bucket: str, cost: timedelta, since: datetime, *, is_full: bool) -> datetime:
        """Add to a bucket that was full then, or to one that was not. Raises ConditionFailed if it is the other."""
        full = "attribute_not_exists(full_at) OR full_at <= :since"
        values = {
            ":since": milliseconds(since),
            ":moved": milliseconds(since + cost) if is_full else round(cost.total_seconds() * 1000),
            ":ttl": round((since + KEPT).timestamp()),
        }
        request = {
            "TableName": self.table,
            "Key": _key(bucket),
            "UpdateExpression": f"SET full_at = {':moved' if is_full else 'full_at + :moved'}, #ttl = :ttl",
            "ConditionExpression": full if is_full else "full_at > :since",
            "ExpressionAttributeNames": {"#ttl": "ttl"},
            "ExpressionAttributeValues": {name: {"N": str(value)} for name, value in values.items()},
        }
        return _full_at(self.dynamo.update(**request))


def _key(bucket: str) -> Item:
    return SPENT_REQUESTS.key(bucket=bucket).item


def _full_at(item: Item) -> datetime:
    return instant(int(item["full_at"]["N"]))
