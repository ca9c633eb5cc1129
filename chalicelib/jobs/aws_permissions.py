"""The AWS permissions of the job engine."""

from chalicelib.foundation.aws_permission import Function, Permission, table_permission
from chalicelib.tables.keys import JOBS

_JOBS = JOBS.logical_id

PERMISSIONS = (
    table_permission(
        _JOBS,
        "BatchGetItem",
        "BatchWriteItem",
        "ConditionCheckItem",
        "DeleteItem",
        "GetItem",
        "PutItem",
        "Query",
        "UpdateItem",
    ),
    table_permission(f"{_JOBS}/index/due", "Query", functions=(Function.API, Function.SCHEDULE)),
    Permission("WorkQueue", ("sqs:SendMessage",)),
    # Lambda itself takes the messages, with the rights of the function it calls with them.
    Permission(
        "WorkQueue", ("sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage"), functions=(Function.QUEUE,)
    ),
)
