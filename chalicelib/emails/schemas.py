"""JSON Schemas of this room's responses. Loaded only when the API is described."""

from chalicelib.foundation.schema import TEXT_OR_NULL, Schema, exact_object

_BOOLEAN: Schema = {"type": "boolean"}

SCHEMAS: dict[str, Schema] = {
    "Emails": exact_object(
        {
            "address": {**TEXT_OR_NULL, "description": "As the issuer verified it at the last sign-in on the pages."},
            "is_sending": {**_BOOLEAN, "description": "Whether this service sends e-mails at all."},
            "reconnect": {**_BOOLEAN, "description": "E-mails when an account needs to be connected again."},
            "decision": {**_BOOLEAN, "description": "E-mails when something waits for my decision."},
            "endpoint": {**_BOOLEAN, "description": "E-mails when a webhook of mine is disabled."},
            "done": {**_BOOLEAN, "description": "E-mails when an import has ended."},
        }
    )
}
