"""The whole stack as processes, for `up`, the demo and the end-to-end tests."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import requests

from chalicelib.foundation.settings import BadSettings, Settings
from local.data_dir import DirectoryLock, cannot_store
from local.embedded_aws.disk_space import storage_problem
from local.embedded_aws.launcher import reason
from local.logs import fresh
from local.processes import START_SECONDS, PartFailed, answers, free_ports, is_free, start, stop, wait_until
from local.running import HOME, Running, remove_dead
from local.stack_settings import Ports, stack_settings, starts_aws

FIRST_DELAY_SECONDS = 0.2  # before a part that died is restarted; doubles each time
LONGEST_DELAY_SECONDS = 5.0
STEADY_SECONDS = 30.0  # a part that ran this long is restarted with the first delay
TAIL_LINES = 15
LOOPBACK = "127.0.0.1"
PORT_WAIT_SECONDS = 5.0  # a stack that was killed a moment ago lets go of its port within this time


@dataclass
class Part:
    """One process of the stack, and how to see that it is ready."""

    name: str
    arguments: list[str]
    ready: Callable[[], bool]
    log: Path
    process: subprocess.Popen[bytes] | None = None
    delay_seconds: float = FIRST_DELAY_SECONDS
    started_at: float = 0.0
    restart_at: float | None = None

    def begin(self, settings: Mapping[str, str]) -> None:
        command = [sys.executable, "-m", "local", self.name, *self.arguments]
        self.process = start(command, settings, log=self.log)
        self.started_at, self.restart_at = time.monotonic(), None

    def wait(self) -> None:
        assert self.process is not None
        try:
            wait_until(self.ready, self.process, f"The {self.name} part", seconds=START_SECONDS)
        except PartFailed as failed:
            raise PartFailed(f"{failed}\n{self.last_words()}") from None

    def has_exited(self) -> bool:
        """Whether the process was started and has ended."""
        return self.process is not None and self.process.poll() is not None

    def last_words(self) -> str:
        lines = self.log.read_text(errors="replace").splitlines()[-TAIL_LINES:] if self.log.exists() else []
        return "\n".join(f"  {self.name}: {line}" for line in lines)


@dataclass
class Stack:
    """Everything on one machine; use it in a `with` statement.

    Args:
        port: of the API and the pages; any free one if None.
        data_dir: where data is kept; None discards it on exit.
        environment: overrides the stack's own settings.
        host: the address that the API and the sandbox listen on. If others reach it, they can sign in as anybody.
        sandbox_port: of the sandbox; the one of the last run with this data, or any free one, if None.

    Raises:
        PartFailed: a setting is invalid, a port is taken, the directory is in use or cannot store data, or a part does
            not start; then the message ends with its log.
    """

    port: int | None
    data_dir: Path | None
    environment: Mapping[str, str]
    host: str = LOOPBACK
    sandbox_port: int | None = None
    parts: list[Part] = field(default_factory=list)

    def __post_init__(self) -> None:
        _check_settings(stack_settings(Ports(8000, 8001, 8002), self.environment))  # before anything is touched
        self._lock = DirectoryLock(self.data_dir, f"the stack with process id {os.getpid()}") if self.data_dir else None
        self.ports = _ports(self.port, self.sandbox_port, self.data_dir)
        self.settings = _check_settings(stack_settings(self.ports, self.environment))
        self.url = self.settings["PUBLIC_URL"].rstrip("/") + "/"
        self.logs = self.data_dir / "logs" if self.data_dir else HOME / "logs" / str(self.ports.api)
        self._has_begun = False
        self.lost = ""  # after the stop: what was lost, and why

    def __enter__(self) -> "Stack":
        try:
            self.begin()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def begin(self) -> None:
        """Start every part, AWS and the sandbox before those that need them, and wait until all are ready."""
        if not _is_freed(self.ports.api):
            raise PartFailed(
                f"Port {self.ports.api} is in use. Stop the program that uses it, or choose another port: --port N"
            )
        self._has_begun = True
        try:
            self.write_running()
            remove_dead()
            fresh(self.logs)
        except OSError as error:
            raise PartFailed(f"Cannot write logs to {self.logs}: {error.strerror or error}.") from None
        base, services = self._base_parts(), self._service_parts()
        for parts in (base, services):
            self.parts += parts
            for part in parts:
                part.begin(self.settings)
            for part in parts:
                part.wait()
        self.write_running()

    def restart_dead(self) -> None:
        """Restart parts that died, each after a delay that grows while it keeps dying."""
        for part in self.parts:
            if part.restart_at is not None and time.monotonic() >= part.restart_at:
                part.begin(self.settings)
                self.write_running()
            elif part.restart_at is None and part.has_exited():
                self._plan_restart(part)

    def storage_problem(self) -> str:
        """Why no data can be stored now, or ""; the embedded AWS notices first."""
        if self.data_dir is None:
            return ""
        problem = why_refused(self.settings["AWS_ENDPOINT_URL"]) if starts_aws(self.environment) else ""
        return problem or storage_problem(self.data_dir)

    def stop(self) -> None:
        """Stop every part cleanly in reverse order: AWS is last and saves the data."""
        for part in reversed(self.parts):
            if part.process is not None:
                stop(part.process, within_seconds=75 if part.name == "aws" else 45)
                self._note_lost_data(part)
        self.parts.clear()
        if self._has_begun:
            self._running().forget()
        if self._lock:
            self._lock.release()

    def _note_lost_data(self, part: Part) -> None:
        if part.name != "aws" or self.data_dir is None or part.process is None or part.process.returncode == 0:
            return
        saved = saved_at(self.data_dir)
        since = f"changes since {saved:%H:%M:%S}" if saved else "all changes"
        why = storage_problem(self.data_dir) or reason(abs(part.process.returncode))
        self.lost = f"{since} were not saved in {self.data_dir}: {why}"

    def last_words(self) -> str:
        """The end of every part's log."""
        return "\n".join(part.last_words() for part in self.parts)

    def write_running(self) -> None:
        self._running().write()

    def _running(self) -> Running:
        ids = {part.name: part.process.pid for part in self.parts if part.process is not None}
        return Running(self.ports.api, self.url, os.getpid(), ids, self.settings, str(self.logs))

    def _base_parts(self) -> list[Part]:
        aws = Part("aws", ["--port", str(self.ports.aws)], self._is_there("aws.ready"), self.logs / "aws.log")
        aws.arguments += ["--ready", str(self._file("aws.ready"))]
        sandbox_url = f"http://127.0.0.1:{self.ports.sandbox}/"
        sandbox_arguments = ["--host", self.host, "--port", str(self.ports.sandbox)]
        sandbox = Part("sandbox", sandbox_arguments, lambda: answers(sandbox_url), self.logs / "sandbox.log")
        if self.data_dir:
            aws.arguments += ["--data-dir", str(self.data_dir.resolve())]
            sandbox.arguments += ["--data-dir", str(self.data_dir.resolve())]
        return [aws, sandbox] if starts_aws(self.environment) else [sandbox]

    def _service_parts(self) -> list[Part]:
        api_url = f"http://127.0.0.1:{self.ports.api}/"
        api_arguments = ["--host", self.host, "--port", str(self.ports.api)]
        worker_arguments = ["--ready", str(self._file("worker.ready"))]
        return [
            Part("api", api_arguments, lambda: answers(api_url), self.logs / "api.log"),
            Part("worker", worker_arguments, self._is_there("worker.ready"), self.logs / "worker.log"),
        ]

    def _file(self, name: str) -> Path:
        return self.logs.resolve() / name

    def _is_there(self, name: str) -> Callable[[], bool]:
        return lambda: self._file(name).exists()

    def _plan_restart(self, part: Part) -> None:
        ran = time.monotonic() - part.started_at
        part.delay_seconds = (
            FIRST_DELAY_SECONDS if ran > STEADY_SECONDS else min(LONGEST_DELAY_SECONDS, part.delay_seconds * 2)
        )
        part.restart_at = time.monotonic() + part.delay_seconds
        code = part.process.returncode if part.process else None
        print(f"The {part.name} part ended (exit code {code}) and will be restarted.", flush=True)


