"""Permission: what a Lambda function's role lets the code of one part ask of AWS.

The core's parts declare theirs in a file `aws_permissions.py`, rooms in their `room.py`. `python -m infra policies`
makes `.chalice/policy-*.json` of all of them.
"""

from dataclasses import dataclass
from enum import StrEnum


class Function(StrEnum):
    """The Lambda functions, as `.chalice/config.json` names them."""

    API = "api_handler"  # also runs the schedule, when an operator asks for it
    SCHEDULE = "process_imports"
    QUEUE = "start_job"


EVERY_FUNCTION = (Function.API, Function.SCHEDULE, Function.QUEUE)


@dataclass(frozen=True, slots=True)
class Permission:
    """Actions that are allowed on one resource."""

    #: The resource by its logical id in the template, with a path where it has one: "JobsTable", "JobsTable/index/due",
    #: "BlobsBucket/pages/*". Or an ARN with parameters of the template, for what operators have made by hand.
    resource: str
    #: Such as "dynamodb:Query". A bucket is listed by folder: "s3:ListBucket" on "BlobsBucket/pages/*".
    actions: tuple[str, ...]
    #: The functions that run this code.
    functions: tuple[Function, ...] = EVERY_FUNCTION


def table_permission(resource: str, *operations: str, functions: tuple[Function, ...] = EVERY_FUNCTION) -> Permission:
    """Operations of DynamoDB on a table or an index, such as "GetItem"; those of transactions by the writes in them."""
    return Permission(resource, tuple(f"dynamodb:{operation}" for operation in operations), functions)


def folder_permission(folder: str, *operations: str, functions: tuple[Function, ...] = EVERY_FUNCTION) -> Permission:
    """Operations of S3 on the objects in one folder of the bucket, such as "PutObject"."""
    return Permission(f"BlobsBucket/{folder}/*", tuple(f"s3:{operation}" for operation in operations), functions)
