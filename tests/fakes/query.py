"""The Query operation of the fake DynamoDB: one partition of a table or an index, in order, page by page."""

from collections.abc import Mapping, Sequence
from typing import Any

from tests.fakes import evaluation, expressions
from tests.fakes.dynamodb_answers import project
from tests.fakes.dynamodb_table import Key, Keys, Table
from tests.fakes.expressions import Tree
from tests.fakes.values import Item, Value, item_size, sort_key, validation_error

Request = Mapping[str, Any]
LARGEST_PAGE = 1024 * 1024
_SORT_TESTS = ("compare", "between", "call")


def answer_query(table: Table, request: Request) -> tuple[dict[str, Any], int]:
    """The answer, and how many bytes were read for it."""
    keys = _keys(table, request)
    found = _in_partition(table, request, keys)
    if not request.get("ScanIndexForward", True):
        found.reverse()
    rest = _behind(table, keys, found, request.get("ExclusiveStartKey"))
    sizes = [item_size(item) for _, item in rest] if "IndexName" in request else [table.size(key) for key, _ in rest]
    read, more = _page(rest, sizes, request.get("Limit"))
    items = [project(request, item) for _, item in read if _passes(item, request)]
    answer: dict[str, Any] = {"Items": items, "Count": len(items), "ScannedCount": len(read)}
    if request.get("Select") == "COUNT":
        del answer["Items"]
    if more:
        last = read[-1][1]
        answer["LastEvaluatedKey"] = {name: last[name] for name in dict.fromkeys((*table.keys.names, *keys.names))}
    return answer, sum(sizes[: len(read)])


def _keys(table: Table, request: Request) -> Keys:
    name = request.get("IndexName")
    if name is None:
        return table.keys
    if name not in table.indexes:
        raise validation_error("The table does not have the specified index: " + name, "Query")
    if request.get("ConsistentRead"):
        raise validation_error("Consistent reads are not supported on global secondary indexes", "Query")
    return table.indexes[name].keys


def _in_partition(table: Table, request: Request, keys: Keys) -> list[tuple[Key, Item]]:
    names, values = request.get("ExpressionAttributeNames", {}), request.get("ExpressionAttributeValues", {})
    partition, sort = _parts(expressions.condition(request["KeyConditionExpression"]).tree, keys, names)
    value: Value = values[partition]
    if keys.types[keys.partition] not in value:
        raise validation_error(
            "One or more parameter values were invalid: Condition parameter type does not match schema type"
        )
    index = request.get("IndexName")
    found = table.partition(sort_key(value)) if index is None else table.indexed(index, sort_key(value))
    if sort is None:
        return list(found)
    _check_range(sort, values)
    holds = evaluation.condition_of(sort)
    return [(key, item) for key, item in found if holds(item, names, values)]


def _parts(tree: Tree, keys: Keys, names: Mapping[str, str]) -> tuple[str, Tree | None]:
    """The name of the value that the partition key must equal, and the test of the sort key."""
    tests = [tree[1], tree[2]] if tree[0] == "and" else [tree]
    partition, sort = None, None
    for test in tests:
        match test:
            case ("compare", "=", ("path", (name,)), ("value", value)) if names.get(name, name) == keys.partition:
                partition = value
            case (kind, *_) if kind in _SORT_TESTS and _tested(test, names) == keys.sort:
                sort = test
            case _:
                raise validation_error("Query key condition not supported", "Query")
    if partition is None:
        raise validation_error(f"Query condition missed key schema element: {keys.partition}", "Query")
    return partition, sort


def _tested(test: Tree, names: Mapping[str, str]) -> str | None:
    match test:
        case ("compare", operator, ("path", (name,)), ("value", _)) if operator != "<>":
            return str(names.get(name, name))
        case ("between", ("path", (name,)), ("value", _), ("value", _)):
            return str(names.get(name, name))
        case ("call", "begins_with", (("path", (name,)), ("value", _))):
            return str(names.get(name, name))
    return None


def _check_range(sort: Any, values: Mapping[str, Value]) -> None:
    match sort:
        case ("between", _, ("value", low), ("value", high)) if sort_key(values[low]) > sort_key(values[high]):
            raise validation_error(
                "Invalid KeyConditionExpression: The BETWEEN operator requires upper bound to be greater than or "
                "equal to lower bound"
            )


def _behind(
    table: Table, keys: Keys, found: list[tuple[Key, Item]], start: Mapping[str, Value] | None
) -> Sequence[tuple[Key, Item]]:
    """What comes after the item a page ended with, also when that item has gone meanwhile."""
    if start is None:
        return found
    places = [key for key, _ in found]
    last = table.key_in(start)
    if last in places:
        return found[places.index(last) + 1 :]
    sort = keys.sort or keys.partition
    descends = len(found) > 1 and sort_key(found[0][1][sort]) > sort_key(found[-1][1][sort])
    bound = sort_key(start[sort])
    return [one for one in found if (sort_key(one[1][sort]) < bound) is descends]


def _page(
    found: Sequence[tuple[Key, Item]], sizes: Sequence[int], limit: int | None
) -> tuple[Sequence[tuple[Key, Item]], bool]:
    if limit is not None and limit < 1:
        raise validation_error("Limit must be greater than or equal to 1", "Query")
    size = 0
    for end, one in enumerate(sizes, 1):
        size += one
        if end == limit or size > LARGEST_PAGE:
            return found[:end], True
    return found, False


def _passes(item: Item, request: Request) -> bool:
    text = request.get("FilterExpression")
    if text is None:
        return True
    names, values = request.get("ExpressionAttributeNames", {}), request.get("ExpressionAttributeValues", {})
    return evaluation.condition(text)(item, names, values)
