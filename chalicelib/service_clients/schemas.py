"""JSON Schemas of this room's responses. Loaded only when the API is described."""

from chalicelib.foundation.schema import INSTANT, TEXT, Schema, enum_of, exact_object, list_of, ref
from chalicelib.foundation.scopes import Scope

SERVICE_CLIENT = exact_object(
    {
        "client": {**TEXT, "description": "The `sub` of the client's own tokens."},
        "title": {**TEXT, "description": "What operators call it."},
        "scopes": list_of(
            exact_object(
                {
                    "scope": enum_of(*Scope),
                    "allows": {**TEXT, "description": "What it lets the client do, in words, after “It may”."},
                }
            )
        ),
        "granted_at": {**INSTANT, "description": "When it was last granted a scope."},
    }
)
SCHEMAS: dict[str, Schema] = {
    "ServiceClient": SERVICE_CLIENT,
    "ServiceClients": exact_object({"service_clients": list_of(ref("ServiceClient"))}),
}
