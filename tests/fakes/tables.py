"""The service's tables in a fake DynamoDB."""

from chalicelib.tables.keys import TABLES
from local.embedded_aws.resources import schema
from tests.fakes.dynamodb import FakeDynamo


def empty_tables() -> FakeDynamo:
    """A DynamoDB that has all tables and no item."""
    dynamo = FakeDynamo()
    create_tables(dynamo)
    return dynamo


def create_tables(dynamo: FakeDynamo) -> None:
    for name, table in TABLES.items():
        dynamo.create_table(TableName=name, **schema(table))
