"""What Lambda passes to a handler: the context with its remaining time and the events of the queue and the schedule."""

import importlib
import json
import sys
import time
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from local.embedded_aws.server import REGION
from local.processes import ROOT, PartFailed

Event = dict[str, Any]
Handler = Callable[[Event, Any], Any]

ACCOUNT = "000000000000"
DEFAULT_TIMEOUT_SECONDS = 60.0  # where .chalice/config.json names none; Chalice's own default


class Lifetime:
    """The lifetime of this process. After a stop signal, no invocation has more than `grace_seconds` left."""

    def __init__(self) -> None:
        self._ends_at: float | None = None

    def end_within(self, grace_seconds: float) -> None:
        self._ends_at = time.monotonic() + grace_seconds

    @property
    def is_ending(self) -> bool:
        return self._ends_at is not None

    def shorten(self, ends_at: float) -> float:
        """`ends_at`, or the end of this process if that comes earlier."""
        return ends_at if self._ends_at is None else min(ends_at, self._ends_at)


@dataclass
class LambdaContext:
    """The second argument of a handler, like Lambda's own."""

    function_name: str
    timeout_seconds: float
    lifetime: Lifetime = field(default_factory=Lifetime)
    memory_limit_in_mb: int = 512
    function_version: str = "$LATEST"
    aws_request_id: str = field(default_factory=lambda: str(uuid.uuid4()))

    def __post_init__(self) -> None:
        self._ends_at = time.monotonic() + self.timeout_seconds

    @property
    def invoked_function_arn(self) -> str:
        return f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{self.function_name}"

    @property
    def log_group_name(self) -> str:
        return f"/aws/lambda/{self.function_name}"

    @property
    def log_stream_name(self) -> str:
        return self.aws_request_id

    def get_remaining_time_in_millis(self) -> int:
        return max(0, round((self.lifetime.shorten(self._ends_at) - time.monotonic()) * 1000))


@dataclass(frozen=True)
class Function:
    """One Lambda function of `app.py` that an event source calls."""

    name: str
    handler: Handler
    timeout_seconds: float
    batch_size: int = 1

    def __call__(self, event: Event, lifetime: Lifetime) -> Any:
        return self.handler(event, LambdaContext(self.name, self.timeout_seconds, lifetime))


def schedules(app: Any) -> list[Function]:
    return _functions(app, "ScheduledEventConfig")


def queue_readers(app: Any) -> list[Function]:
    return _functions(app, "SQSEventConfig")


def load_app() -> Any:
    """Import `app.py` from the checkout, as Lambda does; returns its Chalice object.

    Raises:
        PartFailed: settings are missing or invalid; the error names each.
    """
    from chalicelib.foundation.settings import BadSettings

    if str(ROOT) not in sys.path:
        sys.path.insert(0, str(ROOT))
    try:
        module = importlib.import_module("app")
        module.wiring.check()
    except BadSettings as bad:
        raise PartFailed(str(bad)) from None
    return module.app


def timeout_of(function: str) -> float:
    """How long a function may run, as `.chalice/config.json` says."""
    path = ROOT / ".chalice" / "config.json"
    config = json.loads(path.read_text()) if path.exists() else {}
    stages = list(config.get("stages", {}).values())
    for level in [*stages, config]:
        own = level.get("lambda_functions", {}).get(function, {})
        if "lambda_timeout" in own:
            return float(own["lambda_timeout"])
    for level in [*stages, config]:
        if "lambda_timeout" in level:
            return float(level["lambda_timeout"])
    return DEFAULT_TIMEOUT_SECONDS


def schedule_event(function: str) -> Event:
    return {
        "version": "0",
        "id": str(uuid.uuid4()),
        "detail-type": "Scheduled Event",
        "source": "aws.events",
        "account": ACCOUNT,
        "time": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "region": REGION,
        "resources": [f"arn:aws:events:{REGION}:{ACCOUNT}:rule/{function}"],
        "detail": {},
    }


def queue_event(messages: Sequence[Mapping[str, Any]], queue: str) -> Event:
    """The event that Lambda builds from messages of ReceiveMessage."""
    return {"Records": [_record(message, queue) for message in messages]}


def failed_messages(answer: Any) -> set[str]:
    """The message ids a handler says it failed on; all others are done."""
    failures = answer.get("batchItemFailures", ()) if isinstance(answer, dict) else ()
    return {failure["itemIdentifier"] for failure in failures}


def _record(message: Mapping[str, Any], queue: str) -> Event:
    return {
        "messageId": message["MessageId"],
        "receiptHandle": message["ReceiptHandle"],
        "body": message["Body"],
        "attributes": dict(message.get("Attributes", {})),
        "messageAttributes": {},
        "md5OfBody": message.get("MD5OfBody", ""),
        "eventSource": "aws:sqs",
        "eventSourceARN": f"arn:aws:sqs:{REGION}:{ACCOUNT}:{queue}",
        "awsRegion": REGION,
    }


def _functions(app: Any, kind: str) -> list[Function]:
    """The functions behind one kind of event source; Chalice's own list says where each lives."""
    return [
        Function(
            source.name, _load_handler(source.handler_string), timeout_of(source.name), getattr(source, "batch_size", 1)
        )
        for source in app.event_sources
        if type(source).__name__ == kind
    ]


def _load_handler(handler_string: str) -> Handler:
    module, _, name = handler_string.rpartition(".")
    handler: Handler = getattr(importlib.import_module(module), name)
    return handler
