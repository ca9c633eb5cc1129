"""The log: one line of JSON per event, with only the fields that are listed below.

An event has a name in lower case (`job_ran`) and ids, counts and codes. Messages of libraries, texts of exceptions and
fields that are not listed are left out: they may contain people's names, addresses or tokens.
"""

import json
import logging
import re
import sys
from datetime import UTC, datetime
from typing import Any

from chalicelib.foundation.request_id import current_request_id

_EVENT = re.compile(r"[a-z][a-z0-9_]{2,60}")
_LONGEST = 300  # characters of a field
#: The fields that an event may have. None of them may ever contain what a person or a provider wrote.
LOGGED_FIELDS = (
    "request_id",
    "job_id",
    "kind",
    "provider",
    "vendor",
    "ran",
    "rev",
    "generation",
    "why",
    "code",
    "error",
    "where",
    "failures",
    "crashes",
    "due",
    "oldest_seconds",
    "waited_seconds",
    "seconds",
    "per_second",
    "spent",
    "processed",
    "failed",
    "updated",
    "unchanged",
    "skipped",
    "removed",
    "swept",
    "method",
    "route",
    "status",
    "milliseconds",
    "settings",
    "check",
    "act",
    "operator",
    "part",
)


class JsonLines(logging.Formatter):
    """Formats a record as one line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        is_event = isinstance(record.msg, str) and _EVENT.fullmatch(record.msg)
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "event": record.msg if is_event else "other",  # a message of a library may contain anything
        }
        if request_id := current_request_id():
            line["request_id"] = request_id
        for name in LOGGED_FIELDS:
            value = getattr(record, name, None)
            if value is not None:
                line[name] = value if isinstance(value, int | float) else str(value)[:_LONGEST]
        if record.exc_info and record.exc_info[1] is not None:
            line |= error_origin(record.exc_info[1])
        if line["event"] == "other":
            line["logger"] = record.name
        return json.dumps(line)


class _Stdout(logging.Handler):
    """Writes to the current `sys.stdout`, which tests and Lambda replace."""

    def emit(self, record: logging.LogRecord) -> None:
        try:
            sys.stdout.write(self.format(record) + "\n")
        except Exception:  # a failing log must not fail the work that it reports
            self.handleError(record)


def configure(level: str) -> None:
    """Make the root logger write our lines instead of the platform's."""
    root = logging.getLogger()
    for handler in list(root.handlers):
        if isinstance(handler, _Stdout) or type(handler).__name__ == "LambdaLoggerHandler":
            root.removeHandler(handler)
    handler = _Stdout()
    handler.setFormatter(JsonLines())
    root.addHandler(handler)
    root.setLevel(logging.WARNING)  # libraries
    logging.getLogger("chalicelib").setLevel(level)


def error_origin(error: BaseException) -> dict[str, str]:
    """The fields that identify an error in the log: its class and where it was raised, never its message."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    where = f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}" if trace else ""
    return {"error": type(error).__name__, "where": where}
