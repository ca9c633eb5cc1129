"""`python -m local worker`: the work queue and the minute schedule, as Lambda's event sources would call `app.py`.

On SIGTERM or Ctrl-C it receives no more messages and tells running steps that their time is almost over, so that they
hand over. A kill loses nothing: the queue delivers again, and the schedule finds unfinished jobs.
"""

import logging
import os
import sys
import threading
import time
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from local.aws_calls import record_if_enabled, running
from local.invocation import (
    Function,
    Lifetime,
    failed_messages,
    load_app,
    queue_event,
    queue_readers,
    schedule_event,
    schedules,
)
from local.processes import StopSignal, end_with_parent

log = logging.getLogger(__name__)

SIDE_BY_SIDE = 4  # messages processed in parallel
EVERY_SECONDS = 60.0  # the schedule
LONG_POLL_SECONDS = 10
GRACE_SECONDS = 10.0  # time that running invocations are given
LAST_SECONDS = 30.0  # then it ends, even if something is still running
ERROR_DELAY_SECONDS = 1.0  # after the queue could not be read


class Busy:
    """Counts running invocations, so that a stop can wait for them."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._running = 0

    def __enter__(self) -> None:
        with self._changed:
            self._running += 1

    def __exit__(self, *_: object) -> None:
        with self._changed:
            self._running -= 1
            self._changed.notify_all()

    def wait(self, seconds: float) -> bool:
        """Wait until none is running; False if one still is."""
        with self._changed:
            return self._changed.wait_for(lambda: self._running == 0, seconds)


class QueueReader:
    """One event source mapping: receives messages, calls the function, deletes those that succeeded."""

    def __init__(self, sqs: Any, queue_url: str, function: Function, lifetime: Lifetime, busy: Busy) -> None:
        self._sqs, self._queue_url, self._function = sqs, queue_url, function
        self._lifetime, self._busy = lifetime, busy

    def read(self) -> None:
        while not self._lifetime.is_ending:
            try:
                with running(self._function.name):
                    self.read_once()
            except (BotoCoreError, ClientError) as trouble:
                log.warning("Cannot read the queue: %s", type(trouble).__name__)
                time.sleep(ERROR_DELAY_SECONDS)

    def read_once(self) -> None:
        messages = self._sqs.receive_message(
            QueueUrl=self._queue_url,
            MaxNumberOfMessages=min(10, self._function.batch_size),
            WaitTimeSeconds=LONG_POLL_SECONDS,
            AttributeNames=["All"],
        ).get("Messages", [])
        if messages and not self._lifetime.is_ending:
            with self._busy:
                self._work_on(messages)

    def _work_on(self, messages: list[Any]) -> None:
        try:
            answer = self._function(queue_event(messages, self._queue_url.rpartition("/")[2]), self._lifetime)
        except Exception:
            log.exception("%s raised; its messages will be delivered again.", self._function.name)
            return
        failed = failed_messages(answer)
        for message in messages:
            if message["MessageId"] not in failed:
                self._sqs.delete_message(QueueUrl=self._queue_url, ReceiptHandle=message["ReceiptHandle"])


class Schedule:
    """One schedule rule: calls its function every minute, even while the previous call is still running."""

    def __init__(self, function: Function, lifetime: Lifetime, busy: Busy) -> None:
        self._function, self._lifetime, self._busy = function, lifetime, busy

    def run(self) -> None:
        next_at = time.monotonic()
        while not self._lifetime.is_ending:
            threading.Thread(target=self.run_once, daemon=True, name=self._function.name).start()
            next_at += EVERY_SECONDS
            time.sleep(max(0.0, next_at - time.monotonic()))

    def run_once(self) -> None:
        with self._busy, running(self._function.name):
            try:
                self._function(schedule_event(self._function.name), self._lifetime)
            except Exception:
                log.exception("%s raised; it runs again in a minute.", self._function.name)


def work(ready_file: Path | None = None) -> None:
    """Work until SIGTERM or Ctrl-C."""
    end_with_parent()
    stop = StopSignal()
    lifetime, busy = Lifetime(), Busy()
    record_if_enabled(os.environ, ("process_imports", "start_job"))
    app = load_app()
    sys.modules["app"].wiring.shared.stopping = lambda: lifetime.is_ending  # running jobs are handed over
    _begin(app, lifetime, busy)
    if ready_file:
        ready_file.touch()
    print("Ready: reading the queue and running the schedule.", flush=True)
    stop.wait()
    lifetime.end_within(GRACE_SECONDS)
    if not busy.wait(LAST_SECONDS):
        log.warning("Some work is still running; the next worker continues it.")
    logging.shutdown()
    os._exit(0)  # do not wait for threads that are polling the queue


def _begin(app: Any, lifetime: Lifetime, busy: Busy) -> None:
    for function in schedules(app):
        _thread(Schedule(function, lifetime, busy).run, function.name)
    queue_url = os.environ.get("WORK_QUEUE_URL", "")
    if not queue_url:
        return
    sqs = boto3.client(
        "sqs",
        endpoint_url=os.environ.get("AWS_ENDPOINT_URL"),
        config=Config(read_timeout=LONG_POLL_SECONDS + 10, max_pool_connections=SIDE_BY_SIDE + 1),
    )
    for function in queue_readers(app):
        for number in range(SIDE_BY_SIDE):
            _thread(QueueReader(sqs, queue_url, function, lifetime, busy).read, f"{function.name}-{number}")


def _thread(target: Any, name: str) -> None:
    threading.Thread(target=target, daemon=True, name=name).start()
