"""SES in memory: checks each request against botocore's model, and keeps what was sent."""

import gzip
import json
from functools import cache
from pathlib import Path
from typing import Any

import botocore
from botocore.exceptions import ClientError, ReadTimeoutError
from botocore.model import ServiceModel, Shape
from botocore.validate import ParamValidator


class FakeSes:
    """A client of SES."""

    def __init__(self) -> None:
        #: The requests that were accepted.
        self.sent: list[dict[str, Any]] = []
        #: What the next requests end with, in their order; None accepts one.
        self.ends_with: list[Exception | None] = []

    def send_email(self, **request: Any) -> dict[str, Any]:
        report = ParamValidator().validate(request, _request_shape())
        assert not report.has_errors(), report.generate_report()
        end = self.ends_with.pop(0) if self.ends_with else None
        if end is None or isinstance(end, ReadTimeoutError):
            self.sent.append(request)
        if end is not None:
            raise end
        return {"MessageId": f"message-{len(self.sent)}"}

    @property
    def subjects(self) -> list[str]:
        return [each["Content"]["Simple"]["Subject"]["Data"] for each in self.sent]


def refusal(code: str) -> ClientError:
    return ClientError({"Error": {"Code": code}}, "SendEmail")


def lost_response() -> ReadTimeoutError:
    """SES accepts the e-mail, and its response does not arrive."""
    return ReadTimeoutError(endpoint_url="https://ses.example")


@cache
def _request_shape() -> Shape:
    (path,) = (Path(botocore.__file__).parent / "data" / "sesv2").glob("*/service-2.json.gz")
    model = ServiceModel(json.loads(gzip.decompress(path.read_bytes())), "sesv2")
    return model.operation_model("SendEmail").input_shape
