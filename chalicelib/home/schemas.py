"""The JSON Schema of a GraphQL response. Loaded only when the API is described."""

from chalicelib.foundation.schema import TEXT, Schema, list_of, partial_object

SCHEMAS: dict[str, Schema] = {
    "GraphQl": partial_object(
        {
            "data": {"type": ["object", "null"]},
            "errors": list_of(
                {
                    "type": "object",
                    "title": "GraphQlError",
                    "required": ["message", "extensions"],
                    "properties": {
                        "message": TEXT,
                        "extensions": {"type": "object"},
                        "locations": list_of({"type": "object"}),
                        "path": list_of({"type": ["string", "integer"]}),
                    },
                }
            ),
        }
    ),
}
