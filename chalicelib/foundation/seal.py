"""Secrets at rest: each is sealed with a data key of its own, which only KMS can open again, and is bound to its place.

What is stored is `version, length, encrypted data key, nonce, ciphertext`. The encrypted data key names the KMS key it
needs, so what an older key sealed still opens after a new one is in use.
"""

import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.foundation.aws_errors import is_transient, lost_response_errors
from chalicelib.foundation.errors import Misconfigured, Unavailable

_VERSION = b"\x01"
_NONCE_BYTES = 12  # what GCM is made for
_FOREIGN = {"InvalidCiphertextException", "IncorrectKeyException"}
_PASSING = {"DependencyTimeoutException", "InternalException", "KMSInternalException", "ThrottlingException"}


class KmsClient(Protocol):
    """The two calls of boto3's KMS client that the service makes."""

    def generate_data_key(self, **request: Any) -> Any: ...
    def decrypt(self, **request: Any) -> Any: ...


class SealBroken(Misconfigured):
    """A stored secret does not open: it was changed, moved from another place, or its KMS key is gone."""

    slug = "seal-broken"


@dataclass(frozen=True)
class Seal:
    """Seals and opens; keeps no key and no secret between two calls.

    `context` says where a secret belongs (owner, connection, purpose). Opening it anywhere else fails, at KMS and once
    more in the cipher. KMS sees only a hash of it: its log is no place for people's ids.
    """

    kms: KmsClient
    key_id: str

    def seal(self, plain: bytes, context: Mapping[str, str]) -> bytes:
        """Raises Unavailable if KMS does not respond, Misconfigured if trying again cannot help."""
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # not loaded by pages that seal nothing

        place = _place(context)
        answer = _asked(
            self.kms.generate_data_key, KeyId=self.key_id, KeySpec="AES_256", EncryptionContext=_for_kms(place)
        )
        key: bytes = answer["CiphertextBlob"]
        head = _VERSION + len(key).to_bytes(2, "big") + key
        nonce = os.urandom(_NONCE_BYTES)
        return head + nonce + AESGCM(answer["Plaintext"]).encrypt(nonce, plain, head + place)

    def check(self) -> None:
        """Seal something and open it again. Raises as `open`."""
        context = {"purpose": "check"}
        self.open(self.seal(b"is the key there?", context), context)

    def open(self, sealed: bytes, context: Mapping[str, str]) -> bytes:
        """Raises SealBroken for what was not sealed for this context; otherwise as `seal`."""
        from cryptography.exceptions import InvalidTag
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        place = _place(context)
        head, key, nonce, ciphertext = _parts(sealed)
        answer = _asked(self.kms.decrypt, CiphertextBlob=key, EncryptionContext=_for_kms(place))
        try:
            return AESGCM(answer["Plaintext"]).decrypt(nonce, ciphertext, head + place)
        except InvalidTag:
            raise SealBroken("A stored secret was changed or moved.") from None


def _parts(sealed: bytes) -> tuple[bytes, bytes, bytes, bytes]:
    start = 3 + int.from_bytes(sealed[1:3], "big")
    if sealed[:1] != _VERSION or len(sealed) < start + _NONCE_BYTES:
        raise SealBroken("A stored secret has a form that is not known here.")
    return sealed[:start], sealed[3:start], sealed[start : start + _NONCE_BYTES], sealed[start + _NONCE_BYTES :]


def _place(context: Mapping[str, str]) -> bytes:
    return json.dumps(dict(context), sort_keys=True).encode()


def _for_kms(place: bytes) -> dict[str, str]:
    return {"place": hashlib.sha256(place).hexdigest()}


def _asked(call: Any, **request: Any) -> Any:
    try:
        return call(**request)
    except ClientError as error:
        code = error.response.get("Error", {}).get("Code", "")
        if code in _FOREIGN:
            raise SealBroken("A stored secret was changed, moved, or sealed with a key that is gone.") from None
        if code in _PASSING or is_transient(error):
            raise _silent() from None
        raise Misconfigured("The key service refuses: look at TOKEN_KMS_KEY_ID and its policy.", code=code) from None
    except (BotoCoreError, *lost_response_errors()):  # type: ignore[misc] # a tuple of classes, made when needed
        raise _silent() from None


def _silent() -> Unavailable:
    return Unavailable("The key service does not answer. Try again in a moment.")
