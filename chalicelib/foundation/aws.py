"""One client per AWS service and process, with time limits that fit into a lease. boto3 would load slowly."""

from collections.abc import Callable
from functools import cached_property
from typing import Any

ClientMaker = Callable[[str], Any]


class AwsClients:
    """Args:
    region: where the service runs. endpoint: where AWS is reached instead of at its own addresses; "" for those.
    """

    def __init__(self, region: str, endpoint: str = "") -> None:
        self._region, self._endpoint = region, endpoint or None

    def __call__(self, service: str) -> Any:
        from botocore.config import Config

        config = Config(
            connect_timeout=2,
            read_timeout=5,
            retries={"mode": "standard", "total_max_attempts": 3},
            parameter_validation=service != "dynamodb",  # a fifth of the CPU of a write; our stores are tested
            max_pool_connections=16,
            # A link must lead to the bucket's own region, and S3 opens what KMS encrypted for this signature alone.
            s3={"addressing_style": "path" if self._endpoint else "virtual"},  # no name resolves for a bucket there
            signature_version="s3v4" if service == "s3" else None,
        )
        return self._session.create_client(
            service, region_name=self._region, endpoint_url=self._endpoint, config=config
        )

    @cached_property
    def _session(self) -> Any:
        from botocore.session import get_session

        return get_session()
