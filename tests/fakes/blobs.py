"""Stored blobs in memory."""

from collections.abc import Sequence
from datetime import timedelta
from typing import IO, Any

from chalicelib.foundation.blobs import BlobTooLarge, UploadForm
from chalicelib.foundation.pinned_object import ObjectChanged, Pinned


class FakeBlobs:
    def __init__(self) -> None:
        self.kept: dict[str, bytes] = {}

    def put(self, key: str, content: bytes | IO[bytes]) -> None:
        self.kept[key] = content if isinstance(content, bytes) else content.read()

    def find(self, key: str, *, largest: int | None = None) -> bytes | None:
        content = self.kept.get(key)
        if content is not None and largest is not None and len(content) > largest:
            raise BlobTooLarge
        return content

    def size(self, key: str) -> int | None:
        return len(self.kept[key]) if key in self.kept else None

    def upload_form(self, key: str, size: int, *, lasts: timedelta) -> UploadForm:
        return UploadForm("https://blobs.example/", {"key": key, "size": str(size), "lasts": str(lasts)})

    def pin(self, key: str) -> Pinned | None:
        content = self.kept.get(key)
        return None if content is None else Pinned(key, len(content), _etag(content))

    def read_range(self, pinned: Pinned, start: int, end: int) -> bytes:
        content = self.kept.get(pinned.key)
        if content is None or _etag(content) != pinned.etag:
            raise ObjectChanged
        return content[start:end]

    def writer(self, key: str) -> "FakeWriter":
        return FakeWriter(self, key)

    def keys(self, prefix: str) -> list[str]:
        return sorted(key for key in self.kept if key.startswith(prefix))

    def delete(self, keys: Sequence[str]) -> None:
        self.kept = {key: content for key, content in self.kept.items() if key not in keys}

    def delete_prefix(self, prefix: str) -> None:
        self.kept = {key: content for key, content in self.kept.items() if not key.startswith(prefix)}


class FakeWriter:
    """A blob that is there once it is closed."""

    def __init__(self, blobs: Any, key: str) -> None:
        self._blobs, self._key, self._content = blobs, key, bytearray()

    def write(self, content: bytes) -> None:
        self._content += content

    def close(self) -> None:
        self._blobs.put(self._key, bytes(self._content))


def _etag(content: bytes) -> str:
    return str(hash(content))  # bytes remember theirs
