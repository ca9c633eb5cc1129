"""The AWS permissions of collections. Jobs need them too: bulk creates, cleanups and erasures change members."""

from chalicelib.foundation.aws_permission import table_permission
from chalicelib.tables.keys import PEOPLE

PERMISSIONS = (
    table_permission(
        PEOPLE.logical_id,
        "BatchGetItem",
        "BatchWriteItem",
        "ConditionCheckItem",
        "DeleteItem",
        "GetItem",
        "PutItem",
        "Query",
        "UpdateItem",
    ),
)
