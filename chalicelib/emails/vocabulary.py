"""What the fields and parameters of this room mean. Loaded only when the API is described."""

from chalicelib.foundation.openapi.vocabulary import Vocabulary

VOCABULARY: Vocabulary = {
    "done": "Whether an e-mail comes when an import has ended.",
    "address": ("The address to which they go; null if it is unknown.", "ann@example.com"),
    "token": ("The token of the link in an e-mail.", "eyJhbGciOi…"),
}
