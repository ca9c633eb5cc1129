"""Stored blobs in memory."""

from datetime import timedelta
from typing import IO

from chalicelib.foundation.blobs import BlobTooLarge, UploadForm


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

    def delete_prefix(self, prefix: str) -> None:
        self.kept = {key: content for key, content in self.kept.items() if not key.startswith(prefix)}
