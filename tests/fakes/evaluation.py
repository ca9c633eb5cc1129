"""Turns trees of expressions into functions: is this condition true of an item, what does an update make of it.

Each function takes `(item, names, values)`; it is made once for each text and kept.
"""

from collections.abc import Callable, Mapping
from functools import cache
from operator import eq, ge, gt, le, lt
from typing import Any

from tests.fakes import expressions
from tests.fakes.expressions import Tree
from tests.fakes.values import Item, Value, equal, number, ordered

Names = Mapping[str, str]
Values = Mapping[str, Value]
Condition = Callable[[Item, Names, Values], bool]
Read = Callable[[Item, Names, Values], Value | None]

_ORDERS: dict[str, Callable[[int, int], bool]] = {"<": lt, "<=": le, ">": gt, ">=": ge, "=": eq}
_SIZED = ("S", "B", "L", "M", "SS", "NS", "BS")


@cache
def condition(text: str) -> Condition:
    return condition_of(expressions.condition(text).tree)


@cache
def projected(text: str) -> Callable[[Item, Names], Item]:
    paths = expressions.projection(text).tree
    if all(len(path) == 1 for path in paths):
        return lambda item, names: {
            name: item[name] for name in (names.get(part, part) for (part,) in paths) if name in item
        }
    return lambda item, names: _merge(item, [tuple(names.get(part, part) for part in path) for path in paths])


def condition_of(tree: Tree) -> Condition:
    match tree:
        case ("and", left, right):
            return _and(condition_of(left), condition_of(right))
        case ("or", left, right):
            return _or(condition_of(left), condition_of(right))
        case ("not", inner):
            return _not(condition_of(inner))
        case ("compare", operator, left, right):
            return _compare(operator, read_of(left), read_of(right))
        case ("between", what, low, high):
            read, least, most = read_of(what), read_of(low), read_of(high)
            return _and(_compare(">=", read, least), _compare("<=", read, most))
        case ("in", what, choices):
            return _in(read_of(what), [read_of(choice) for choice in choices])
        case ("call", name, arguments):
            return _CALLS[name](*map(read_of, arguments))
    raise AssertionError(tree)


def read_of(tree: Tree) -> Read:
    match tree:
        case ("value", name):
            return lambda item, names, values: values[name]
        case ("path", path):
            return reader_of(path)
        case ("call", "size", (inner,)):
            return _size(read_of(inner))
    raise AssertionError(tree)


def reader_of(path: tuple[Any, ...]) -> Read:
    first, rest = path[0], path[1:]
    if not rest:
        return lambda item, names, values: item.get(names.get(first, first))

    def read(item: Item, names: Names, values: Values) -> Value | None:
        value: Value | None = item.get(names.get(first, first))
        for part in rest:
            value = step(value, names.get(part, part) if isinstance(part, str) else part)
        return value

    return read


def step(value: Value | None, part: str | int) -> Value | None:
    """One step down a path: into a map by name, into a list by place."""
    if value is None:
        return None
    if isinstance(part, int):
        items = value.get("L", ())
        return items[part] if part < len(items) else None
    inner: Value | None = value.get("M", {}).get(part)
    return inner


def _and(left: Condition, right: Condition) -> Condition:
    return lambda item, names, values: left(item, names, values) and right(item, names, values)


def _or(left: Condition, right: Condition) -> Condition:
    return lambda item, names, values: left(item, names, values) or right(item, names, values)


def _not(inner: Condition) -> Condition:
    return lambda item, names, values: not inner(item, names, values)


def _compare(operator: str, left: Read, right: Read) -> Condition:
    if operator in ("=", "<>"):
        return _equality(left, right, wanted=operator == "=")
    holds = _ORDERS[operator]

    def is_met(item: Item, names: Names, values: Values) -> bool:
        one, other = left(item, names, values), right(item, names, values)
        order = None if one is None or other is None else ordered(one, other)
        return order is not None and holds(order, 0)

    return is_met


def _equality(left: Read, right: Read, *, wanted: bool) -> Condition:
    def is_met(item: Item, names: Names, values: Values) -> bool:
        one, other = left(item, names, values), right(item, names, values)
        same = one is not None and other is not None and equal(one, other)
        return same is wanted

    return is_met


def _in(read: Read, choices: list[Read]) -> Condition:
    def is_met(item: Item, names: Names, values: Values) -> bool:
        value = read(item, names, values)
        given = (choice(item, names, values) for choice in choices)
        return value is not None and any(one is not None and equal(value, one) for one in given)

    return is_met


def _exists(read: Read) -> Condition:
    return lambda item, names, values: read(item, names, values) is not None


def _missing(read: Read) -> Condition:
    return lambda item, names, values: read(item, names, values) is None


def _begins(read: Read, start: Read) -> Condition:
    def is_met(item: Item, names: Names, values: Values) -> bool:
        value, wanted = read(item, names, values), start(item, names, values)
        if value is None or wanted is None:
            return False
        return any(kind in value and kind in wanted and value[kind].startswith(wanted[kind]) for kind in ("S", "B"))

    return is_met


def _contains(read: Read, part: Read) -> Condition:
    def is_met(item: Item, names: Names, values: Values) -> bool:
        value, wanted = read(item, names, values), part(item, names, values)
        return value is not None and wanted is not None and _holds(value, wanted)

    return is_met


def _holds(value: Value, wanted: Value) -> bool:
    ((kind, held),) = value.items()
    ((other, meant),) = wanted.items()
    if kind == "L":
        return any(equal(inner, wanted) for inner in held)
    if kind == "NS":
        return other == "N" and number(meant) in map(number, held)
    if kind in ("SS", "BS"):
        return other == kind[0] and meant in held
    return kind in ("S", "B") and kind == other and meant in held


def _has_type(read: Read, wanted: Read) -> Condition:
    def is_met(item: Item, names: Names, values: Values) -> bool:
        value, kind = read(item, names, values), wanted(item, names, values)
        return value is not None and kind is not None and kind["S"] in value

    return is_met


def _size(inner: Read) -> Read:
    def read(item: Item, names: Names, values: Values) -> Value | None:
        value = inner(item, names, values)
        ((kind, held),) = (value or {"": None}).items()
        if kind not in _SIZED:
            return None
        return {"N": str(len(held.encode()) if kind == "S" else len(held))}

    return read


_CALLS: dict[str, Callable[..., Condition]] = {
    "attribute_exists": _exists,
    "attribute_not_exists": _missing,
    "attribute_type": _has_type,
    "begins_with": _begins,
    "contains": _contains,
}


def _merge(item: Item, paths: list[tuple[Any, ...]]) -> Item:
    """What the paths lead to, in the shape of the item; list elements close ranks."""
    wanted: dict[Any, Any] = {}
    for path in paths:
        level = wanted
        for part in path[:-1]:
            level = level.setdefault(part, {})
        level[path[-1]] = None
    taken = _take({"M": item}, wanted)
    return {} if taken is None else taken["M"]


def _take(value: Value, wanted: dict[Any, Any] | None) -> Value | None:
    if wanted is None:
        return value
    parts = sorted(wanted) if "L" in value else list(wanted)
    inner = [(part, step(value, part)) for part in parts if isinstance(part, int) is ("L" in value)]
    found = [(part, _take(one, wanted[part])) for part, one in inner if one is not None]
    kept = [(part, one) for part, one in found if one is not None]
    if not kept:
        return None
    return {"L": [one for _, one in kept]} if "L" in value else {"M": dict(kept)}
