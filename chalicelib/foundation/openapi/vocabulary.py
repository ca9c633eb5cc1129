"""What fields and parameters mean, by their names: one word has one meaning, wherever it occurs in a room.

A vocabulary maps a name to its description, or to its description and an example. `Name.field` is for that field of the
schema `Name` alone. A room's own vocabulary goes before the common one, and what a schema says of itself before both.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from chalicelib.foundation.json import Json

Vocabulary = Mapping[str, str | tuple[str, Json]]
Schema = Mapping[str, Any]

INSTANT_EXAMPLE = "2026-11-30T08:15:00Z"
_BY_FORMAT = {"date-time": INSTANT_EXAMPLE, "date": "2026-11-30", "uri": "https://contacts.example"}


@dataclass(frozen=True, slots=True)
class Dictionary:
    """The vocabularies in which a word is looked up, in this order."""

    vocabularies: Sequence[Vocabulary]

    def described(self, owner: str, name: str, schema: Schema) -> dict[str, Any]:
        """The schema of a field or parameter with its description and an example.

        Args:
            owner: the name of the schema whose field it is; "" for a parameter.
        """
        found = self._find(owner, name)
        description, *given = found if isinstance(found, tuple) else (found,)
        whole = dict(schema)
        if description and "description" not in whole:
            whole["description"] = description
        if "examples" not in whole and not is_of_parts(schema):
            simple = plain_example(schema)
            is_one_of_few = "enum" in schema and not (given and given[0] in schema["enum"])
            examples = given if given and not is_one_of_few else [] if simple is None else [simple]
            if examples:
                whole["examples"] = examples
        return whole

    def _find(self, owner: str, name: str) -> str | tuple[str, Json]:
        for vocabulary in self.vocabularies:
            for key in (f"{owner}.{name}", name):
                if key in vocabulary:
                    return vocabulary[key]
        return ""


def plain_example(schema: Schema) -> Json:
    """An example of a value that needs no thought, such as a time or one of a few words; None if it does."""
    if "const" in schema:
        return schema["const"]
    if "enum" in schema:
        return schema["enum"][0]
    for alternative in (*schema.get("anyOf", ()), *schema.get("oneOf", ())):
        if alternative.get("type") != "null":
            return plain_example(alternative)
    if _type(schema) == "array":
        item = plain_example(schema.get("items", {}))
        return None if item is None else [item] * max(1, schema.get("minItems", 1))
    return _plain_value(schema)


def _plain_value(schema: Schema) -> Json:
    match _type(schema):
        case "boolean":
            return False
        case "integer":
            return max(int(schema.get("minimum", 0)), min(3, int(schema.get("maximum", 3))))
        case "number":
            return min(0.5, float(schema.get("maximum", 0.5)))
        case "string":
            return _BY_FORMAT.get(schema.get("format", ""))
    return None


def is_of_parts(schema: Schema) -> bool:
    """Whether it refers to another schema, whose fields have the examples."""
    parts = (
        *schema.get("anyOf", ()),
        *schema.get("oneOf", ()),
        schema.get("items"),
        schema.get("additionalProperties"),
    )
    return "$ref" in schema or "properties" in schema or any(is_of_parts(x) for x in parts if isinstance(x, Mapping))


def camel(name: str) -> str:
    """A name of a field as a part of the name of a type: "paused_because" is "PausedBecause"."""
    return "".join(word[:1].upper() + word[1:] for word in re.split(r"[^A-Za-z0-9]+", name))


def singular(name: str) -> str:
    """The name of one of several."""
    for ending, single in (("ies", "y"), ("sses", "ss"), ("uses", "us"), ("xes", "x"), ("ss", "ss"), ("s", "")):
        if name.endswith(ending):
            return name.removesuffix(ending) + single
    return name


def _type(schema: Schema) -> str:
    types = schema.get("type", "")
    return types if isinstance(types, str) else next(each for each in types if each != "null")
