"""Uploads a blob in parts over several invocations: each part is stored on its own, and the last step joins them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from botocore.exceptions import ClientError

SMALLEST_PART = 5 * 1024 * 1024  # bytes; only the last one may be smaller
MOST_PARTS = 10_000


class PartsChanged(Exception):
    """A part of an upload is not the one that was stored."""


class PartsClient(Protocol):
    """The calls of the S3 client for uploads in parts."""

    def create_multipart_upload(self, **request: Any) -> Any: ...
    def upload_part(self, **request: Any) -> Any: ...
    def complete_multipart_upload(self, **request: Any) -> Any: ...


@dataclass(frozen=True)
class PartUploads:
    """Uploads to one bucket. What is never joined is deleted by the lifecycle rules of the bucket."""

    s3: PartsClient
    bucket: str
    key_id: str

    def begin(self, key: str) -> str:
        """Begin an upload; returns its id."""
        response = self.s3.create_multipart_upload(
            Bucket=self.bucket,
            Key=key,
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

    def join(self, key: str, upload_id: str, tags: Sequence[str]) -> None:
        """Make the blob of all parts, in their order. May be repeated.

        Raises:
            PartsChanged: another process replaced a part.
        """
        parts = [{"PartNumber": number, "ETag": tag} for number, tag in enumerate(tags, 1)]
        try:
            self.s3.complete_multipart_upload(
                Bucket=self.bucket, Key=key, UploadId=upload_id, MultipartUpload={"Parts": parts}
            )
        except ClientError as error:
            code = error.response.get("Error", {}).get("Code")
            if code == "InvalidPart":
                raise PartsChanged from None
            if code != "NoSuchUpload":  # joined before, and the response lost
                raise
