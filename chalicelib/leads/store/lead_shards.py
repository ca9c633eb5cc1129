"""LeadShards: which shards of an organization hold items, so that reading a few leads reads few shards.

A shard is listed before the first item is stored in it, and stays listed. So no other shard has items, even if a
process dies.
"""

from collections.abc import Iterable
from functools import partial

from chalicelib.foundation.dynamo import Dynamo, Item
from chalicelib.foundation.lost_responses import retry_lost
from chalicelib.tables.keys import LEAD_SHARDS

MOST_REMEMBERED = 100  # organizations; all numbers of one take some tens of kilobytes


class LeadShards:
    """One item for each organization, with a set of numbers.

    A process remembers what it has seen listed and writes only what is new, so imports write it a few times each.
    """

    def __init__(self, dynamo: Dynamo, table: str) -> None:
        self._dynamo, self._table = dynamo, table
        self._seen: dict[str, frozenset[int]] = {}

    def listed(self, organization: str) -> list[int]:
        """The shards in their order, by a consistent read."""
        return sorted(self._read(organization))

    def add(self, organization: str, shards: Iterable[int]) -> None:
        """List the shards in which items are about to be stored.

        Raises:
            ResponseLost: it is not known whether they are listed.
        """
        wanted = frozenset(shards)
        if not wanted:
            return
        seen = self._seen.get(organization)
        if new := wanted - (self._read(organization) if seen is None else seen):
            self._write(organization, new)

    def _read(self, organization: str) -> frozenset[int]:
        return self._remember(organization, self._dynamo.get(self._table, _key(organization)))

    def _write(self, organization: str, new: Iterable[int]) -> None:
        added = {":new": {"NS": [str(each) for each in sorted(new)]}}
        request = {"UpdateExpression": "ADD shards :new", "ExpressionAttributeValues": added}
        update = partial(self._dynamo.update, TableName=self._table, Key=_key(organization), **request)
        self._remember(organization, retry_lost(update))

    def _remember(self, organization: str, item: Item | None) -> frozenset[int]:
        if len(self._seen) >= MOST_REMEMBERED:
            self._seen.clear()
        self._seen[organization] = found = frozenset(map(int, item["shards"]["NS"])) if item else frozenset()
        return found


def _key(organization: str) -> Item:
    return LEAD_SHARDS.key(organization=organization).item
