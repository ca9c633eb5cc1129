"""Applies update expressions to items. An item is never changed: a new one is returned."""

from collections.abc import Callable
from functools import cache
from typing import Any

from tests.fakes import expressions
from tests.fakes.evaluation import Names, Read, Values, reader_of, step
from tests.fakes.expressions import Tree
from tests.fakes.values import SETS, Item, Value, normal_number, normalize_value, number, validation_error

Path = tuple[str | int, ...]
Made = tuple[Path, Value | None]  # what stands at a path afterwards; None where it is taken away
Change = Callable[[Item, Names, Values], Made]

_WRONG_TYPE = "An operand in the update expression has an incorrect data type"
_NO_PARENT = "The document path provided in the update expression is invalid for update"
_NO_OPERAND = "The provided expression refers to an attribute that does not exist in the item"


@cache
def changes(text: str) -> tuple[Change, ...]:
    clauses: dict[str, list[Tree]] = expressions.update(text).tree
    made: dict[str, Callable[..., Change]] = {"SET": _setting, "REMOVE": _removing, "ADD": _adding, "DELETE": _deleting}
    return tuple(made[clause](*tree) for clause, trees in clauses.items() for tree in trees)


def apply_update(text: str, item: Item, names: Names, values: Values) -> tuple[Item, list[str]]:
    """The item as it becomes, and which of its attributes changed. Everything is read before anything is written."""
    made = [change(item, names, values) for change in changes(text)]
    _refuse_overlaps([path for path, _ in made])
    new = dict(item)
    removed_elements = sorted((path for path, value in made if value is None and len(path) > 1), key=_backwards)
    for path, value in made:
        if value is not None:
            _put_at(new, path, value)
        elif len(path) == 1:
            new.pop(path[0], None)  # type: ignore[arg-type] # the first part of a path is a name
    for path in removed_elements:
        _remove_at(new, path)
    return new, [str(path[0]) for path, _ in made]


def _setting(path: Path, operand: Tree) -> Change:
    read = _operand(operand)

    def change(item: Item, names: Names, values: Values) -> Made:
        return _named(path, names), normalize_value(_needed(read(item, names, values)))

    return change


def _removing(path: Path) -> Change:
    return lambda item, names, values: (_named(path, names), None)


def _adding(path: Path, name: str) -> Change:
    read = reader_of(path)

    def change(item: Item, names: Names, values: Values) -> Made:
        old, more = read(item, names, values), values[name]
        ((kind, _),) = more.items()
        if kind != "N" and kind not in SETS:
            raise validation_error(_WRONG_TYPE)
        return _named(path, names), normalize_value(more) if old is None else _sum_or_union(old, more)

    return change


def _deleting(path: Path, name: str) -> Change:
    read = reader_of(path)

    def change(item: Item, names: Names, values: Values) -> Made:
        old, less = read(item, names, values), values[name]
        ((kind, _),) = less.items()
        if kind not in SETS or (old is not None and kind not in old):
            raise validation_error(_WRONG_TYPE)
        rest = [] if old is None else [member for member in old[kind] if member not in normalize_value(less)[kind]]
        return _named(path, names), {kind: rest} if rest else None

    return change


def _operand(tree: Tree) -> Read:
    match tree:
        case ("value", name):
            return lambda item, names, values: values[name]
        case ("path", path):
            return reader_of(path)
        case ("sum", sign, left, right):
            return _sum(sign, _operand(left), _operand(right))
        case ("call", "if_not_exists", (("path", path), other)):
            return _first(reader_of(path), _operand(other))
        case ("call", "list_append", (left, right)):
            return _joined(_operand(left), _operand(right))
    raise validation_error("Invalid UpdateExpression: Operator or function requires a document path")


def _sum(sign: str, left: Read, right: Read) -> Read:
    def read(item: Item, names: Names, values: Values) -> Value:
        one, other = _needed(left(item, names, values)), _needed(right(item, names, values))
        if "N" not in one or "N" not in other:
            raise validation_error(_WRONG_TYPE)
        more = number(other["N"])
        return {"N": str(number(one["N"]) + (more if sign == "+" else -more))}

    return read


def _first(read: Read, otherwise: Read) -> Read:
    def chosen(item: Item, names: Names, values: Values) -> Value | None:
        value = read(item, names, values)
        return otherwise(item, names, values) if value is None else value

    return chosen


def _joined(left: Read, right: Read) -> Read:
    def read(item: Item, names: Names, values: Values) -> Value:
        one, other = _needed(left(item, names, values)), _needed(right(item, names, values))
        if "L" not in one or "L" not in other:
            raise validation_error(_WRONG_TYPE)
        return {"L": [*one["L"], *other["L"]]}

    return read


def _needed(value: Value | None) -> Value:
    if value is None:
        raise validation_error(_NO_OPERAND)
    return value


def _sum_or_union(old: Value, more: Value) -> Value:
    ((kind, held),) = more.items()
    if kind not in old:
        raise validation_error(_WRONG_TYPE)
    if kind == "N":
        return {"N": normal_number(str(number(old["N"]) + number(held)))}
    return {kind: list(dict.fromkeys([*old[kind], *normalize_value(more)[kind]]))}


def _named(path: tuple[Any, ...], names: Names) -> Path:
    if len(path) == 1:
        return (names.get(path[0], path[0]),)
    return tuple(names.get(part, part) if isinstance(part, str) else part for part in path)


def _refuse_overlaps(paths: list[Path]) -> None:
    if len({path[0] for path in paths}) == len(paths):
        return
    for place, path in enumerate(paths):
        for other in paths[place + 1 :]:
            if path[: len(other)] == other[: len(path)]:
                raise validation_error("Invalid UpdateExpression: Two document paths overlap with each other")


def _backwards(path: Path) -> tuple[Any, ...]:
    """Later list elements leave first, so that the earlier ones keep their places."""
    return tuple(-part if isinstance(part, int) else 0 for part in path)


def _put_at(item: Item, path: Path, value: Value) -> None:
    holder, last = _opened(item, path)
    if isinstance(holder, list) and isinstance(last, int):
        holder[last : last + 1] = [value]
    else:
        holder[last] = value


def _remove_at(item: Item, path: Path) -> None:
    holder, last = _opened(item, path)
    if isinstance(holder, list) and isinstance(last, int):
        del holder[last : last + 1]
    else:
        holder.pop(last, None)


def _opened(item: Item, path: Path) -> tuple[Any, Any]:
    """The map or list that holds the last part of the path, every level above it copied on the way."""
    holder: Any = item
    for place, part in enumerate(path[:-1]):
        below = step({"L": holder} if isinstance(holder, list) else {"M": holder}, part)
        kind = "L" if isinstance(path[place + 1], int) else "M"
        if below is None or kind not in below:
            raise validation_error(_NO_PARENT)
        copied = below[kind].copy()
        holder[part] = {kind: copied}
        holder = copied
    return holder, path[-1]
