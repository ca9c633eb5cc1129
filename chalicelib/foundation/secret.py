"""Secrets that somebody else carries for us: what travels is random and of 256 bits, what we keep is its SHA-256."""

import base64
import hashlib
import hmac
import secrets


def fresh_secret() -> str:
    """256 random bits in 43 characters, safe in addresses and cookies."""
    return secrets.token_urlsafe(32)


def sha256_hex(secret: str) -> str:
    """What we keep of a secret that somebody else carries. Text from outside may hold anything, lone surrogates too."""
    return hashlib.sha256(_bytes(secret)).hexdigest()


def secrets_match(given: str | None, secret: str | None) -> bool:
    """Whether both are there and alike, in constant time. Hashed first, so that the length tells nothing either."""
    if not given or not secret:
        return False
    return hmac.compare_digest(sha256_hex(given), sha256_hex(secret))


def derive_secret(secret: str, purpose: str) -> str:
    """Another secret, which only who knows the first can make and which tells nothing of it."""
    return hmac.new(_bytes(secret), purpose.encode(), hashlib.sha256).hexdigest()


def pkce_challenge(verifier: str) -> str:
    """PKCE's S256 (RFC 7636, section 4.2)."""
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")


def _bytes(text: str) -> bytes:
    return text.encode(errors="surrogatepass")
