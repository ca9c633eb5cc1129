"""Writes a blob piece by piece, so that a file of any size never is in memory as a whole."""

from dataclasses import dataclass, field
from typing import Any, Protocol

PART = 8 << 20  # bytes; S3 takes at most 10,000 parts, none but the last below 5 MB


class WritesObjects(Protocol):
    """The calls of the S3 client that are needed."""

    def put_object(self, **request: Any) -> Any: ...
    def create_multipart_upload(self, **request: Any) -> Any: ...
    def upload_part(self, **request: Any) -> Any: ...
    def complete_multipart_upload(self, **request: Any) -> Any: ...


@dataclass
class BlobWriter:
    """One blob that is being written. It is there once it is closed; one that never is leaves nothing behind for long.

    Args:
        target: names the bucket and the key.
        encryption: how the object is encrypted.
    """

    s3: WritesObjects
    target: dict[str, Any]
    encryption: dict[str, Any]
    part: int = PART
    _content: bytearray = field(default_factory=bytearray)
    _upload: str = ""
    _parts: list[dict[str, Any]] = field(default_factory=list)

    def write(self, content: bytes) -> None:
        self._content += content
        while len(self._content) >= self.part:
            self._send(self.part)

    def close(self) -> None:
        if not self._upload:
            self.s3.put_object(**self.target, **self.encryption, Body=bytes(self._content))
            return
        if self._content:
            self._send(len(self._content))
        upload = {"UploadId": self._upload, "MultipartUpload": {"Parts": self._parts}}
        self.s3.complete_multipart_upload(**self.target, **upload)

    def _send(self, size: int) -> None:
        if not self._upload:
            self._upload = self.s3.create_multipart_upload(**self.target, **self.encryption)["UploadId"]
        number = len(self._parts) + 1
        request = {**self.target, "UploadId": self._upload, "PartNumber": number, "Body": bytes(self._content[:size])}
        self._parts.append({"PartNumber": number, "ETag": self.s3.upload_part(**request)["ETag"]})
        del self._content[:size]
