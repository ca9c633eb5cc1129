"""Examples of whole objects, made of the examples of their fields, so that they are valid by construction."""

from collections.abc import Mapping

from chalicelib.foundation.json import Json
from chalicelib.foundation.openapi.vocabulary import Schema, plain_example

_DEEPEST = 8  # objects inside each other; what is nested further is left out


def example_of(schema: Schema, schemas: Mapping[str, Schema], depth: int = 0) -> Json:
    """An example of a value that the schema allows.

    Args:
        schemas: the named schemas that it may refer to.
    """
    if schema.get("examples"):
        first: Json = schema["examples"][0]
        return first
    if "$ref" in schema:
        return example_of(schemas[schema["$ref"].rpartition("/")[2]], schemas, depth)
    for alternative in (*schema.get("anyOf", ()), *schema.get("oneOf", ())):
        return example_of(alternative, schemas, depth)
    if "properties" in schema:
        needed = schema.get("required", ()) if depth > _DEEPEST else schema["properties"]
        return {name: example_of(schema["properties"][name], schemas, depth + 1) for name in needed}
    if isinstance(schema.get("items"), Mapping):
        return [example_of(schema["items"], schemas, depth + 1)]
    if isinstance(schema.get("additionalProperties"), Mapping):
        return {"name": example_of(schema["additionalProperties"], schemas, depth + 1)}
    return plain_example(schema)
