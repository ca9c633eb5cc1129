"""KMS in memory: a data key can be decrypted only with the encryption context it was created with."""

import hashlib
import json
from typing import Any

from tests.fakes.values import refusal


class FakeKms:
    """Deterministic: the n-th data key is always the same. `gone` makes every key unusable."""

    def __init__(self) -> None:
        self.gone = False
        self.contexts: list[dict[str, str]] = []
        self._keys: dict[bytes, tuple[bytes, str]] = {}

    def copy_from(self, other: "FakeKms") -> None:
        """Take over the data keys of `other`."""
        self._keys = dict(other._keys)

    def generate_data_key(self, **request: Any) -> dict[str, bytes]:
        self._refuse_when_gone("GenerateDataKey")
        context = request.get("EncryptionContext", {})
        self.contexts.append(context)
        plain = hashlib.sha256(b"data key %d" % len(self._keys)).digest()
        sealed = b"sealed data key %d" % len(self._keys)
        self._keys[sealed] = (plain, _canonical(context))
        return {"Plaintext": plain, "CiphertextBlob": sealed}

    def decrypt(self, **request: Any) -> dict[str, bytes]:
        self._refuse_when_gone("Decrypt")
        plain, context = self._keys.get(request["CiphertextBlob"], (b"", ""))
        if not plain or context != _canonical(request.get("EncryptionContext", {})):
            raise refusal("InvalidCiphertextException", "", "Decrypt")
        return {"Plaintext": plain}

    def _refuse_when_gone(self, operation: str) -> None:
        if self.gone:
            raise refusal("KMSInvalidStateException", "pending deletion", operation)


def _canonical(context: dict[str, str]) -> str:
    return json.dumps(context, sort_keys=True)
