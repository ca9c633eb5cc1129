"""What the fields and parameters of this room mean. Loaded only when the API is described."""

from chalicelib.foundation.openapi.vocabulary import Vocabulary

VOCABULARY: Vocabulary = {
    "client": ("The `sub` of the client's own tokens.", "crm"),
    "scope": ("The scopes that it asks for, separated by blanks.", "contacts:read imports:write"),
    "title": ("What operators call it.", "Our CRM"),
    "scopes": "What it may do.",
    "ServiceClientScope.scope": "The scope.",
    "allows": ("What it lets the client do, in words.", "read your contacts"),
    "granted_at": "When it was last granted a scope, in UTC.",
    "service_clients": "The clients.",
}
