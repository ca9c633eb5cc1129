"""What each function may do on AWS, read from the policies it is deployed with, and which calls go beyond that."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

from chalicelib.foundation.json import Json

CHALICE = Path(__file__).resolve().parent.parent / ".chalice"
STAGE = "prod"


@dataclass(frozen=True, order=True)
class Call:
    """One thing a function asked of AWS.

    Args:
        function: as `.chalice/config.json` names it: api_handler, process_imports, start_job.
        action: as policies name it, such as dynamodb:PutItem.
        resource: the template's name of what it was asked of, such as JobsTable, or JobsTable/index/due.
    """

    function: str
    action: str
    resource: str

    def __str__(self) -> str:
        return f"{self.function}: {self.action} on {self.resource}"


@dataclass(frozen=True)
class Allowed:
    """One pair of what a policy allows; the resource may end in a star."""

    action: str
    resource: str

    def covers(self, call: Call) -> bool:
        return self.action == call.action and fnmatchcase(call.resource, self.resource)


def policies(directory: Path = CHALICE) -> dict[str, Json]:
    """Each function's policy document."""
    functions = json.loads((directory / "config.json").read_text())["stages"][STAGE]["lambda_functions"]
    return {name: json.loads((directory / own["iam_policy_file"]).read_text()) for name, own in functions.items()}


def allowed(policy: Json) -> frozenset[Allowed]:
    return frozenset(
        Allowed(action, _named(resource))
        for statement in policy["Statement"]
        if statement["Effect"] == "Allow"
        for action in statement["Action"]
        for resource in statement["Resource"]
    )


def beyond(calls: Iterable[Call], directory: Path = CHALICE) -> list[Call]:
    """The calls that the caller's policy does not allow."""
    known = {function: allowed(policy) for function, policy in policies(directory).items()}
    return sorted(
        call for call in set(calls) if not any(each.covers(call) for each in known.get(call.function, frozenset()))
    )


def _named(resource: Json) -> str:
    """The template's own name in an intrinsic: JobsTable of its Arn, BlobsBucket/pages/* of a path in it."""
    match resource:
        case {"Fn::GetAtt": [name, "Arn"]}:
            return str(name)
        case {"Fn::Sub": str(text)}:
            return text.replace("${", "").replace(".Arn}", "")
    raise ValueError(f"a policy names a resource in a way that is not known here: {resource}")
