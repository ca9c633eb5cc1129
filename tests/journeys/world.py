"""A running stack for the journeys: people with address books, accounts at the sandbox, operators."""

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import requests

from chalicelib.foundation.ids import fresh_id
from local.aws_calls import RECORD
from local.processes import ROOT, free_ports, is_alive
from local.running import Running, find_running
from local.sandbox_control import SandboxControl
from local.service_client import ServiceClient
from tests.api_description import ApiDescription


class World:
    """`python -m local up` as a process, on a free port.

    Args:
        data_dir: keeps everything. environment: settings of one's own.
    """

    def __init__(self, data_dir: Path | None = None, environment: Mapping[str, str] | None = None) -> None:
        self._data_dir, self._environment = data_dir, environment or {}
        self.port = free_ports(1)[0]
        self.process: subprocess.Popen[str] | None = None
        self.url = ""
        self._errors = tempfile.TemporaryFile("w+")  # noqa: SIM115 # open as long as the stack runs

    def start(self) -> None:
        command = [sys.executable, "-m", "local", "up", "--port", str(self.port)]
        command += ["--data-dir", str(self._data_dir)] if self._data_dir else []
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", RECORD) if name in os.environ}
        environment = {**kept, **self._environment}
        self.process = subprocess.Popen(
            command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=self._errors, text=True
        )
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        assert "is running" in line, f"it said {line!r}"
        self._find(line.split()[-1])

    @classmethod
    def at(cls, port: int) -> "World":
        """The stack that another process has started."""
        world = cls()
        world.port = port
        world._find(f"http://127.0.0.1:{port}/")
        return world

    def _find(self, url: str) -> None:
        self.url = url
        self.sandbox = SandboxControl.of(self.running.settings)
        self.description = ApiDescription(requests.get(f"{self.url}api/v1/openapi.json", timeout=30).json())

    def stop(self) -> int:
        """A clean stop; the exit code."""
        assert self.process is not None
        assert self.process.stdout is not None
        self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(90)
        self.process.stdout.close()
        return code

    def kill(self) -> None:
        """Kills all processes, like a power cut: `up` first, so that it restarts no part."""
        assert self.process is not None
        assert self.process.stdout is not None
        parts = self.running.parts
        self.process.kill()
        for part in parts.values():
            os.kill(part, signal.SIGKILL)
        self.process.wait()
        self.process.stdout.close()
        wait_for(lambda: not any(is_alive(part) for part in parts.values()), 10, "every part to be gone")

    def kill_up_alone(self) -> None:
        assert self.process is not None
        assert self.process.stdout is not None
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()

    def errors(self) -> str:
        """What it said on its error output before it ended."""
        self._errors.seek(0)
        return self._errors.read()

    @property
    def is_running(self) -> bool:
        """Whether `up` runs: it was started here and has not ended."""
        return self.process is not None and self.process.poll() is None

    @property
    def running(self) -> Running:
        return find_running(self.port)

    def kill_part(self, name: str) -> None:
        os.kill(self.running.parts[name], signal.SIGKILL)

    def person(self, name: str = "") -> "PersonHere":
        return PersonHere(self, name or f"person-{fresh_id()}")

    def cron(self, **more: Any) -> requests.Response:
        """The schedule's work by hand, with the secret."""
        headers = {"x-cron-secret": self.running.settings["CRON_SECRET"]}
        answer = requests.post(f"{self.url}api/cron/process-imports", headers=headers, timeout=40, **more)
        self.description.check_response(answer)
        return answer

    def account(self, provider: str, contacts: int = 30, **more: Any) -> str:
        """A new account; returns its address."""
        address = f"{fresh_id().lower().strip('-_')}@{provider}.example"
        self.sandbox.account(provider, address, contacts, **more)
        return address


class PersonHere(ServiceClient):
    """A person with a browser and a book of their own. Every JSON response is checked against the OpenAPI document."""

    def __init__(
        self,
        world: World,
        name: str,
        *,
        operator: bool = False,
        organizations: Mapping[str, Sequence[str]] | None = None,
    ) -> None:
        token = world.sandbox.token(name, operator=operator, organizations=organizations)
        super().__init__(world.url, token, look=world.description.check_response)
        self.name, self.world = name, world

    def book(self) -> list[Any]:
        """Every contact, through every page."""
        found: list[Any] = []
        cursor: str | None = ""
        while cursor is not None:
            page = self.get("/api/v1/contacts", params={"limit": "50", **({"cursor": cursor} if cursor else {})})
            found += page["contacts"]
            cursor = page["next_cursor"]
        return found

    def connections(self) -> list[Any]:
        listed: list[Any] = self.get("/api/v1/connections")["connections"]
        return listed

    def import_account(self, provider: str, address: str) -> Any:
        """Connect and wait; the last status."""
        return self.wait_until_finished(self.connect(provider, address))

    def again(self, *, full: bool) -> Any:
        """Import the one connected account again, to the end."""
        (connection,) = self.connections()
        job = self.post(f"/api/v1/connections/{connection['connection_id']}/import", {"full": full})
        return self.wait_until_finished(job["job_id"])


def wait_for(ready: Callable[[], bool], seconds: float, what: str, *, every_seconds: float = 0.1) -> None:
    until = time.monotonic() + seconds
    while not ready():
        assert time.monotonic() < until, f"waited {seconds:.0f} s for {what}"
        time.sleep(every_seconds)


def adds_up(status: Mapping[str, Any]) -> bool:
    """Whether a last status keeps the published promises about its numbers."""
    read = sum(status[name] for name in ("created", "updated", "unchanged", "skipped", "failed_contacts"))
    return (
        status["total_contacts"] == status["processed_contacts"] == read
        and status["imported_contacts"] == status["created"] + status["updated"]
        and status["skipped_contacts"] == status["unchanged"] + status["skipped"]
    )
