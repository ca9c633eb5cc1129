"""The bucket: raw pages, sent lists, indexes, large downloads; encrypted with our key, expiring by its own rules."""

from dataclasses import dataclass
from datetime import timedelta
from typing import IO, Any, Protocol

from botocore.exceptions import ClientError

from chalicelib.foundation.http import attachment

DELETED_AT_ONCE = 1_000  # S3's limit for one request
MISSING = ("NoSuchKey", "404", "AccessDenied")


class S3Client(Protocol):
    """The few calls of the S3 client that the service makes."""

    def put_object(self, **request: Any) -> Any: ...
    def get_object(self, **request: Any) -> Any: ...
    def list_objects_v2(self, **request: Any) -> Any: ...
    def delete_objects(self, **request: Any) -> Any: ...
    def generate_presigned_url(self, operation: str, **request: Any) -> str: ...


class NotDeleted(Exception):
    """S3 kept some of what was to be deleted; trying again is safe."""


@dataclass(frozen=True)
class BucketBlobs:
    s3: S3Client
    bucket: str
    key_id: str

    def put(self, key: str, content: bytes | IO[bytes]) -> None:
        self.s3.put_object(
            Bucket=self.bucket,
            Key=key,
            Body=content,
            ServerSideEncryption="aws:kms",
            SSEKMSKeyId=self.key_id,
            BucketKeyEnabled=True,  # one call to KMS for many pages
        )

    def find(self, key: str) -> bytes | None:
        """What is kept there; None for nothing. Whoever may not list the bucket is told that as a refusal."""
        try:
            content: bytes = self.s3.get_object(Bucket=self.bucket, Key=key)["Body"].read()
        except ClientError as error:
            if error.response.get("Error", {}).get("Code") in MISSING:
                return None
            raise
        return content

    def link(self, key: str, *, file_name: str, content_type: str, lasts: timedelta) -> str:
        """An address from which whoever has it may download this one thing, under that name, for a while.

        Nobody is asked: the address is signed here, and S3 judges it when it is used.
        """
        wanted = {
            "Bucket": self.bucket,
            "Key": key,
            "ResponseCacheControl": "no-store",
            "ResponseContentDisposition": attachment(file_name),
            "ResponseContentType": content_type,
        }
        return self.s3.generate_presigned_url("get_object", Params=wanted, ExpiresIn=int(lasts.total_seconds()))

    def check(self, prefix: str) -> None:
        """Raises whatever S3 says when what is below `prefix` cannot be listed."""
        self.s3.list_objects_v2(Bucket=self.bucket, Prefix=prefix, MaxKeys=1)

    def delete_prefix(self, prefix: str) -> int:
        """Delete everything below `prefix`; returns how much there was.

        Raises:
            NotDeleted: something is still there.
        """
        deleted = 0
        while True:
            found = self.s3.list_objects_v2(Bucket=self.bucket, Prefix=prefix, MaxKeys=DELETED_AT_ONCE)
            keys = [{"Key": item["Key"]} for item in found.get("Contents", ())]
            if not keys:
                return deleted
            answer = self.s3.delete_objects(Bucket=self.bucket, Delete={"Objects": keys, "Quiet": True})
            if answer.get("Errors"):
                raise NotDeleted
            deleted += len(keys)
