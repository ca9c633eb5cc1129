"""Stored blobs in memory."""


class FakeBlobs:
    def __init__(self) -> None:
        self.kept: dict[str, bytes] = {}

    def put(self, key: str, content: bytes) -> None:
        self.kept[key] = content

    def find(self, key: str) -> bytes | None:
        return self.kept.get(key)

    def exists(self, key: str) -> bool:
        return key in self.kept

    def delete_prefix(self, prefix: str) -> None:
        self.kept = {key: content for key, content in self.kept.items() if not key.startswith(prefix)}
