"""How the reference writes types: "integer, 1 to 200", "list of Contact", "`name`, `given` or `family`"."""

from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import Markup, escape

_LINK = Markup('<a href="#{0}">{0}</a>')
_CODE = Markup("<code>{}</code>")
_LIMITS = {"minLength": "at least {} characters", "maxLength": "up to {} characters", "maxItems": "up to {}"}


def type_text(schema: Mapping[str, Any]) -> Markup:
    """A schema in words; a named one is a link to where it is described."""
    if "$ref" in schema:
        return _LINK.format(schema["$ref"].rpartition("/")[2])
    if "enum" in schema:
        return _alternatives([_value(each) for each in schema["enum"]])
    if "const" in schema:
        return _value(schema["const"])
    for kind in ("oneOf", "anyOf", "allOf"):
        if kind in schema:
            return _alternatives([type_text(each) for each in schema[kind]])
    return _alternatives([_plain(each, schema) for each in _types(schema)])


def _types(schema: Mapping[str, Any]) -> Sequence[str]:
    named = schema.get("type", "any value")
    return [named] if isinstance(named, str) else named


def _plain(name: str, schema: Mapping[str, Any]) -> Markup:
    if name == "array":
        return Markup("list of ") + type_text(schema.get("items", {})) + _limits(schema, "maxItems")
    if name in ("integer", "number"):
        return escape(name) + _range(schema)
    if name == "string":
        form = f" ({schema['format']})" if "format" in schema else ""
        return escape(name + form) + _limits(schema, "minLength", "maxLength")
    return escape(name)


def _range(schema: Mapping[str, Any]) -> Markup:
    least, most = schema.get("minimum"), schema.get("maximum")
    if least is not None and most is not None:
        return escape(f", {least:,} to {most:,}")
    if least is not None:
        return escape(f", {least:,} or more")
    return escape(f", up to {most:,}" if most is not None else "")


def _limits(schema: Mapping[str, Any], *names: str) -> Markup:
    limits = [_LIMITS[name].format(f"{schema[name]:,}") for name in names if schema.get(name, 0) > 1]
    return escape("".join(f", {each}" for each in limits))


def _value(value: object) -> Markup:
    return Markup("null") if value is None else _CODE.format(value)


def _alternatives(words: Sequence[Markup]) -> Markup:
    *others, last = words
    return Markup(", ").join(others) + Markup(" or ") + last if others else last
