"""Records the AWS calls of each function, so that a test can compare them with that function's policy.

If RECORD_AWS_CALLS names a directory, the parts `api` and `worker` write one line there for each different call. Work
that a function passes to a thread pool counts as its own. If the function of a call is unknown, it is recorded for
every function of the process, so each of them must be allowed to make it.
"""

import json
import os
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import ContextVar, copy_context
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import botocore.session

from chalicelib.emails.room import IDENTITY
from chalicelib.foundation.direct_client import DIRECT, DirectClient
from chalicelib.tables.keys import TABLES
from local.embedded_aws.resources import Names

RECORD = "RECORD_AWS_CALLS"

_running: ContextVar[str | None] = ContextVar("running", default=None)
_BY_TRANSACTION = {
    "Put": "dynamodb:PutItem",
    "Update": "dynamodb:UpdateItem",
    "Delete": "dynamodb:DeleteItem",
    "ConditionCheck": "dynamodb:ConditionCheckItem",
}
_OTHER_NAMES = {
    "sesv2:SendEmail": "ses:SendEmail",  # IAM has no action of these names
    "s3:HeadObject": "s3:GetObject",
    "s3:HeadBucket": "s3:ListBucket",
    "s3:ListObjectsV2": "s3:ListBucket",
    "s3:DeleteObjects": "s3:DeleteObject",
    "s3:CreateMultipartUpload": "s3:PutObject",
    "s3:UploadPart": "s3:PutObject",
    "s3:CompleteMultipartUpload": "s3:PutObject",
    "s3:ListParts": "s3:ListMultipartUploadParts",
    "sqs:SendMessageBatch": "sqs:SendMessage",
    "sqs:DeleteMessageBatch": "sqs:DeleteMessage",
}

_SIGNS_UPLOADS = "CreateBucket"  # the operation that botocore names while it signs a form to upload a file


@dataclass(frozen=True, order=True)
class Call:
    """A call of a function to AWS."""

    #: As `.chalice/config.json` names it: api_handler, process_imports, start_job.
    function: str
    #: As policies name it, such as dynamodb:PutItem.
    action: str
    #: As `Permission.resource`, without a star.
    resource: str

    def __str__(self) -> str:
        return f"{self.function}: {self.action} on {self.resource}"


@contextmanager
def running(function: str) -> Iterator[None]:
    """Attribute the calls made inside to this function."""
    token = _running.set(function)
    try:
        yield
    finally:
        _running.reset(token)


class Recorder:
    """Writes calls to a file of its own in `directory`.

    Args:
        functions: the functions that a call may belong to if its function is unknown.
        names: the names of the tables, the bucket and so on in this stack.
    """

    def __init__(self, directory: Path, functions: Sequence[str], names: Names) -> None:
        directory.mkdir(parents=True, exist_ok=True)
        self._path = directory / f"{os.getpid()}.jsonl"
        self._functions, self._names = functions, names
        self._known: set[Call] = set()
        self._lock = threading.Lock()

    def watch(self, session: Any) -> None:
        """Listen to every client that this session of botocore makes from here on."""
        session.register("before-parameter-build", self._note_request)
        session.register("before-sign.s3.PutObject", self._note_form)

    def note(self, service: str, operation: str, params: Mapping[str, Any]) -> None:
        """Note one call."""
        self._note_actions(actions(service, operation, params, self._names))

    def _note_request(self, params: Mapping[str, Any], model: Any, context: Mapping[str, Any], **_: Any) -> None:
        if model.name == _SIGNS_UPLOADS and context.get("is_presign_request"):
            return  # nothing is sent; `_note_form` notes what the form allows
        self.note(model.service_model.service_name, model.name, params)

    def _note_form(self, request: Any, **_: Any) -> None:
        """Whoever signs an upload form needs the permission to upload."""
        fields = request.context.get("s3-presign-post-fields")
        if fields is not None:
            self._note_actions(actions("s3", "PutObject", {"Key": fields["key"]}, self._names))

    def _note_actions(self, called: set[tuple[str, str]]) -> None:
        function = _running.get()
        functions = [function] if function else self._functions
        self._write({Call(each, action, resource) for each in functions for action, resource in called})

    def _write(self, calls: set[Call]) -> None:
        with self._lock:
            fresh = sorted(calls - self._known)
            self._known |= calls
            if fresh:
                with self._path.open("a") as lines:
                    lines.writelines(json.dumps([call.function, call.action, call.resource]) + "\n" for call in fresh)


