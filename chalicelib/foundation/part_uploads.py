"""Uploads a blob in parts over several invocations: each part is stored on its own, and the last step joins them.

Somebody without credentials of AWS stores a part by a presigned URL.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Protocol

from botocore.exceptions import ClientError

SMALLEST_PART = 5 * 1024 * 1024  # bytes; only the last one may be smaller
MOST_PARTS = 10_000


_NO_UPLOAD = "NoSuchUpload"
_WRONG_PARTS = ("InvalidPart", "InvalidPartOrder", "EntityTooSmall")


class PartsChanged(Exception):
    """A part of an upload is not the one that was stored."""


class NoSuchUpload(Exception):
    """There is no such upload, or it was joined or given up."""


class PartsClient(Protocol):
    """The calls of the S3 client for uploads in parts."""

    def create_multipart_upload(self, **request: Any) -> Any: ...
    def upload_part(self, **request: Any) -> Any: ...
    def complete_multipart_upload(self, **request: Any) -> Any: ...
    def abort_multipart_upload(self, **request: Any) -> Any: ...
    def list_parts(self, **request: Any) -> Any: ...
    def generate_presigned_url(self, operation: str, **request: Any) -> str: ...


@dataclass(frozen=True)
class PartUploads:
    """Uploads to one bucket. What is never joined is deleted by the lifecycle rules of the bucket."""

    s3: PartsClient
    bucket: str
    key_id: str

    def begin(self, key: str, content_type: str = "binary/octet-stream") -> str:
        """Begin an upload; returns its id."""
        response = self.s3.create_multipart_upload(
            Bucket=self.bucket,
            Key=key,
            ContentType=content_type,
            ServerSideEncryption="aws:kms",
            SSEKMSKeyId=self.key_id,
            BucketKeyEnabled=True,
        )
        upload_id: str = response["UploadId"]
        return upload_id

    def put(self, key: str, upload_id: str, number: int, content: bytes) -> str:
        """Store a part, from 1; the same number again replaces it. Returns its tag."""
        response = self.s3.upload_part(Bucket=self.bucket, Key=key, UploadId=upload_id, PartNumber=number, Body=content)
        tag: str = response["ETag"]
        return tag

    def put_url(self, key: str, upload_id: str, number: int, size: int, *, lasts: timedelta) -> str:
        """A presigned URL to which a part with exactly `size` bytes is sent by PUT. Signing makes no call to AWS."""
        request = {**self._upload(key, upload_id), "PartNumber": number, "ContentLength": size}
        return self.s3.generate_presigned_url("upload_part", Params=request, ExpiresIn=int(lasts.total_seconds()))

    def tags(self, key: str, upload_id: str, *, after: int, most: int) -> Mapping[int, str]:
        """The tags of the parts that are stored, by number, from behind `after`; of at most as many parts as `most`.

        Raises:
            NoSuchUpload: there is none.
        """
        try:
            found = self.s3.list_parts(**self._upload(key, upload_id), PartNumberMarker=after, MaxParts=most)
        except ClientError as error:
            raise _translated(error) from None
        return {int(part["PartNumber"]): part["ETag"] for part in found.get("Parts", ())}

    def give_up(self, key: str, upload_id: str) -> None:
        """Delete the parts. May be repeated."""
        try:
            self.s3.abort_multipart_upload(**self._upload(key, upload_id))
        except ClientError as error:
            if _code(error) != _NO_UPLOAD:
                raise

    def join(self, key: str, upload_id: str, tags: Sequence[str]) -> None:
        """Make the blob of all parts, in their order. May be repeated.

        Raises:
            PartsChanged: a part is missing, or another one than the tag says.
        """
        parts = [{"PartNumber": number, "ETag": tag} for number, tag in enumerate(tags, 1)]
        try:
            self.s3.complete_multipart_upload(**self._upload(key, upload_id), MultipartUpload={"Parts": parts})
        except ClientError as error:
            if _code(error) in _WRONG_PARTS:
                raise PartsChanged from None
            if _code(error) != _NO_UPLOAD:  # joined before, and the response lost
                raise

    def _upload(self, key: str, upload_id: str) -> dict[str, Any]:
        return {"Bucket": self.bucket, "Key": key, "UploadId": upload_id}


def _translated(error: ClientError) -> Exception:
    return NoSuchUpload() if _code(error) == _NO_UPLOAD else error


def _code(error: ClientError) -> str:
    return str(error.response.get("Error", {}).get("Code"))
