"""The JSON Schema of a GraphQL response. Loaded only when the API is described."""

from chalicelib.foundation.schema import Schema, list_of, partial_object

SCHEMAS: dict[str, Schema] = {
    "GraphQl": partial_object(
        {
            "data": {"type": ["object", "null"]},
            "errors": list_of({"type": "object", "required": ["message", "extensions"]}),
        }
    ),
}
