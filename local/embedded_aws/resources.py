"""The service's own tables, queues, bucket and key in an AWS that has none of them yet. Run again it changes nothing.

The tables' keys, indexes and expiry come from the rooms' own models, so there is one place that knows them.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from importlib import import_module
from inspect import getmembers, isclass
from types import ModuleType
from typing import Any

from botocore.exceptions import ClientError
from pynamodb.attributes import TTLAttribute
from pynamodb.models import Model

Client = Any  # boto3's clients have no common type
Clients = Callable[[str], Client]  # a service's name to its client

TABLES = {
    "jobs": "chalicelib.jobs.tables",
    "contacts": "chalicelib.books.tables",
    "people": "chalicelib.accounts.rows",
}
VISIBILITY_SECONDS = 90  # longer than a lease, so that a second delivery finds a job it may take
TRIES_BEFORE_DEAD_LETTER = 5


@dataclass(frozen=True)
class Names:
    """The names of the tables, the bucket, the queue and the key."""

    jobs: str = "jobs"
    contacts: str = "contacts"
    people: str = "people"
    bucket: str = "contact-intake-blobs"
    queue: str = "contact-intake-work"
    key_alias: str = "alias/contact-intake-tokens"

    @classmethod
    def of(cls, settings: Mapping[str, str]) -> "Names":
        """The names that a stack's settings speak of."""
        queue_url = settings.get("WORK_QUEUE_URL", "")
        named = {
            "jobs": settings.get("JOBS_TABLE"),
            "contacts": settings.get("CONTACTS_TABLE"),
            "people": settings.get("PEOPLE_TABLE"),
            "bucket": settings.get("BLOBS_BUCKET"),
            "queue": queue_url.rpartition("/")[2],
            "key_alias": settings.get("TOKEN_KMS_KEY_ID"),
        }
        return cls(**{name: value for name, value in named.items() if value})

    def settings(self, queue_url: str) -> dict[str, str]:
        return {
            "JOBS_TABLE": self.jobs,
            "CONTACTS_TABLE": self.contacts,
            "PEOPLE_TABLE": self.people,
            "BLOBS_BUCKET": self.bucket,
            "TOKEN_KMS_KEY_ID": self.key_alias,
            "WORK_QUEUE_URL": queue_url,
        }


def create_everything(clients: Clients, names: Names) -> str:
    """Create what is missing; returns the work queue's address."""
    create_tables(clients("dynamodb"), names)
    create_bucket(clients("s3"), names.bucket)
    create_key(clients("kms"), names.key_alias)
    return create_queue(clients("sqs"), names.queue)


def create_tables(client: Client, names: Names) -> None:
    for table in TABLES:
        create_table(client, getattr(names, table), models_of(table))


def models_of(table: str) -> ModuleType:
    """The `tables.py` that declares one of `TABLES`."""
    return import_module(TABLES[table])


def create_table(client: Client, name: str, tables: ModuleType) -> None:
    """Create a table as the models in its room's `tables.py` declare it; one that is there gets the index it lacks."""
    try:
        client.create_table(TableName=name, BillingMode="PAY_PER_REQUEST", **schema(tables))
    except client.exceptions.ResourceInUseException:
        _add_indexes(client, name, schema(tables))
        return
    for attribute in expiry_attributes(tables):
        client.update_time_to_live(
            TableName=name, TimeToLiveSpecification={"Enabled": True, "AttributeName": attribute}
        )


def _add_indexes(client: Client, name: str, declared: Mapping[str, Any]) -> None:
    """A table that an older release made may lack an index; CloudFormation does the same for a real one."""
    table = client.describe_table(TableName=name)["Table"]
    known = {index["IndexName"] for index in table.get("GlobalSecondaryIndexes", ())}
    for index in declared.get("GlobalSecondaryIndexes", ()):
        if index["IndexName"] not in known:
            client.update_table(
                TableName=name,
                AttributeDefinitions=declared["AttributeDefinitions"],
                GlobalSecondaryIndexUpdates=[{"Create": index}],
            )


def schema(tables: ModuleType) -> dict[str, Any]:
    """Keys and indexes of the one table that all models of a `tables.py` share, as CreateTable wants them."""
    keys: list[Mapping[str, str]] = []
    attributes: dict[str, Mapping[str, str]] = {}
    indexes: dict[str, dict[str, Any]] = {}
    for model in _models(tables):
        declared: Any = model._get_schema()  # PynamoDB has no public way to it; its version is pinned
        keys = keys or _hash_first(declared["key_schema"])
        attributes |= {each["AttributeName"]: each for each in declared["attribute_definitions"]}
        indexes |= {each["index_name"]: _index(each) for each in declared["global_secondary_indexes"]}
    made = {"KeySchema": keys, "AttributeDefinitions": list(attributes.values())}
    return {**made, "GlobalSecondaryIndexes": list(indexes.values())} if indexes else made


def _index(declared: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "IndexName": declared["index_name"],
        "KeySchema": _hash_first(declared["key_schema"]),
        "Projection": declared["projection"],
    }


def _hash_first(keys: Sequence[Mapping[str, str]]) -> list[Mapping[str, str]]:
    return sorted(keys, key=lambda key: key["KeyType"] != "HASH")


def expiry_attributes(tables: ModuleType) -> set[str]:
    return {
        attribute.attr_name
        for model in _models(tables)
        for attribute in model.get_attributes().values()
        if isinstance(attribute, TTLAttribute)
    }


def create_bucket(client: Client, name: str) -> None:
    client.create_bucket(Bucket=name)  # one's own bucket again is no error in us-east-1


def create_queue(client: Client, name: str) -> str:
    """The work queue and the dead-letter queue behind it; returns the work queue's address."""
    dead = client.create_queue(QueueName=f"{name}-dead")["QueueUrl"]
    dead_arn = client.get_queue_attributes(QueueUrl=dead, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    redrive = json.dumps({"deadLetterTargetArn": dead_arn, "maxReceiveCount": TRIES_BEFORE_DEAD_LETTER})
    attributes = {"RedrivePolicy": redrive, "VisibilityTimeout": str(VISIBILITY_SECONDS)}
    url: str = client.create_queue(QueueName=name, Attributes=attributes)["QueueUrl"]
    return url


def create_key(client: Client, alias: str) -> None:
    """A key under a name that stays, so that tokens sealed before a restart can be opened after it."""
    with suppress(ClientError):
        client.describe_key(KeyId=alias)
        return
    key = client.create_key(Description="Seals the tokens of connected accounts")["KeyMetadata"]["KeyId"]
    client.create_alias(AliasName=alias, TargetKeyId=key)


def _models(tables: ModuleType) -> Iterator[type[Model]]:
    for _, found in getmembers(tables, isclass):
        if issubclass(found, Model) and found.__module__ == tables.__name__:
            yield found
