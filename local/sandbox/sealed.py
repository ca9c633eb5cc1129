"""Self-contained tokens: nothing is stored, they survive a restart, and a changed one is refused."""

import base64
import binascii
import hashlib
import hmac
import json
import secrets

from local.sandbox.state_files import StateFiles
from local.sandbox.wire import Json

_MAC_BYTES = 9


class Seal:
    """Creates and opens sealed tokens."""

    def __init__(self, state_files: StateFiles) -> None:
        self._key = bytes.fromhex(state_files.once("seal-key", lambda: secrets.token_hex(32)))

    def close(self, value: Json) -> str:
        body = json.dumps(value, separators=(",", ":")).encode()
        return base64.urlsafe_b64encode(self._mac(body) + body).decode().rstrip("=")

    def open(self, token: str) -> Json | None:
        """The content of a token; None if this seal did not create it."""
        try:
            raw = base64.b64decode(token + "=" * (-len(token) % 4), b"-_", validate=True)
        except (binascii.Error, ValueError):
            return None
        mac, body = raw[:_MAC_BYTES], raw[_MAC_BYTES:]
        return json.loads(body) if hmac.compare_digest(mac, self._mac(body)) else None

    def _mac(self, body: bytes) -> bytes:
        return hmac.digest(self._key, body, hashlib.sha256)[:_MAC_BYTES]
