"""What the fields and parameters of this room mean. Loaded only when the API is described."""

from chalicelib.foundation.openapi.vocabulary import Vocabulary

_ID = "7QmC2xW9Lk0aRz5tVb8nYg"

VOCABULARY: Vocabulary = {
    "state": ("What the provider returns of the request.", "Jm3c9q"),
    "code": ("What the provider gives for tokens.", "SplxlOBeZQQYbYS6WxSbIA"),
    "error": ("Why the provider refuses.", "access_denied"),
    "iss": ("The issuer of the provider.", "https://accounts.google.com"),
    "return_to": ("The name of the place to return to, as the operator has set it; never a URL.", "settings"),
    "login_hint": ("The account's email address; the provider preselects it.", "ada@example.com"),
    "connection": ("The account to reconnect.", _ID),
    "permission": ("A choice whose permission to ask for.", "other"),
    "confirmation_key": ("Proves that the person came from the provider. Send it with the answer.", "k3J9…"),
    "answer": "Whether its contacts come into that person's address book.",
}
