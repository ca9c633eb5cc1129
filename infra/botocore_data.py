"""Shrinks the data of botocore that it reads whenever it makes a client: other services, documentation."""

import gzip
import json
import re
from typing import Any

from chalicelib.foundation.aws_models import own_endpoints

_ENDPOINTS = "botocore/data/endpoints.json"
_SERVICE_MODEL = re.compile(r"botocore/data/[^/]+/[^/]+/service-2\.json\.gz")


def shrink_model(name: str, content: bytes) -> bytes:
    """What the zip has instead of the file `name`: the same for all files that are no models."""
    if name == _ENDPOINTS:
        return _to_json(own_endpoints(json.loads(content)))
    if _SERVICE_MODEL.fullmatch(name):
        model = _to_json(_without_documentation(json.loads(gzip.decompress(content))))
        return gzip.compress(model, mtime=0)
    return content


def _without_documentation(model: Any) -> Any:
    """The model with empty texts; botocore requires some of them."""
    if isinstance(model, list):
        return [_without_documentation(each) for each in model]
    if not isinstance(model, dict):
        return model
    return {name: "" if _is_text(name, value) else _without_documentation(value) for name, value in model.items()}


def _is_text(name: str, value: Any) -> bool:
    """A member of a shape may be called "documentation" too, but is no text."""
    return name == "documentation" and isinstance(value, str)


def _to_json(content: Any) -> bytes:
    return json.dumps(content, separators=(",", ":")).encode()
