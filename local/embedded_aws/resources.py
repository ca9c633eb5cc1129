"""Creates the service's tables, queues, bucket and key in an AWS that lacks them. Repeating it changes nothing.

The tables' keys, indexes and expiry come from `chalicelib/tables/keys.py`.
"""

import json
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from chalicelib.tables.item_kind import Table
from chalicelib.tables.keys import TABLES

Client = Any  # boto3's clients have no common type
Clients = Callable[[str], Client]  # a service's name to its client

VISIBILITY_SECONDS = 90  # longer than a lease, so that a second delivery finds a job that it can claim
TRIES_BEFORE_DEAD_LETTER = 5


@dataclass(frozen=True)
class Names:
    """The names of the tables, the bucket, the queue and the key."""

    jobs: str = "jobs"
    contacts: str = "contacts"
    people: str = "people"
    leads: str = "leads"
    bucket: str = "contact-intake-blobs"
    queue: str = "contact-intake-work"
    key_alias: str = "alias/contact-intake-tokens"

    @classmethod
    def of(cls, settings: Mapping[str, str]) -> "Names":
        """The names in the settings of a stack."""
        queue_url = settings.get("WORK_QUEUE_URL", "")
        named = {
            "jobs": settings.get("JOBS_TABLE"),
            "contacts": settings.get("CONTACTS_TABLE"),
            "people": settings.get("PEOPLE_TABLE"),
            "leads": settings.get("LEADS_TABLE"),
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
            "LEADS_TABLE": self.leads,
            "BLOBS_BUCKET": self.bucket,
            "TOKEN_KMS_KEY_ID": self.key_alias,
            "WORK_QUEUE_URL": queue_url,
        }


def create_everything(clients: Clients, names: Names) -> str:
    """Create what is missing; returns the URL of the work queue."""
    create_tables(clients("dynamodb"), names)
    create_bucket(clients("s3"), names.bucket)
    create_key(clients("kms"), names.key_alias)
    return create_queue(clients("sqs"), names.queue)


def create_tables(client: Client, names: Names) -> None:
    for table in TABLES.values():
        create_table(client, getattr(names, table.name), table)


def create_table(client: Client, name: str, table: Table) -> None:
    """Create a table as declared, or add the indexes that an existing one lacks."""
    try:
        client.create_table(TableName=name, BillingMode="PAY_PER_REQUEST", **schema(table))
    except client.exceptions.ResourceInUseException:
        _add_indexes(client, name, schema(table))
        return
    if table.expires_by:
        client.update_time_to_live(
            TableName=name, TimeToLiveSpecification={"Enabled": True, "AttributeName": table.expires_by}
        )


def _add_indexes(client: Client, name: str, declared: Mapping[str, Any]) -> None:
    """Add the indexes that a table of an older version lacks, as CloudFormation does on AWS."""
    table = client.describe_table(TableName=name)["Table"]
    known = {index["IndexName"] for index in table.get("GlobalSecondaryIndexes", ())}
    for index in declared.get("GlobalSecondaryIndexes", ()):
        if index["IndexName"] not in known:
            client.update_table(
                TableName=name,
                AttributeDefinitions=declared["AttributeDefinitions"],
                GlobalSecondaryIndexUpdates=[{"Create": index}],
            )


def schema(table: Table) -> dict[str, Any]:
    """Keys and indexes of a table, as CreateTable wants them."""
    attributes = {"pk": "S", "sk": "S"}
    for index in table.indexes:
        attributes |= {index.pk: "S", index.sk: index.sk_type}
    definitions = [{"AttributeName": name, "AttributeType": kind} for name, kind in attributes.items()]
    indexes = [
        {
            "IndexName": each.name,
            "KeySchema": _key_schema(each.pk, each.sk),
            "Projection": {"ProjectionType": "KEYS_ONLY"},
        }
        for each in table.indexes
    ]
    declared: dict[str, Any] = {"KeySchema": _key_schema("pk", "sk"), "AttributeDefinitions": definitions}
    return {**declared, "GlobalSecondaryIndexes": indexes} if indexes else declared


def _key_schema(pk: str, sk: str) -> list[dict[str, str]]:
    return [{"AttributeName": pk, "KeyType": "HASH"}, {"AttributeName": sk, "KeyType": "RANGE"}]


def create_bucket(client: Client, name: str) -> None:
    client.create_bucket(Bucket=name)  # in us-east-1, creating a bucket that one already owns is not an error


def create_queue(client: Client, name: str) -> str:
    """Create the work queue and its dead-letter queue; returns the URL of the work queue."""
    dead = client.create_queue(QueueName=f"{name}-dead")["QueueUrl"]
    dead_arn = client.get_queue_attributes(QueueUrl=dead, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    redrive = json.dumps({"deadLetterTargetArn": dead_arn, "maxReceiveCount": TRIES_BEFORE_DEAD_LETTER})
    attributes = {"RedrivePolicy": redrive, "VisibilityTimeout": str(VISIBILITY_SECONDS)}
    url: str = client.create_queue(QueueName=name, Attributes=attributes)["QueueUrl"]
    return url


def create_key(client: Client, alias: str) -> None:
    """Create a key with an alias, so that tokens sealed before a restart can be opened after it."""
    with suppress(ClientError):
        client.describe_key(KeyId=alias)
        return
    key = client.create_key(Description="Seals the tokens of connected accounts")["KeyMetadata"]["KeyId"]
    client.create_alias(AliasName=alias, TargetKeyId=key)
