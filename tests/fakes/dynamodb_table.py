"""One table of the fake DynamoDB: its items in order, its indexes, and the items that it rejects."""

from bisect import bisect_left, insort
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from tests.fakes.values import Item, Value, item_size, normalize_value, size_of, sort_key, validation_error

LARGEST_ITEM = 400 * 1024
Key = tuple[Any, Any]  # partition and sort key, bare


@dataclass(frozen=True)
class Keys:
    """What identifies an item: names of its partition and its sort key, and their types."""

    partition: str = "pk"
    sort: str | None = "sk"
    types: Mapping[str, str] = field(default_factory=lambda: {"pk": "S", "sk": "S"})

    @cached_property
    def names(self) -> tuple[str, ...]:
        return (self.partition,) if self.sort is None else (self.partition, self.sort)


@dataclass(frozen=True)
class Index:
    """A global secondary index. `projected` lists its non-key attributes; None means all attributes."""

    keys: Keys
    projected: tuple[str, ...] | None = ()


@dataclass
class Table:
    """A table with its indexes."""

    keys: Keys = field(default_factory=Keys)
    indexes: Mapping[str, Index] = field(default_factory=dict)
    #: Whether changes reach the indexes only when `catch_up` is called, like the delay of real indexes.
    lagging: bool = False
    items: dict[Key, Item] = field(default_factory=dict)
    #: Number of writes so far. While it stays the same, so do the items.
    writes: int = 0
    #: Number of items that were read by their keys so far.
    reads: int = 0
    _sizes: dict[Key, int] = field(default_factory=dict)
    _order: dict[Any, list[Any]] = field(default_factory=dict)
    _indexed: dict[str, dict[Any, dict[Key, Item]]] = field(default_factory=dict)
    _behind: list[tuple[Key, Item | None, Item | None]] = field(default_factory=list)

    def key_in(self, item: Mapping[str, Value]) -> Key:
        """The key of an item. Raises if it is missing, empty or of the wrong type."""
        partition = self._key_part(item, self.keys.partition)
        return partition, None if self.keys.sort is None else self._key_part(item, self.keys.sort)

    def only_key(self, key: Mapping[str, Value]) -> Key:
        if len(key) != len(self.keys.names):
            raise validation_error("The provided key element does not match the schema")
        return self.key_in(key)

    def _key_part(self, item: Mapping[str, Value], name: str) -> Any:
        held = item.get(name, {}).get(self.keys.types[name])
        if held is None:
            raise validation_error("One or more parameter values were invalid: Missing or mistyped key " + name)
        if held in ("", b""):
            raise validation_error("One or more parameter values are not valid. A key attribute is empty: " + name)
        return sort_key({self.keys.types[name]: held})

    def fit(self, item: Mapping[str, Value]) -> Item:
        """The item as it is kept, in normal form; refused where DynamoDB would refuse it."""
        kept = {name: normalize_value(value) for name, value in item.items()}
        self.check(kept)
        return kept

    def check_keys_stay(self, changed: list[str]) -> None:
        if not set(self.keys.names).isdisjoint(changed):
            raise validation_error("Cannot update attribute. This attribute is part of the key")

    def check(self, item: Item, changed: list[str] | None = None) -> None:
        for index in self.indexes.values():
            for name in index.keys.names:
                _check_indexed(item.get(name), index.keys.types[name])
        if changed is not None and sum(size_of(item[name]) for name in changed if name in item) < 4096:
            return  # a small change to an item that did fit
        if item_size(item) > LARGEST_ITEM:
            raise validation_error("Item size has exceeded the maximum allowed size")

    def size(self, key: Key) -> int:
        """The bytes of the item at `key`, 0 if there is none; counted once after each write."""
        if key not in self._sizes:
            self._sizes[key] = item_size(self.items.get(key, {}))
        return self._sizes[key]

    def replace(self, key: Key, new: Item | None) -> None:
        """Let `new` stand at `key`, or nothing."""
        self.writes += 1
        self._sizes.pop(key, None)
        old = self.items.get(key)
        if new is None:
            self.items.pop(key, None)
        else:
            self.items[key] = new
        if (old is None) is not (new is None):
            self._reorder(key, stays=new is not None)
        if self.lagging:
            self._behind.append((key, old, new))
        elif self.indexes:
            self._index(key, old, new)

    def copy_from(self, other: "Table") -> None:
        self.writes += 1
        self.items, self._sizes = dict(other.items), dict(other._sizes)
        self._order = {partition: list(order) for partition, order in other._order.items()}
        self._indexed = {
            name: {partition: dict(found) for partition, found in partitions.items()}
            for name, partitions in other._indexed.items()
        }
        self._behind = list(other._behind)

    def catch_up(self) -> None:
        for change in self._behind:
            self._index(*change)
        self._behind.clear()

    def partition(self, partition: Any) -> Iterator[tuple[Key, Item]]:
        """The items of one partition, in the order of their sort keys."""
        for sort in self._order.get(partition, ()):
            yield (partition, sort), self.items[partition, sort]

    def indexed(self, name: str, partition: Any) -> list[tuple[Key, Item]]:
        """The items of one partition of an index, in its order, as the index carries them."""
        sort = self.indexes[name].keys.sort or self.keys.partition
        found = self._indexed.get(name, {}).get(partition, {})
        return sorted(found.items(), key=lambda entry: (sort_key(entry[1][sort]), str(entry[0])))

    def _reorder(self, key: Key, *, stays: bool) -> None:
        if self.keys.sort is None:
            self._order[key[0]] = [None] if stays else []
            return
        order = self._order.setdefault(key[0], [])
        if stays:
            insort(order, key[1])
        else:
            del order[bisect_left(order, key[1])]

    def _index(self, key: Key, old: Item | None, new: Item | None) -> None:
        for name, index in self.indexes.items():
            partitions = self._indexed.setdefault(name, {})
            if old is not None and index.keys.partition in old:
                partitions.get(sort_key(old[index.keys.partition]), {}).pop(key, None)
            if new is not None and all(part in new for part in index.keys.names):
                carried = self._carried(index, new)
                partitions.setdefault(sort_key(new[index.keys.partition]), {})[key] = carried

    def _carried(self, index: Index, item: Item) -> Item:
        if index.projected is None:
            return item
        names = {*self.keys.names, *index.keys.names, *index.projected}
        return {name: value for name, value in item.items() if name in names}


def _check_indexed(value: Value | None, kind: str) -> None:
    if value is not None and (kind not in value or value[kind] in ("", b"")):
        raise validation_error("One or more parameter values were invalid: Type mismatch for Index Key")


def table_like(description: Mapping[str, Any]) -> Table:
    """A table from what `create_table` is given."""
    types = {part["AttributeName"]: part["AttributeType"] for part in description["AttributeDefinitions"]}
    indexes = {
        index["IndexName"]: Index(_keys(index["KeySchema"], types), _projected(index["Projection"]))
        for index in description.get("GlobalSecondaryIndexes") or ()
    }
    return Table(_keys(description["KeySchema"], types), indexes)


def _keys(schema: list[dict[str, str]], types: Mapping[str, str]) -> Keys:
    names = [part["AttributeName"] for part in sorted(schema, key=lambda part: part["KeyType"])]  # HASH before RANGE
    return Keys(names[0], names[1] if len(names) > 1 else None, {name: types[name] for name in names})


def _projected(projection: Mapping[str, Any]) -> tuple[str, ...] | None:
    if projection["ProjectionType"] == "ALL":
        return None
    return tuple(projection.get("NonKeyAttributes") or ())
