"""The named schemas of the description: nested objects and enums get names too, since generated code needs them."""

from collections.abc import Iterable, Mapping
from typing import Any

from chalicelib.foundation.openapi.vocabulary import Dictionary, Schema, camel, singular

REFERENCE = "#/components/schemas/{name}"
_ALTERNATIVES = ("anyOf", "oneOf")


class Components:
    """Collects named schemas, each with the words of its room.

    A nested object or enum becomes a schema of its own: by its `title`, else by the name of the schema around it and
    its field. Equal enums become one.
    """

    def __init__(self, names: Iterable[str]) -> None:
        """Args:
        names: those of the schemas that will be added.
        """
        self.schemas: dict[str, Schema] = {}
        self._names = frozenset(names)
        self._enums: dict[frozenset[Any], str] = {}

    def add(self, name: str, schema: Schema, dictionary: Dictionary, *, is_open: bool) -> None:
        """Add a schema.

        Args:
            is_open: whether it may get further fields, as responses do, so that clients must expect them.
        """
        self.schemas[name] = _Naming(self, dictionary, is_open=is_open).whole(name, schema)

    def add_part(self, name: str, title: str, schema: Schema) -> str:
        """Add the schema of a part, unless it is there.

        Args:
            name: what it is called if another schema has the title.

        Returns:
            The name under which it is there.
        """
        if "enum" in schema:
            return self._add_enum(name, title, schema)
        chosen = title if self.schemas.get(title, schema) == schema else name
        self._check_name(chosen, schema)
        self.schemas[chosen] = schema
        return chosen

    def _add_enum(self, name: str, title: str, schema: Schema) -> str:
        words = frozenset(schema["enum"])
        known = self._enums.get(words) or (name if title in self._enums.values() else title)
        self._enums[words] = known
        if known not in self.schemas and known not in self._names:
            self.schemas[known] = schema
        return known

    def _check_name(self, name: str, schema: Schema) -> None:
        if name in self._names or self.schemas.get(name, schema) != schema:
            raise ValueError(f"Two schemas have the name {name}. Give one another: `named`, or `name=` of an enum.")

    def name_enums(self, schemas: Mapping[str, Schema]) -> None:
        """Take the names that enums have, so that equal ones without name are called the same."""
        for schema in schemas.values():
            for each in _titled_enums(schema):
                if each["title"] not in self._enums.values():
                    self._enums.setdefault(frozenset(each["enum"]) - {None}, each["title"])


class _Naming:
    """Replaces the nested objects and enums of one schema by references."""

    def __init__(self, components: Components, dictionary: Dictionary, *, is_open: bool) -> None:
        self._components, self._dictionary, self._is_open = components, dictionary, is_open

    def whole(self, name: str, schema: Schema) -> dict[str, Any]:
        """The schema of this name, with references in place of its parts."""
        whole = {key: value for key, value in schema.items() if key != "title"}
        for key in _ALTERNATIVES:
            if key in whole:
                whole[key] = [self._part(f"{name}{number}", each) for number, each in enumerate(whole[key], 1)]
        if "properties" in whole:
            whole["properties"] = {
                field: self._dictionary.described(name, field, self._part(name + camel(field), each))
                for field, each in schema["properties"].items()
            }
            if self._is_open and whole.get("additionalProperties") is False:
                del whole["additionalProperties"]
        elif "items" in whole or isinstance(whole.get("additionalProperties"), Mapping):
            whole.update(self._of_many(name, whole))
        return whole

    def _part(self, name: str, schema: Schema) -> dict[str, Any]:
        """A nested schema, or a reference to it if it is worth a name."""
        if "default" in schema and schema["default"] is None:  # where null is a command, no client may send it unasked
            schema = {key: value for key, value in schema.items() if key != "default"}
        if isinstance(schema.get("enum"), list) and len(schema["enum"]) > 1:
            return self._enum(name, schema)
        if "properties" in schema:
            return self._object(name, schema)
        part = {key: value for key, value in schema.items() if key != "title"}
        if any(key in part for key in _ALTERNATIVES):
            key = next(key for key in _ALTERNATIVES if key in part)
            part[key] = [
                self._part(name if len(part[key]) < 3 else f"{name}{n}", each) for n, each in enumerate(part[key], 1)
            ]
        return {**part, **self._of_many(name, part)}

    def _of_many(self, name: str, schema: Schema) -> dict[str, Any]:
        """Its list or map of values, whose name differs from that of the list or map."""
        one = singular(name) if singular(name) != name else f"{name}Value"
        return {
            key: self._part(one, schema[key])
            for key in ("items", "additionalProperties")
            if isinstance(schema.get(key), Mapping)
        }

    def _enum(self, name: str, schema: Schema) -> dict[str, Any]:
        words = [word for word in schema["enum"] if word is not None]
        beside = {key: schema[key] for key in ("description", "default") if key in schema}
        if not all(isinstance(word, str) for word in words):
            return dict(schema)
        part = {"type": "string", "enum": words}
        reference = self._reference(schema, name, part)
        nullable = len(words) < len(schema["enum"])
        return {**({"anyOf": [reference, {"type": "null"}]} if nullable else reference), **beside}

    def _object(self, name: str, schema: Schema) -> dict[str, Any]:
        types = schema["type"]
        nullable = isinstance(types, list)
        beside = {key: schema[key] for key in ("description",) if key in schema}
        alone = {key: value for key, value in schema.items() if key != "description"} | {"type": "object"}
        reference = self._reference(schema, name, self.whole(schema.get("title", name), alone))
        return {**({"anyOf": [reference, {"type": "null"}]} if nullable else reference), **beside}

    def _reference(self, schema: Schema, name: str, part: Schema) -> dict[str, Any]:
        return {"$ref": REFERENCE.format(name=self._components.add_part(name, schema.get("title", name), part))}


def without_titles(schema: Schema) -> dict[str, Any]:
    """The schema of a model without the titles that pydantic generates from the names of fields."""
    plain = {key: _plain(value) for key, value in schema.items() if key not in ("title", "properties", "$defs")}
    if "properties" in schema:
        plain["properties"] = {name: without_titles(each) for name, each in schema["properties"].items()}
    return plain


def _plain(value: Any) -> Any:
    if isinstance(value, list):
        return [_plain(each) for each in value]
    return without_titles(value) if isinstance(value, Mapping) else value


def _titled_enums(schema: Any) -> list[Schema]:
    if isinstance(schema, list):
        return [found for each in schema for found in _titled_enums(each)]
    if not isinstance(schema, Mapping):
        return []
    mine = [schema] if "title" in schema and isinstance(schema.get("enum"), list) else []
    return mine + [found for each in schema.values() for found in _titled_enums(each)]