def _check_settings(settings: dict[str, str]) -> dict[str, str]:
    """Checks the settings before anything starts."""
    try:
        Settings.from_environment(settings)
    except BadSettings as bad:
        raise PartFailed(str(bad)) from None
    return settings


def saved_at(data_dir: Path) -> datetime | None:
    """When the directory's data was last saved; None if never."""
    try:
        return datetime.fromtimestamp((data_dir / "aws" / "current").lstat().st_mtime).astimezone()
    except OSError:
        return None


def why_refused(endpoint: str) -> str:
    """Why the embedded AWS refuses requests; "" if it does not, or is too busy to respond."""
    try:
        answer = requests.get(f"{endpoint}/_ministack/health", timeout=1)
        return str(answer.json()["message"]) if answer.status_code == 503 else ""
    except (requests.RequestException, ValueError, KeyError):
        return ""


def _ports(api: int | None, sandbox: int | None, data_dir: Path | None) -> Ports:
    """Free ports. A data directory keeps those of AWS and the sandbox, because stored data contains them."""
    free_api, *free = free_ports(3)
    if data_dir is None:
        return Ports(api or free_api, free[0], sandbox or free[1])
    kept = data_dir / "ports.json"
    before = _kept_ports(kept)
    aws, kept_sandbox = before if before and all(_is_freed(port) for port in before) else free
    sandbox = sandbox or kept_sandbox
    try:
        kept.write_text(json.dumps([aws, sandbox]))
    except OSError as error:
        raise PartFailed(cannot_store(data_dir, error.strerror or str(error))) from None
    return Ports(api or free_api, aws, sandbox)


def _kept_ports(file: Path) -> list[int]:
    """The ports of the previous run; none if there was none, or if a full disk damaged the file."""
    try:
        kept = json.loads(file.read_text())
    except (OSError, ValueError):
        return []
    is_whole = isinstance(kept, list) and len(kept) == 2 and all(type(port) is int for port in kept)
    return kept if is_whole and all(0 < port < 65536 for port in kept) else []


def _is_freed(port: int) -> bool:
    """Whether the port is free; waits a moment for a stack that was just killed to release it."""
    until = time.monotonic() + PORT_WAIT_SECONDS
    while not is_free(port):
        if time.monotonic() > until:
            return False
        time.sleep(0.2)
    return True
