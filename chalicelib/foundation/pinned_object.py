"""Reads ranges of one state of an object in the bucket; a reader never sees parts of two states."""

from dataclasses import dataclass
from typing import Any, Protocol

from botocore.exceptions import ClientError

_GONE = ("NoSuchKey", "NoSuchVersion", "404", "AccessDenied", "403")
_CHANGED = (*_GONE, "PreconditionFailed", "412", "InvalidRange", "416")


class ReadsObjects(Protocol):
    """The calls of the S3 client that are needed."""

    def get_object(self, **request: Any) -> Any: ...
    def head_object(self, **request: Any) -> Any: ...


class ObjectChanged(Exception):
    """The object is no longer what it was when it was pinned, or it is gone."""


@dataclass(frozen=True, slots=True)
class Pinned:
    """One state of an object."""

    key: str
    size: int
    etag: str
    content_type: str = ""
    version: str = ""  #: "" in a bucket without versions


@dataclass(frozen=True)
class PinnedObjects:
    """Objects of one bucket."""

    s3: ReadsObjects
    bucket: str

    def pin(self, key: str) -> Pinned | None:
        """The object as it is now; None if there is none."""
        try:
            found = self.s3.head_object(Bucket=self.bucket, Key=key)
        except ClientError as error:
            if _code(error) in _GONE:
                return None
            raise
        version = found.get("VersionId", "")
        return Pinned(
            key,
            int(found["ContentLength"]),
            found["ETag"],
            found.get("ContentType", ""),
            "" if version == "null" else version,
        )

    def read(self, pinned: Pinned, start: int, end: int) -> bytes:
        """The bytes from `start` up to `end`, which are at least one.

        Raises:
            ObjectChanged: the object is another one now, or gone.
        """
        version = {"VersionId": pinned.version} if pinned.version else {}
        try:
            response = self.s3.get_object(
                Bucket=self.bucket,
                Key=pinned.key,
                Range=f"bytes={start}-{end - 1}",
                IfMatch=pinned.etag,
                **version,
            )
        except ClientError as error:
            if _code(error) in _CHANGED:
                raise ObjectChanged from error
            raise
        content: bytes = response["Body"].read()
        if len(content) != end - start:
            raise ObjectChanged
        return content


def _code(error: ClientError) -> str:
    return str(error.response.get("Error", {}).get("Code"))
