"""One bucket in memory."""

import io
from typing import Any

from botocore.exceptions import ClientError


class FakeS3:
    """Args:
    keeps: keys that cannot be deleted.
    """

    def __init__(self, keeps: frozenset[str] = frozenset()) -> None:
        self.kept: dict[str, dict[str, Any]] = {}
        self._keeps = keeps

    def put_object(self, **request: Any) -> dict[str, Any]:
        self.kept[request["Key"]] = request
        return {}

    def get_object(self, **request: Any) -> dict[str, Any]:
        if request["Key"] not in self.kept:
            raise ClientError({"Error": {"Code": "NoSuchKey", "Message": "It is not there."}}, "GetObject")
        return {"Body": io.BytesIO(self.kept[request["Key"]]["Body"])}

    def list_objects_v2(self, **request: Any) -> dict[str, Any]:
        keys = sorted(key for key in self.kept if key.startswith(request["Prefix"]))[: request["MaxKeys"]]
        return {"Contents": [{"Key": key} for key in keys]} if keys else {}

    def delete_objects(self, **request: Any) -> dict[str, Any]:
        keys = [each["Key"] for each in request["Delete"]["Objects"]]
        for key in keys:
            if key not in self._keeps:
                self.kept.pop(key, None)
        errors = [{"Key": key, "Code": "AccessDenied"} for key in keys if key in self._keeps]
        return {"Errors": errors} if errors else {}
