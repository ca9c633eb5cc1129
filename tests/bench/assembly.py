"""A worker over the embedded AWS and the sandbox, each a process of its own, as in production but on this machine."""

import contextlib
import json
import os
import random
import sys
import time
import urllib.request
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import cached_property
from hashlib import sha256
from typing import Any
from urllib.parse import parse_qs, urlsplit

from chalicelib.accounts.job_kinds import IMPORT
from chalicelib.foundation.aws import AwsClients
from chalicelib.foundation.clock import SystemClock
from chalicelib.foundation.http_client import HttpClient
from chalicelib.foundation.ids import fresh_id
from chalicelib.foundation.outbound import Reply
from chalicelib.jobs.job import Job, JobState
from chalicelib.jobs.new_job import NewJob
from chalicelib.jobs.worker import Worker
from chalicelib.providers.google.oauth import GoogleOAuth
from chalicelib.providers.google.people_client import PAGE_SIZE
from chalicelib.wiring import Wiring
from local.browser import Browser
from local.embedded_aws.resources import Names, create_everything
from local.embedded_aws.server import CREDENTIALS, REGION, EmbeddedAws
from local.processes import free_ports, start, stop, wait_for
from local.stack_settings import Ports, stack_settings

PATIENT_SECONDS = 60.0  # for one response; the machine is busy


@dataclass(frozen=True)
class Machine:
    """What a figure is measured on."""

    aws: EmbeddedAws
    sandbox: str

    @cached_property
    def clients(self) -> AwsClients:
        """Creates clients as the service has them. They share what botocore loads, as in one process of the service."""
        return AwsClients(REGION, self.aws.endpoint, read_seconds=PATIENT_SECONDS)

    def dynamodb(self) -> Any:
        return self.clients("dynamodb")

    def control(self, path: str, body: Any) -> Any:
        """Send a request to the sandbox's control interface; returns the response's body."""
        request = urllib.request.Request(  # our own sandbox
            self.sandbox + path, json.dumps(body).encode(), {"Content-Type": "application/json"}
        )
        with urllib.request.urlopen(request) as answer:
            return json.load(answer)

    def account(self, contacts: int) -> str:
        address = f"bench-{fresh_id().lower()}@gmail.example"
        self.control(
            "/sandbox/accounts", {"provider": "google", "address": address, "contacts": contacts, "seed": contacts}
        )
        return address

    def sign_in(self) -> GoogleOAuth:
        return GoogleOAuth(
            HttpClient(),
            SystemClock(),
            "sandbox-google-client",
            "sandbox-google-secret",
            f"{self.sandbox}/google/o/oauth2/v2/auth",
            f"{self.sandbox}/google/token",
            f"{self.sandbox}/google/revoke",
            f"{self.sandbox}/google/userinfo",
        )

    def token(self, address: str) -> str:
        """Walk through the consent screens as a person would; gives an access token."""
        verifier, back = fresh_id() * 3, f"{self.sandbox}/nowhere"
        challenge = urlsafe_b64encode(sha256(verifier.encode()).digest()).decode().rstrip("=")
        sign_in, browser = self.sign_in(), Browser()
        url = sign_in.authorization_url(state="s", code_challenge=challenge, redirect_uri=back, login_hint=address)
        page = browser.open(url)
        if not any("Continue" in form.buttons for form in page.forms):
            page = browser.press(page, address)
        page = browser.press(page, "Continue", tick_all=True)
        code = parse_qs(urlsplit(page.url).query)["code"][0]
        return sign_in.exchange(code=code, code_verifier=verifier, redirect_uri=back)[0].access_token

    def fresh_names(self) -> Names:
        own = fresh_id().replace("-", "a").replace("_", "b").lower()
        names = Names(
            jobs=f"jobs-{own}",
            contacts=f"contacts-{own}",
            people=f"people-{own}",
            leads=f"leads-{own}",
            bucket=f"blobs-{own}",
            queue=f"work-{own}",
            key_alias=f"alias/{own}",
        )
        create_everything(self.clients, names)
        return names


