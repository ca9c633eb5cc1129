"""What the fields and parameters of this room mean. Loaded only when the API is described."""

from chalicelib.foundation.openapi.vocabulary import Vocabulary

VOCABULARY: Vocabulary = {
    "to": ("The path of this service to open after signing in.", "/contacts"),
    "state": ("What the issuer returns of the request.", "Jm3c9q"),
    "code": ("What the issuer gives for a token.", "SplxlOBeZQQYbYS6WxSbIA"),
    "error": ("Why the issuer refuses.", "access_denied"),
    "iss": ("The issuer.", "https://issuer.example"),
}
