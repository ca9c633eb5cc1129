"""Secrets that clients carry for us: 256 random bits, of which we store only the SHA-256."""

import base64
import hashlib
import hmac
import secrets


def fresh_secret() -> str:
    """256 random bits in 43 characters that are safe in URLs and cookies."""
    return secrets.token_urlsafe(32)


def sha256_hex(secret: str) -> str:
    """The SHA-256 of a text, as 64 hexadecimal digits. The text may contain anything, also lone surrogates."""
    return hashlib.sha256(_bytes(secret)).hexdigest()


def secrets_match(given: str | None, secret: str | None) -> bool:
    """Whether both are present and equal, in constant time; hashing first hides the length too."""
    if not given or not secret:
        return False
    return hmac.compare_digest(sha256_hex(given), sha256_hex(secret))


def derive_secret(secret: str, purpose: str) -> str:
    """A second secret, which can be computed only from the first and does not reveal it."""
    return hmac.new(_bytes(secret), purpose.encode(), hashlib.sha256).hexdigest()


def pkce_challenge(verifier: str) -> str:
    """The code challenge for a PKCE verifier, by the method S256 (RFC 7636, section 4.2)."""
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")


def _bytes(text: str) -> bytes:
    return text.encode(errors="surrogatepass")
