"""The few words in which answers are described: JSON Schema, without its noise."""

from collections.abc import Mapping
from typing import Any

Schema = dict[str, Any]

TEXT: Schema = {"type": "string"}
TEXT_OR_NULL: Schema = {"type": ["string", "null"]}
INSTANT: Schema = {"type": "string", "format": "date-time"}
INSTANT_OR_NULL: Schema = {"type": ["string", "null"], "format": "date-time"}
COUNT: Schema = {"type": "integer", "minimum": 0}


def exact_object(members: Mapping[str, Schema]) -> Schema:
    """An object with exactly these members, each of them always there."""
    return {
        "type": "object",
        "required": list(members),
        "properties": dict(members),
        "additionalProperties": False,
    }


def partial_object(members: Mapping[str, Schema], always: tuple[str, ...] = ()) -> Schema:
    """An object with some of these members and no other."""
    return {**exact_object(members), "required": list(always)}


def list_of(item: Schema) -> Schema:
    return {"type": "array", "items": item}


def enum_of(*words: str | None) -> Schema:
    return {"enum": list(words)}


def ref(schema: str) -> Schema:
    """The schema of that name."""
    return {"$ref": f"#/components/schemas/{schema}"}
