"""Envelope encryption of stored secrets: each has its own data key, which only KMS can decrypt, and its own context.

A sealed secret is `version, length, encrypted data key, nonce, ciphertext`. The encrypted data key identifies its KMS
key, so secrets can still be decrypted after a new KMS key is in use.
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
_NONCE_BYTES = 12  # the standard size for GCM
_FOREIGN = {"InvalidCiphertextException", "IncorrectKeyException"}
_TRANSIENT = {"DependencyTimeoutException", "InternalException", "KMSInternalException", "ThrottlingException"}


class KmsClient(Protocol):
    """The calls of the KMS client that the service makes."""

    def generate_data_key(self, **request: Any) -> Any: ...
    def decrypt(self, **request: Any) -> Any: ...


class SealBroken(Misconfigured):
    """A stored secret cannot be decrypted: it was changed, moved to another context, or its KMS key is gone."""

    slug, title = "seal-broken", "Unreadable stored secret"


@dataclass(frozen=True)
class Seal:
    """Encrypts and decrypts secrets; keeps no key and no secret between two calls.

    The context of a secret is where it belongs (owner, connection, purpose). Decrypting it in any other context fails,
    at KMS and again in the cipher. KMS gets only a hash of the context, because its log must not contain people's ids.
    """

    kms: KmsClient
    key_id: str

    def seal(self, plain: bytes, context: Mapping[str, str]) -> bytes:
        """Encrypt `plain` for `context`.

        Raises:
            Unavailable: KMS is not responding.
            Misconfigured: KMS refuses, and trying again does not help.
        """
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # loaded only when a secret is sealed

        aad = _encode(context)
        response = _call(
            self.kms.generate_data_key, KeyId=self.key_id, KeySpec="AES_256", EncryptionContext=_for_kms(aad)
        )
        key: bytes = response["CiphertextBlob"]
        head = _VERSION + len(key).to_bytes(2, "big") + key
        nonce = os.urandom(_NONCE_BYTES)
        return head + nonce + AESGCM(response["Plaintext"]).encrypt(nonce, plain, head + aad)

    def check(self) -> None:
        """Seal a text and open it again. Raises as `open`."""
        context = {"purpose": "check"}
        self.open(self.seal(b"is the key there?", context), context)

    def open(self, sealed: bytes, context: Mapping[str, str]) -> bytes:
        """Decrypt what was sealed for `context`.

        Raises:
            SealBroken: it was changed, or sealed for another context or with a key that is gone.
            Unavailable, Misconfigured: as `seal`.
        """
        from cryptography.exceptions import InvalidTag
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        aad = _encode(context)
        head, key, nonce, ciphertext = _parts(sealed)
        response = _call(self.kms.decrypt, CiphertextBlob=key, EncryptionContext=_for_kms(aad))
        try:
            return AESGCM(response["Plaintext"]).decrypt(nonce, ciphertext, head + aad)
        except InvalidTag:
            raise SealBroken("A stored secret was changed or moved.") from None


def _parts(sealed: bytes) -> tuple[bytes, bytes, bytes, bytes]:
    start = 3 + int.from_bytes(sealed[1:3], "big")
    if sealed[:1] != _VERSION or len(sealed) < start + _NONCE_BYTES:
        raise SealBroken("A stored secret has an unknown format.")
    return sealed[:start], sealed[3:start], sealed[start : start + _NONCE_BYTES], sealed[start + _NONCE_BYTES :]


def _encode(context: Mapping[str, str]) -> bytes:
    return json.dumps(dict(context), sort_keys=True).encode()


def _for_kms(aad: bytes) -> dict[str, str]:
    return {"place": hashlib.sha256(aad).hexdigest()}


def _call(call: Any, **request: Any) -> Any:
    try:
        return call(**request)
    except ClientError as error:
        code = error.response.get("Error", {}).get("Code", "")
        if code in _FOREIGN:
            raise SealBroken("A stored secret was changed, moved, or sealed with a key that is gone.") from None
        if code in _TRANSIENT or is_transient(error):
            raise _not_responding() from None
        raise Misconfigured(
            "KMS refused the request. Check TOKEN_KMS_KEY_ID and the policy of that key.", code=code
        ) from None
    except (BotoCoreError, *lost_response_errors()):  # type: ignore[misc] # a tuple of classes, made when needed
        raise _not_responding() from None


def _not_responding() -> Unavailable:
    return Unavailable("The key service is not responding. Try again in a moment.")
