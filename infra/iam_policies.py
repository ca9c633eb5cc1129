"""The IAM policies of the Lambda functions, made of what the rooms and the core declare; `.chalice/` has them as files.

A test holds the files to the declarations, and the calls that a test run recorded to the declarations too.
"""

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from fnmatch import fnmatchcase
from pathlib import Path

from chalicelib.books import aws_permissions as books
from chalicelib.collections import aws_permissions as collections
from chalicelib.foundation.aws_permission import Function, Permission
from chalicelib.foundation.json import Json
from chalicelib.jobs import aws_permissions as jobs
from chalicelib.wiring.rooms import ROOMS
from local.aws_calls import Call

CHALICE = Path(__file__).resolve().parent.parent / ".chalice"
STAGE = "prod"
LIST = "s3:ListBucket"
#: Tokens are sealed for a place (`foundation/seal.py`): the key is of no use for anything else.
SEALS_ALONE = {"StringLike": {"kms:EncryptionContext:place": "*"}}
_LOGS = {Function.API: "ApiLog", Function.SCHEDULE: "ProcessImportsLog", Function.QUEUE: "StartJobLog"}
_OWN_LOGS = tuple(
    Permission(log, ("logs:CreateLogStream", "logs:PutLogEvents"), (function,)) for function, log in _LOGS.items()
)
PERMISSIONS: tuple[Permission, ...] = (
    *_OWN_LOGS,
    *jobs.PERMISSIONS,
    *books.PERMISSIONS,
    *collections.PERMISSIONS,
    *(permission for room in ROOMS for permission in room.permissions),
)


def policy_files() -> dict[str, Path]:
    """The policy file of each function."""
    functions = json.loads((CHALICE / "config.json").read_text())["stages"][STAGE]["lambda_functions"]
    return {name: CHALICE / own["iam_policy_file"] for name, own in functions.items()}


def policies() -> dict[str, Json]:
    """Each function's policy document, as it is deployed."""
    return {name: json.loads(path.read_text()) for name, path in policy_files().items()}


def write_policies() -> list[Path]:
    """Write the policy files; returns them."""
    files = policy_files()
    for name, path in files.items():
        path.write_text(json.dumps(policy_of(name), indent=2) + "\n")
    return list(files.values())


def policy_of(function: str) -> Json:
    """The policy document of a function: a statement for each resource, in the order of their names."""
    allowed: Mapping[str, set[str]] = defaultdict(set)
    for permission in PERMISSIONS:
        if function in permission.functions:
            allowed[permission.resource].update(permission.actions)
    return {"Version": "2012-10-17", "Statement": list(_statements(dict(sorted(allowed.items()))))}


def disallowed_calls(calls: Iterable[Call]) -> list[Call]:
    """The calls that no permission of their function allows."""
    return sorted(call for call in set(calls) if not any(_allows(permission, call) for permission in PERMISSIONS))


def _allows(permission: Permission, call: Call) -> bool:
    return (
        call.function in permission.functions
        and call.action in permission.actions
        and fnmatchcase(call.resource, permission.resource)
    )


def _statements(allowed: Mapping[str, set[str]]) -> Iterator[Json]:
    for resource, actions in allowed.items():
        if actions - {LIST}:
            yield _statement(resource, actions - {LIST})
    folders = [resource.partition("/")[2] for resource, actions in allowed.items() if LIST in actions]
    if folders:
        condition = {"StringLike": {"s3:prefix": folders}}
        yield {**_statement("BlobsBucket", {LIST}), "Condition": condition}


def _statement(resource: str, actions: set[str]) -> dict[str, Json]:
    statement: dict[str, Json] = {
        "Sid": "".join(word[0].upper() + word[1:] for word in re.findall("[A-Za-z0-9]+", resource)),
        "Effect": "Allow",
        "Action": sorted(actions),
        "Resource": [_arn(resource)],
    }
    if any(action.startswith("kms:") for action in actions):
        statement["Condition"] = SEALS_ALONE
    return statement


def _arn(resource: str) -> Json:
    """The ARN of a resource of the template, or one that is not part of it and is declared as an ARN."""
    if resource.startswith("arn:"):
        return {"Fn::Sub": resource}
    name, _, path = resource.partition("/")
    return {"Fn::Sub": f"${{{name}.Arn}}/{path}"} if path else {"Fn::GetAtt": [name, "Arn"]}
