"""Signs requests to AWS: Signature Version 4 of a POST to the root of a service."""

import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from hashlib import sha256
from typing import Protocol

_ALGORITHM = "AWS4-HMAC-SHA256"


class Credentials(Protocol):
    """A key of AWS, as botocore finds it."""

    @property
    def access_key(self) -> str: ...
    @property
    def secret_key(self) -> str: ...
    @property
    def token(self) -> str | None: ...


@dataclass(frozen=True, slots=True)
class Signer:
    """Signs the requests to one service."""

    credentials: Callable[[], Credentials]  #: that are valid now
    region: str
    service: str  #: as signatures name it, such as "dynamodb"

    def signed(self, headers: Mapping[str, str], body: bytes, now: datetime) -> dict[str, str]:
        """The headers of the request, with its date and its signature.

        Args:
            headers: those that are signed, by name in lower case; `host` must be among them.
            now: the time in UTC.
        """
        credentials, at = self.credentials(), now.strftime("%Y%m%dT%H%M%SZ")
        token = {"x-amz-security-token": credentials.token} if credentials.token else {}
        headers = {**headers, **token, "x-amz-date": at}
        names, scope = sorted(headers), f"{at[:8]}/{self.region}/{self.service}/aws4_request"
        signed_names = ";".join(names)
        lines = [f"{name}:{headers[name]}" for name in names]
        request = "\n".join(["POST", "/", "", *lines, "", signed_names, sha256(body).hexdigest()])
        text = "\n".join([_ALGORITHM, at, scope, sha256(request.encode()).hexdigest()])
        signature = hmac.digest(_signing_key(credentials.secret_key, scope), text.encode(), "sha256").hex()
        headers["authorization"] = (
            f"{_ALGORITHM} Credential={credentials.access_key}/{scope}, SignedHeaders={signed_names}, "
            f"Signature={signature}"
        )
        return headers


@lru_cache(maxsize=2)  # it changes once a day, and with the credentials
def _signing_key(secret_key: str, scope: str) -> bytes:
    key = f"AWS4{secret_key}".encode()
    for part in scope.split("/"):
        key = hmac.digest(key, part.encode(), "sha256")
    return key