@contextlib.contextmanager
def machine() -> Iterator[Machine]:
    os.environ.update(CREDENTIALS)
    port = free_ports(1)[0]
    sandbox = start([sys.executable, "-m", "local", "sandbox", "--port", str(port)], {})
    try:
        with EmbeddedAws() as aws:
            wait_for(f"http://127.0.0.1:{port}/", sandbox, "The sandbox")
            yield Machine(aws, f"http://127.0.0.1:{port}")
    finally:
        stop(sandbox)


@dataclass
class _Connection:
    connection_id: str = "bench"
    provider: str = "google"
    sync: Any = None
    chosen: None = None

    @property
    def names_by_choice(self) -> dict[str, str]:
        return {}

    @property
    def source(self) -> str:
        return f"{self.provider}:{self.connection_id}"


@dataclass(frozen=True)
class _Token:
    text: str

    def token(self) -> str:
        return self.text

    def refresh(self) -> str:
        return self.text


class _SmallPages(HttpClient):
    """Asks for pages of another size than the service does."""

    def __init__(self, size: str) -> None:
        super().__init__()
        self._size = size

    def send(self, method: str, url: str, **more: Any) -> Reply:
        return super().send(method, url.replace(f"pageSize={PAGE_SIZE}", f"pageSize={self._size}"), **more)


@dataclass
class Importer:
    """The wiring's own step and a worker on tables of their own; `client` may count what passes."""

    machine: Machine
    names: Names
    client: Any
    address: str
    token: str
    connection: _Connection = field(default_factory=_Connection)
    page_size: str = ""

    @classmethod
    def of(
        cls, machine: Machine, address: str, names: Names | None = None, wrap: Any = None, page_size: str = ""
    ) -> "Importer":
        client = machine.dynamodb()
        names, token = names or machine.fresh_names(), machine.token(address)
        return cls(machine, names, wrap(client) if wrap else client, address, token, page_size=page_size)

    def __post_init__(self) -> None:
        port = urlsplit(self.machine.sandbox).port or 0
        settings = {**stack_settings(Ports(api=port, aws=port, sandbox=port), {}), **self.names.settings("")}
        wiring = Wiring(
            settings,
            clients=lambda service: self.client if service == "dynamodb" else self.machine.clients(service),
            http=_SmallPages(self.page_size) if self.page_size else None,
            chance=random.Random(1),
        )
        self.wiring, shared, google = wiring, wiring.shared, wiring.providers.contacts("google")
        step = replace(
            wiring.provider_imports.copy_contacts,
            open_account=lambda job: (self.connection, google, _Token(self.token)),
            import_finished_write=self._finished,
        )
        self.jobs, self.contacts, self._clock = shared.jobs, shared.contacts, shared.clock
        self.worker = Worker(shared.jobs, {IMPORT.name: step}, shared.work_queue, shared.clock, shared.chance)

    def _finished(self, job: Job, sync: Any, _: Any) -> dict[str, Any]:
        self.connection.sync = sync or self.connection.sync
        key = {"pk": {"S": "owner#bench"}, "sk": {"S": "connection#bench"}}
        return {"Put": {"TableName": self.names.people, "Item": {**key, "sync": {"S": json.dumps(sync)}}}}

    def import_all(self, mode: str = "full") -> tuple[Job, float, float]:
        """Run one import to its end; the job, wall seconds and CPU seconds of this process."""
        details = {"mode": mode, "provider": "google", "connection_id": "bench"}
        job_id = fresh_id()
        self.jobs.create(NewJob(job_id, "bench", IMPORT.name, details))
        wall, cpu = time.perf_counter(), time.process_time()
        claimed = self.worker.claim(job_id)
        if claimed is None:
            raise RuntimeError("the job could not be claimed")
        self.worker.run(claimed, until=self._clock.now() + timedelta(minutes=14), reserve=timedelta(seconds=15))
        wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
        job = self.jobs.get(job_id)
        if job.state is not JobState.COMPLETED:
            raise RuntimeError(f"the import ended as {job.state}: {job.error} {job.counts}")
        return job, wall, cpu
