"""An S3 bucket in memory."""

from hashlib import md5
from io import BytesIO
from typing import Any
from urllib.parse import urlencode

from botocore.exceptions import ClientError


class FakeS3:
    """An S3 client with one bucket. Keys in `keeps` cannot be deleted."""

    def __init__(self, keeps: frozenset[str] = frozenset()) -> None:
        self.kept: dict[str, dict[str, Any]] = {}
        self.uploads: dict[str, dict[int, bytes]] = {}  # in parts, not joined yet
        self._keeps = keeps

    def copy_from(self, other: "FakeS3") -> None:
        """Take over the objects of `other`, and its uploads in parts."""
        self.kept = dict(other.kept)
        self.uploads = {upload_id: dict(parts) for upload_id, parts in other.uploads.items()}

    def put_object(self, **request: Any) -> dict[str, Any]:
        body = request["Body"]
        self.kept[request["Key"]] = {**request, "Body": body if isinstance(body, bytes) else body.read()}
        return {}

    def get_object(self, **request: Any) -> dict[str, Any]:
        if request["Key"] not in self.kept:
            raise ClientError({"Error": {"Code": "NoSuchKey"}}, "GetObject")
        body = self.kept[request["Key"]]["Body"]
        if request.get("IfMatch", _etag(body)) != _etag(body):
            raise ClientError({"Error": {"Code": "PreconditionFailed"}}, "GetObject")
        if "Range" in request:
            first, last = map(int, request["Range"].removeprefix("bytes=").split("-"))
            body = body[first : last + 1]
        return {"Body": BytesIO(body), "ContentLength": len(body)}

    def head_object(self, **request: Any) -> dict[str, Any]:
        if request["Key"] not in self.kept:
            raise ClientError({"Error": {"Code": "404"}}, "HeadObject")
        stored = self.kept[request["Key"]]
        size, etag = len(stored["Body"]), _etag(stored["Body"])
        return {"ContentLength": size, "ETag": etag, "ContentType": stored.get("ContentType", "binary/octet-stream")}

    def create_multipart_upload(self, **request: Any) -> dict[str, Any]:
        upload_id = f"upload-{len(self.uploads) + 1}"
        self.uploads[upload_id] = {}
        return {"UploadId": upload_id}

    def upload_part(self, **request: Any) -> dict[str, Any]:
        self.uploads[request["UploadId"]][request["PartNumber"]] = request["Body"]
        return {"ETag": f'"{hash(request["Body"])}"'}

    def complete_multipart_upload(self, **request: Any) -> dict[str, Any]:
        parts = self.uploads.pop(request["UploadId"], None)
        if parts is None:
            raise ClientError({"Error": {"Code": "NoSuchUpload"}}, "CompleteMultipartUpload")
        named = request["MultipartUpload"]["Parts"]
        if any(each["ETag"] != f'"{hash(parts.get(each["PartNumber"]))}"' for each in named):
            self.uploads[request["UploadId"]] = parts
            raise ClientError({"Error": {"Code": "InvalidPart"}}, "CompleteMultipartUpload")
        body = b"".join(parts[each["PartNumber"]] for each in named)
        self.kept[request["Key"]] = {"Key": request["Key"], "Body": body}
        return {}

    def abort_multipart_upload(self, **request: Any) -> dict[str, Any]:
        if self.uploads.pop(request["UploadId"], None) is None:
            raise ClientError({"Error": {"Code": "NoSuchUpload"}}, "AbortMultipartUpload")
        return {}

    def list_parts(self, **request: Any) -> dict[str, Any]:
        parts = self.uploads.get(request["UploadId"])
        if parts is None:
            raise ClientError({"Error": {"Code": "NoSuchUpload"}}, "ListParts")
        found = [number for number in sorted(parts) if number > request["PartNumberMarker"]][: request["MaxParts"]]
        return {"Parts": [{"PartNumber": number, "ETag": f'"{hash(parts[number])}"'} for number in found]}

    def generate_presigned_post(self, **request: Any) -> dict[str, Any]:
        fields = {"key": request["Key"], "policy": str(request["Conditions"]), **request["Fields"]}
        return {"url": f"https://{request['Bucket']}.example/", "fields": fields}

    def generate_presigned_url(self, operation: str, **request: Any) -> str:
        wanted = request["Params"]
        return f"https://{wanted['Bucket']}.example/{wanted['Key']}?{urlencode(wanted)}&seconds={request['ExpiresIn']}"

    def list_objects_v2(self, **request: Any) -> dict[str, Any]:
        most, after = request.get("MaxKeys", 1_000), request.get("ContinuationToken", "")
        keys = sorted(key for key in self.kept if key.startswith(request["Prefix"]) and key > after)
        more = {"NextContinuationToken": keys[most - 1]} if len(keys) > most else {}
        return {"Contents": [{"Key": key} for key in keys[:most]], **more} if keys else {}

    def delete_objects(self, **request: Any) -> dict[str, Any]:
        keys = [each["Key"] for each in request["Delete"]["Objects"]]
        for key in keys:
            if key not in self._keeps:
                self.kept.pop(key, None)
        errors = [{"Key": key, "Code": "AccessDenied"} for key in keys if key in self._keeps]
        return {"Errors": errors} if errors else {}


def _etag(content: bytes) -> str:
    return f'"{md5(content, usedforsecurity=False).hexdigest()}"'
