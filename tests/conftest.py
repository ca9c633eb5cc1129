"""What every room's tests share: an embedded AWS for the session, and fresh tables in it for each test.

ministack is the judge wherever atomicity matters. It starts when the first test asks for it, once in each test process,
and ends with it, and so do the tables. No test can reach a real AWS: the credentials below are invalid.
"""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from botocore.config import Config
from hypothesis import HealthCheck, settings

from chalicelib.foundation.aws import AwsClients
from chalicelib.foundation.ids import fresh_id
from chalicelib.tables.keys import TABLES
from local.embedded_aws.resources import Names, create_everything, schema
from local.embedded_aws.server import CREDENTIALS, REGION, EmbeddedAws
from tests.infra.call_check import (  # noqa: F401 # hooks: calls to AWS beyond a policy fail the session
    pytest_configure,
    pytest_sessionfinish,
    pytest_terminal_summary,
    pytest_unconfigure,
)

pytest_plugins = ["tests.cycle_collection", "tests.distribution", "tests.order", "tests.shared_cases"]

os.environ.update(CREDENTIALS)
os.environ["AWS_DEFAULT_REGION"] = REGION
os.environ["AWS_EC2_METADATA_DISABLED"] = "true"
for _elsewhere in ("AWS_PROFILE", "AWS_SESSION_TOKEN", "AWS_ENDPOINT_URL"):
    os.environ.pop(_elsewhere, None)

SERVICE_CONFIG = Config(parameter_validation=False, max_pool_connections=32, retries={"total_max_attempts": 1})
"""How the service talks to AWS: it builds its own requests and repeats them itself."""
PATIENT_SECONDS = 60.0  # on a busy machine, too


@dataclass(frozen=True)
class FreshAws:
    """Tables, queues, a bucket and a key that one test has for itself.

    Args:
        settings: the environment under which the service finds all of it.
    """

    endpoint: str
    names: Names
    settings: dict[str, str]
    client: Callable[[str], Any]


# A property holds on a slow machine too.
# The same examples in each run, at any speed. `pytest --hypothesis-profile random` looks for new ones.
settings.register_profile("random", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("same", settings.get_profile("random"), derandomize=True)
settings.register_profile("few", settings.get_profile("same"), max_examples=25)
settings.load_profile("same")


@pytest.fixture(scope="session")
def ministack() -> Iterator[EmbeddedAws]:
    """The embedded AWS of this test process."""
    with EmbeddedAws() as aws:
        yield aws


@pytest.fixture(scope="session")
def aws_client(ministack: EmbeddedAws) -> Callable[[str], Any]:
    """A service's name to the one client of this test process for it."""
    made: dict[str, Any] = {}

    def client(service: str) -> Any:
        if service not in made:
            made[service] = ministack.client(service, config=SERVICE_CONFIG)
        return made[service]

    return client


@pytest.fixture(scope="session")
def dynamodb(ministack: EmbeddedAws) -> Any:
    """The service's own DynamoDB client, over the embedded AWS."""
    return AwsClients(REGION, ministack.endpoint, read_seconds=PATIENT_SECONDS)("dynamodb")


@pytest.fixture
def fresh_names() -> Names:
    """Names nothing else has."""
    own = fresh_id().replace("-", "a").replace("_", "b").lower()
    return Names(
        jobs=f"jobs-{own}",
        contacts=f"contacts-{own}",
        people=f"people-{own}",
        leads=f"leads-{own}",
        bucket=f"blobs-{own}",
        queue=f"work-{own}",
        key_alias=f"alias/tokens-{own}",
    )


def _create_table(dynamodb: Any, name: str, kind: str) -> None:
    """A table whose items do not expire: they would by the machine's clock, and tests have their own."""
    dynamodb.create_table(TableName=name, BillingMode="PAY_PER_REQUEST", **schema(TABLES[kind]))


@pytest.fixture
def fresh_table(dynamodb: Any) -> Callable[[str], str]:
    """Make one table: `fresh_table("jobs")`, "contacts", "people" or "leads". Returns its name."""

    def make(kind: str) -> str:
        name = f"{kind}-{fresh_id()}"
        _create_table(dynamodb, name, kind)
        return name

    return make


@pytest.fixture
def fresh_tables(dynamodb: Any, fresh_names: Names) -> Names:
    """All tables, empty."""
    for kind in TABLES:
        _create_table(dynamodb, getattr(fresh_names, kind), kind)
    return fresh_names


@pytest.fixture
def fresh_aws(ministack: EmbeddedAws, aws_client: Callable[[str], Any], fresh_names: Names) -> FreshAws:
    """Everything the service needs of AWS, empty, and the settings that lead there."""
    queue_url = create_everything(aws_client, fresh_names)
    settings = {
        **fresh_names.settings(queue_url),
        **CREDENTIALS,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_ENDPOINT_URL": ministack.endpoint,
    }
    return FreshAws(ministack.endpoint, fresh_names, settings, aws_client)


@pytest.fixture
def plain_aws() -> Iterator[Callable[[str], Any]]:
    """A simple AWS inside this process (moto), for tests in which nothing happens side by side."""
    import boto3
    from moto import mock_aws

    with mock_aws():
        yield lambda service: boto3.client(service, region_name=REGION, config=SERVICE_CONFIG)
