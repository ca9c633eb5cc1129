"""The S3 bucket: raw pages, submitted lists, uploads, indexes and large downloads, encrypted with our KMS key.

The lifecycle rules of the bucket delete what has expired.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import IO, Any, Protocol

from botocore.exceptions import ClientError

from chalicelib.foundation.blob_writer import BlobWriter
from chalicelib.foundation.http import attachment
from chalicelib.foundation.pinned_object import Pinned, PinnedObjects

DELETED_AT_ONCE = 1_000  # keys; S3's limit for one request
MISSING = ("NoSuchKey", "404", "AccessDenied", "403")


class S3Client(Protocol):
    """The calls of the S3 client that the service makes."""

    def put_object(self, **request: Any) -> Any: ...
    def get_object(self, **request: Any) -> Any: ...
    def head_object(self, **request: Any) -> Any: ...
    def list_objects_v2(self, **request: Any) -> Any: ...
    def delete_objects(self, **request: Any) -> Any: ...
    def generate_presigned_url(self, operation: str, **request: Any) -> str: ...
    def generate_presigned_post(self, **request: Any) -> Any: ...
    def create_multipart_upload(self, **request: Any) -> Any: ...
    def upload_part(self, **request: Any) -> Any: ...
    def complete_multipart_upload(self, **request: Any) -> Any: ...


class NotDeleted(Exception):
    """S3 did not delete some of the objects; trying again is safe."""


class BlobTooLarge(Exception):
    """The object is larger than its reader takes; it was not read."""


@dataclass(frozen=True, slots=True)
class UploadForm:
    """A form by which somebody without credentials of AWS uploads one blob: `fields` first, then the file."""

    url: str
    fields: Mapping[str, str]


@dataclass(frozen=True)
class BucketBlobs:
    """Blobs in one bucket, by key."""

    s3: S3Client
    bucket: str
    key_id: str

    def put(self, key: str, content: bytes | IO[bytes]) -> None:
        self.s3.put_object(Bucket=self.bucket, Key=key, Body=content, **self._encryption)

    def writer(self, key: str) -> BlobWriter:
        """Writes a blob piece by piece."""
        return BlobWriter(self.s3, {"Bucket": self.bucket, "Key": key}, self._encryption)

    @property
    def _encryption(self) -> dict[str, Any]:
        return {
            "ServerSideEncryption": "aws:kms",
            "SSEKMSKeyId": self.key_id,
            "BucketKeyEnabled": True,  # one call to KMS for many pages
        }

    def pin(self, key: str) -> Pinned | None:
        """The state of a blob; None if there is none."""
        return PinnedObjects(self.s3, self.bucket).pin(key)

    def read_range(self, pinned: Pinned, start: int, end: int) -> bytes:
        """As `PinnedObjects.read`."""
        return PinnedObjects(self.s3, self.bucket).read(pinned, start, end)

    def find(self, key: str, *, largest: int | None = None) -> bytes | None:
        """The content of the blob; None if there is none (S3 then denies access, unless we may list the bucket).

        Raises:
            BlobTooLarge: it has more than `largest` bytes.
        """
        response = self._if_there(self.s3.get_object, key)
        if response is None:
            return None
        if largest is not None and response["ContentLength"] > largest:
            response["Body"].close()
            raise BlobTooLarge
        content: bytes = response["Body"].read()
        return content

    def size(self, key: str) -> int | None:
        """The size of the blob in bytes; None if there is none."""
        response = self._if_there(self.s3.head_object, key)
        return None if response is None else int(response["ContentLength"])

    def link(self, key: str, *, file_name: str, content_type: str, lasts: timedelta) -> str:
        """A presigned URL that downloads this blob as `file_name`, for `lasts`. Signing makes no call to AWS."""
        request = {
            "Bucket": self.bucket,
            "Key": key,
            "ResponseCacheControl": "no-store",
            "ResponseContentDisposition": attachment(file_name),
            "ResponseContentType": content_type,
        }
        return self.s3.generate_presigned_url("get_object", Params=request, ExpiresIn=int(lasts.total_seconds()))

    def upload_form(self, key: str, size: int, *, lasts: timedelta) -> UploadForm:
        """A presigned POST that uploads this blob, with exactly `size` bytes, for `lasts`.

        S3 refuses any other key, size or encryption. Signing makes no call to AWS.
        """
        fields = {
            "x-amz-server-side-encryption": "aws:kms",
            "x-amz-server-side-encryption-aws-kms-key-id": self.key_id,
            "x-amz-server-side-encryption-bucket-key-enabled": "true",
        }
        post = self.s3.generate_presigned_post(
            Bucket=self.bucket,
            Key=key,
            Fields=dict(fields),
            Conditions=[*({name: value} for name, value in fields.items()), ["content-length-range", size, size]],
            ExpiresIn=int(lasts.total_seconds()),
        )
        return UploadForm(post["url"], post["fields"])

    def keys(self, prefix: str) -> list[str]:
        """The keys of all blobs that begin with `prefix`, in their order."""
        found, more = list[str](), dict[str, Any]()
        while True:
            page = self.s3.list_objects_v2(Bucket=self.bucket, Prefix=prefix, **more)
            found += [each["Key"] for each in page.get("Contents", ())]
            if "NextContinuationToken" not in page:
                return found
            more = {"ContinuationToken": page["NextContinuationToken"]}

    def check(self, prefix: str) -> None:
        """Raises the error of S3 if the keys below `prefix` cannot be listed."""
        self.s3.list_objects_v2(Bucket=self.bucket, Prefix=prefix, MaxKeys=1)

    def delete_prefix(self, prefix: str) -> int:
        """Delete all blobs whose keys begin with `prefix`; returns how many there were.

        Raises:
            NotDeleted: S3 could not delete some of them.
        """
        deleted = 0
        while True:
            found = self.s3.list_objects_v2(Bucket=self.bucket, Prefix=prefix, MaxKeys=DELETED_AT_ONCE)
            keys = [item["Key"] for item in found.get("Contents", ())]
            if not keys:
                return deleted
            self.delete(keys)
            deleted += len(keys)

    def delete(self, keys: Sequence[str]) -> None:
        """Delete the blobs with these keys, at most a thousand; those that are not there do not matter.

        Raises:
            NotDeleted: S3 could not delete some of them.
        """
        objects = [{"Key": key} for key in keys]
        response = self.s3.delete_objects(Bucket=self.bucket, Delete={"Objects": objects, "Quiet": True})
        if response.get("Errors"):
            raise NotDeleted

    def _if_there(self, call: Callable[..., Any], key: str) -> Any | None:
        """The response about this blob; None if there is none."""
        try:
            return call(Bucket=self.bucket, Key=key)
        except ClientError as error:
            if error.response.get("Error", {}).get("Code") in MISSING:
                return None
            raise
