"""Shorthands for the JSON Schemas that describe responses."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

Schema = dict[str, Any]

TEXT: Schema = {"type": "string"}
TEXT_OR_NULL: Schema = {"type": ["string", "null"]}
INSTANT: Schema = {"type": "string", "format": "date-time"}
INSTANT_OR_NULL: Schema = {"type": ["string", "null"], "format": "date-time"}
COUNT: Schema = {"type": "integer", "minimum": 0}


def exact_object(members: Mapping[str, Schema]) -> Schema:
    """An object with exactly these members, all of them required."""
    return {
        "type": "object",
        "required": list(members),
        "properties": dict(members),
        "additionalProperties": False,
    }


def partial_object(members: Mapping[str, Schema], always: tuple[str, ...] = ()) -> Schema:
    """An object with no other members than these; only those in `always` are required."""
    return {**exact_object(members), "required": list(always)}


def list_of(item: Schema) -> Schema:
    return {"type": "array", "items": item}


def enum_of(*words: str | None, name: str = "") -> Schema:
    """One of a few words; None stands for null.

    Args:
        name: what generated code calls it. Default: the name of the enum whose words all of them are.
    """
    texts = [word for word in words if word is not None]
    schema: Schema = {"type": "string" if len(texts) == len(words) else ["string", "null"], "enum": list(words)}
    title = name or _name_of(texts)
    return {**schema, "title": title} if title else schema


def named(name: str, schema: Schema) -> Schema:
    """The schema of an object inside another one, with a name for generated code."""
    return {**schema, "title": name}


def _name_of(words: list[str]) -> str:
    kinds = {type(word) for word in words}
    kind = kinds.pop() if len(kinds) == 1 else str
    return kind.__name__ if issubclass(kind, StrEnum) and set(words) == set(kind) else ""


def ref(schema: str) -> Schema:
    """A reference to a named schema."""
    return {"$ref": f"#/components/schemas/{schema}"}
