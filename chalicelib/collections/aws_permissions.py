"""What collections ask of AWS. Jobs too: a bulk create adds to them, a cleanup and an erasure remove from them."""

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
