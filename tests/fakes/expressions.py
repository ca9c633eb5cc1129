"""Reads DynamoDB's expressions: from text to a small tree, each text once.

    condition   attribute_not_exists(pk) OR (#s = :queued AND due <= :now)
    update      SET rev = rev + :one, #c.page = :page REMOVE holder, jobs[0] ADD edits :one
    projection  pk, #records.#id, lines[3]

The tree's leaves name attributes (`#s` or plain) and values (`:now`) as the text does; they are looked up when a tree
is evaluated, so that a text that comes with other names and values is still the same tree.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, TypeVar

from tests.fakes.values import validation_error

Tree = tuple[Any, ...]  # ("path", …) ("value", name) ("call", function, arguments) ("compare", op, left, right) …
T = TypeVar("T")

_TOKEN = re.compile(r"\s*(?:([#:]?[A-Za-z0-9_\-]+)|(<>|<=|>=|[=<>(),.\[\]+\-]))")
_CLAUSES = ("SET", "REMOVE", "ADD", "DELETE")
_FUNCTIONS = {
    "attribute_exists": 1,
    "attribute_not_exists": 1,
    "attribute_type": 2,
    "begins_with": 2,
    "contains": 2,
    "size": 1,
}
_SET_FUNCTIONS = {"if_not_exists": 2, "list_append": 2}


@dataclass(frozen=True)
class Parsed:
    """A tree, and which `#names` and `:values` its text uses."""

    tree: Any
    used: frozenset[str]


@dataclass
class _Reader:
    text: str
    tokens: list[str] = field(default_factory=list)
    at: int = 0

    def __post_init__(self) -> None:
        position, end = 0, len(self.text.rstrip())
        while position < end:
            found = _TOKEN.match(self.text, position)
            if found is None:
                raise self.wrong()
            self.tokens.append(found.group(1) or found.group(2))
            position = found.end()

    def peek(self) -> str:
        return self.tokens[self.at] if self.at < len(self.tokens) else ""

    def word(self) -> str:
        return self.peek().upper()

    def take(self, wanted: str | None = None) -> str:
        token = self.peek()
        if not token or (wanted is not None and token.upper() != wanted):
            raise self.wrong()
        self.at += 1
        return token

    def takes(self, wanted: str) -> bool:
        if self.word() != wanted:
            return False
        self.at += 1
        return True

    def listed(self, one: Callable[["_Reader"], T]) -> list[T]:
        found = [one(self)]
        while self.takes(","):
            found.append(one(self))
        return found

    def wrong(self) -> Exception:
        return validation_error(f'Invalid expression: Syntax error; token: "{self.peek() or "<EOF>"}"')


@cache
def condition(text: str) -> Parsed:
    return _whole(text, _either)


@cache
def update(text: str) -> Parsed:
    return _whole(text, _clauses)


@cache
def projection(text: str) -> Parsed:
    return _whole(text, lambda reader: tuple(reader.listed(_path)))


def _whole(text: str, read: Callable[[_Reader], Any]) -> Parsed:
    reader = _Reader(text)
    tree = read(reader)
    if reader.peek():
        raise reader.wrong()
    return Parsed(tree, frozenset(token for token in reader.tokens if token[0] in "#:"))


def _either(reader: _Reader) -> Tree:
    tree = _both(reader)
    while reader.takes("OR"):
        tree = ("or", tree, _both(reader))
    return tree


def _both(reader: _Reader) -> Tree:
    tree = _negated(reader)
    while reader.takes("AND"):
        tree = ("and", tree, _negated(reader))
    return tree


def _negated(reader: _Reader) -> Tree:
    return ("not", _negated(reader)) if reader.takes("NOT") else _test(reader)


def _test(reader: _Reader) -> Tree:
    if reader.takes("("):
        tree = _either(reader)
        reader.take(")")
        return tree
    left = _operand(reader)
    if reader.peek() in ("=", "<>", "<", "<=", ">", ">="):
        return ("compare", reader.take(), left, _operand(reader))
    if reader.takes("BETWEEN"):
        low = _operand(reader)
        reader.take("AND")
        return ("between", left, low, _operand(reader))
    if reader.takes("IN"):
        reader.take("(")
        choices = tuple(reader.listed(_operand))
        reader.take(")")
        return ("in", left, choices)
    if left[0] != "call" or left[1] == "size":
        raise reader.wrong()
    return left


def _operand(reader: _Reader) -> Tree:
    return _call(reader, _FUNCTIONS) if _calls(reader) else _leaf(reader)


def _calls(reader: _Reader) -> bool:
    return reader.tokens[reader.at + 1 : reader.at + 2] == ["("] and reader.peek()[:1].isalpha()


def _call(reader: _Reader, known: dict[str, int]) -> Tree:
    name = reader.take()
    if name not in known:
        raise validation_error(f"Invalid expression: Invalid function name; function: {name}")
    reader.take("(")
    arguments = tuple(reader.listed(_summand if known is _SET_FUNCTIONS else _operand))
    reader.take(")")
    if len(arguments) != known[name]:
        raise validation_error(
            f"Invalid expression: Incorrect number of operands for operator or function; function: {name}"
        )
    return ("call", name, arguments)


def _leaf(reader: _Reader) -> Tree:
    return ("value", reader.take()) if reader.peek().startswith(":") else ("path", _path(reader))


def _path(reader: _Reader) -> tuple[str | int, ...]:
    parts: list[str | int] = [_name(reader)]
    while True:
        if reader.takes("."):
            parts.append(_name(reader))
        elif reader.takes("["):
            parts.append(int(reader.take()))
            reader.take("]")
        else:
            return tuple(parts)


def _name(reader: _Reader) -> str:
    token = reader.take()
    if not (token[0] == "#" or token[0].isalpha()):
        raise validation_error(f'Invalid expression: Syntax error; token: "{token}"')
    if token.upper() in _reserved():
        raise validation_error(f"Invalid expression: Attribute name is a reserved keyword; reserved keyword: {token}")
    return token


@cache
def _reserved() -> frozenset[str]:
    """The words that DynamoDB refuses as names unless `#names` stand for them."""
    moto = find_spec("moto")  # which has a list of them; importing it would take a second
    assert moto is not None
    assert moto.origin is not None
    return frozenset((Path(moto.origin).parent / "dynamodb" / "parsing" / "reserved_keywords.txt").read_text().split())


def _clauses(reader: _Reader) -> dict[str, list[Tree]]:
    read = {"SET": _assignment, "REMOVE": _removal, "ADD": _change, "DELETE": _change}
    clauses: dict[str, list[Tree]] = {}
    while reader.peek():
        clause = reader.take().upper()
        if clause not in _CLAUSES or clause in clauses:
            raise validation_error(f'Invalid UpdateExpression: Syntax error; token: "{clause}"')
        clauses[clause] = reader.listed(read[clause])
    if not clauses:
        raise validation_error("Invalid UpdateExpression: The expression can not be empty;")
    return clauses


def _assignment(reader: _Reader) -> Tree:
    path = _path(reader)
    reader.take("=")
    left = _summand(reader)
    if reader.peek() in ("+", "-"):
        return (path, ("sum", reader.take(), left, _summand(reader)))
    return (path, left)


def _summand(reader: _Reader) -> Tree:
    return _call(reader, _SET_FUNCTIONS) if _calls(reader) else _leaf(reader)


def _removal(reader: _Reader) -> Tree:
    return (_path(reader),)


def _change(reader: _Reader) -> Tree:
    return (_path(reader), reader.take())
