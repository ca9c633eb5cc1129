"""AWS clients: one per service and process, with time limits shorter than a lease and a request."""

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any

from chalicelib.foundation.aws_errors import data_store_unavailable
from chalicelib.foundation.request_time import seconds_left

if TYPE_CHECKING:
    from chalicelib.foundation.direct_client import DirectClient

ClientMaker = Callable[[str], Any]
CONNECT_SECONDS, READ_SECONDS = 2.0, 5.0
TRIES = 3
CONNECTIONS = 16  # that a client keeps open


class AwsClients:
    """Creates AWS clients by service name.

    Args:
        region: the AWS region of the service.
        endpoint: a URL instead of AWS's own, for the embedded AWS; "" for AWS itself.
        read_seconds: how long one try waits for a response; a request with less time left does not try again.
        tries: of one request.
    """

    def __init__(
        self, region: str, endpoint: str = "", *, read_seconds: float = READ_SECONDS, tries: int = TRIES
    ) -> None:
        self._region, self._endpoint, self._read_seconds = region, endpoint or None, read_seconds
        self._connect_seconds = min(CONNECT_SECONDS, read_seconds)
        self._tries = tries

    def __call__(self, service: str) -> Any:
        from botocore.config import Config
        from botocore.utils import get_environ_proxies

        config = Config(
            connect_timeout=self._connect_seconds,
            read_timeout=self._read_seconds,
            retries={"mode": "standard", "total_max_attempts": self._tries},
            parameter_validation=service != "dynamodb",  # takes a fifth of the CPU of a write; our stores are tested
            max_pool_connections=CONNECTIONS,
            user_agent="contact-intake",  # botocore would compose its own for every request
            # A link must lead to the bucket's region; at the embedded AWS, bucket names do not resolve as hosts.
            s3={"addressing_style": "path" if self._endpoint else "virtual"},
            # S3 decrypts objects of KMS only for this version.
            signature_version="s3v4" if service == "s3" else None,
        )
        client = self._session.create_client(
            service, region_name=self._region, endpoint_url=self._endpoint, config=config
        )
        client.meta.events.register("before-parse", _check_whole)
        if service == "dynamodb" and not get_environ_proxies(client.meta.endpoint_url):
            return self._direct(client)
        client.meta.events.register("before-send", self._check_time)
        return client

    def _direct(self, client: Any) -> "DirectClient":
        from botocore.auth import SigV4Auth
        from botocore.httpsession import get_cert_path

        from chalicelib.foundation.direct_client import DirectClient
        from chalicelib.foundation.kept_connections import KeptConnections

        def signature() -> SigV4Auth:
            found = self._session.get_credentials()
            return SigV4Auth(found and found.get_frozen_credentials(), "dynamodb", self._region)

        connections = KeptConnections(
            client.meta.endpoint_url,
            connect_seconds=self._connect_seconds,
            read_seconds=self._read_seconds,
            most=CONNECTIONS,
            ca_file=self._session.get_config_variable("ca_bundle") or str(get_cert_path(True)),
        )
        return DirectClient(client, signature, connections, self._check_time)

    def _check_time(self, **_: Any) -> None:
        """Called before every try; raises Unavailable if the request has too little time left."""
        left = seconds_left()
        if left is not None and left < self._read_seconds:
            raise data_store_unavailable()

    @cached_property
    def _session(self) -> Any:
        from botocore.session import get_session

        from chalicelib.foundation.aws_models import ModelLoader

        session = get_session()
        session.register_component("data_loader", ModelLoader())
        return session


def _check_whole(response_dict: Mapping[str, Any], operation_model: Any, **_: Any) -> None:
    """Raises IncompleteReadError for a truncated response, which botocore would parse as an empty one.

    For DynamoDB, an empty response would mean that the item does not exist.
    """
    from botocore.exceptions import IncompleteReadError

    body, headers = response_dict.get("body"), response_dict["headers"]
    length = headers.get("Content-Length", "")
    if not isinstance(body, bytes) or not length.isdecimal() or operation_model.http.get("method") == "HEAD":
        return
    if len(body) < int(length) and not headers.get("Content-Encoding"):
        raise IncompleteReadError(actual_bytes=len(body), expected_bytes=int(length))