def record_if_enabled(environment: Mapping[str, str], functions: Sequence[str]) -> None:
    """Record the calls of this process if RECORD_AWS_CALLS names a directory. Call it before `app.py` is imported.

    All later sessions of botocore are recorded, including that of boto3, and direct requests to DynamoDB.
    """
    if not environment.get(RECORD):
        return
    recorder = Recorder(Path(environment[RECORD]), functions, Names.of(environment))
    make = botocore.session.get_session

    def make_watched(env_vars: Any = None) -> botocore.session.Session:
        session = make(env_vars)
        recorder.watch(session)
        return session

    botocore.session.get_session = make_watched
    _note_direct_requests(recorder)
    _carry_over_to_pools()


def _note_direct_requests(recorder: Recorder) -> None:
    """Note the calls of DynamoDB that botocore does not see."""
    call = DirectClient.call

    def noted(client: DirectClient, name: str, **request: Any) -> Any:
        recorder.note("dynamodb", DIRECT[name], request)
        return call(client, name, **request)

    DirectClient.call = noted  # type: ignore[method-assign, assignment] # in this process, while it is recorded


def _carry_over_to_pools() -> None:
    """Pass the running function to the threads of pools, which do not inherit it."""
    submit = ThreadPoolExecutor.submit

    def carrying(pool: ThreadPoolExecutor, work: Callable[..., Any], /, *args: Any, **more: Any) -> Future[Any]:
        return submit(pool, copy_context().run, work, *args, **more)

    ThreadPoolExecutor.submit = carrying  # type: ignore[method-assign, assignment] # in this process, while it is recorded


def read_calls(directory: Path) -> set[Call]:
    """All calls recorded in the directory."""
    lines = [line for path in sorted(directory.glob("*.jsonl")) for line in path.read_text().splitlines()]
    return {Call(*json.loads(line)) for line in lines}


def actions(service: str, operation: str, params: Mapping[str, Any], names: Names) -> set[tuple[str, str]]:
    """The permissions that one call needs: pairs of action and resource."""
    if service == "dynamodb":
        return set(_of_dynamodb(operation, params, _table_names(names)))
    name = f"{service}:{operation}"
    return {(_OTHER_NAMES.get(name, name), _RESOURCES[service](params))}


def _of_dynamodb(operation: str, params: Mapping[str, Any], table: Callable[[str], str]) -> Iterator[tuple[str, str]]:
    match operation:
        case "TransactWriteItems":
            for item in params["TransactItems"]:
                for kind, write in item.items():
                    yield _BY_TRANSACTION[kind], table(write["TableName"])
        case "TransactGetItems":
            yield from (("dynamodb:GetItem", table(item["Get"]["TableName"])) for item in params["TransactItems"])
        case "BatchExecuteStatement":
            yield from ((action, table(name)) for action, name in map(_of_statement, params["Statements"]))
        case "BatchGetItem" | "BatchWriteItem":
            for name in params["RequestItems"]:
                yield f"dynamodb:{operation}", table(name)
        case _ if "IndexName" in params:
            yield f"dynamodb:{operation}", f"{table(params['TableName'])}/index/{params['IndexName']}"
        case _:
            yield f"dynamodb:{operation}", table(params["TableName"])


def _of_statement(statement: Mapping[str, Any]) -> tuple[str, str]:
    """The permission that a statement of PartiQL needs, and the name of its table."""
    verb, _, rest = statement["Statement"].partition(" ")
    return f"dynamodb:PartiQL{verb.title()}", rest.split('"')[1]


def _table_names(names: Names) -> Callable[[str], str]:
    known = {getattr(names, table.name): table.logical_id for table in TABLES.values()}
    return lambda name: known.get(name, name)


def _object(params: Mapping[str, Any]) -> str:
    """Objects by their top folder; their full keys would make every call different."""
    if "Delete" in params:
        return f"BlobsBucket/{_folder(params['Delete']['Objects'][0]['Key'])}"
    key = params.get("Key") or params.get("Prefix")
    return f"BlobsBucket/{_folder(key)}" if key else "BlobsBucket"


def _folder(key: str) -> str:
    return f"{key.partition('/')[0]}/*"


_RESOURCES: dict[str, Callable[[Mapping[str, Any]], str]] = {
    "s3": _object,
    "sesv2": lambda _: IDENTITY,
    "sqs": lambda _: "WorkQueue",
    "kms": lambda _: "Key",
}
