"""Shorthands for the JSON Schemas that describe responses."""

from collections.abc import Mapping
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


def enum_of(*words: str | None) -> Schema:
    """One of a few words; None stands for null."""
    return {"enum": list(words)}


def ref(schema: str) -> Schema:
    """A reference to a named schema."""
    return {"$ref": f"#/components/schemas/{schema}"}
