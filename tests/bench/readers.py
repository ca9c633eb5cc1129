"""Readers of a book while an import changes it, over real HTTP and the whole stack.

A reader asks for the list page after page and rests as a person does who looks at a page. What 50 of them get is held
against what one gets while nothing else happens, and the import against the same import without readers.
"""

import http.client
import os
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote, urlsplit

from chalicelib.foundation.fast_json import decode_json
from chalicelib.jobs.job import Job
from chalicelib.wiring import Wiring
from local.processes import ROOT
from local.sandbox_control import SandboxControl
from local.service_client import ServiceClient
from local.stack import Stack

CONTACTS = "/api/v1/contacts"
LONGEST_ANSWER = 90.0  # seconds
READERS = 50
REST = 2.0  # seconds that a reader looks at a page
SETTLING = 1.0  # seconds between two looks at a list that is to become exact
LONGEST_SETTLING = 60.0


@dataclass(frozen=True)
class Read:
    """What readers and an import cost each other."""

    #: Seconds of each response to one reader without an import.
    alone: list[float]
    #: Seconds of each response to many readers during an import.
    together: list[float]
    #: Seconds of the import without readers.
    import_alone: float
    #: Seconds of the import with readers.
    import_read: float
    #: Peak memory of the API without readers, in megabytes.
    memory_alone: float
    #: Peak memory of the API with readers, in megabytes.
    memory_read: float
    #: Seconds after the import until the list is exact.
    exact_after: float
    #: Number of error responses.
    refused: int


@dataclass
class Reader:
    """One person's client that asks for page after page."""

    url: str
    token: str
    seconds: list[float] = field(default_factory=list)
    refused: int = 0
    _path: str = CONTACTS

    def __post_init__(self) -> None:
        parts = urlsplit(self.url)
        self._connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=LONGEST_ANSWER)

    def read(self) -> dict[str, object]:
        """One page; what it says."""
        began = time.monotonic()
        self._connection.request("GET", self._path, headers={"Authorization": f"Bearer {self.token}"})
        answer = self._connection.getresponse()
        page: dict[str, object] = decode_json(answer.read())
        self.seconds.append(time.monotonic() - began)
        if answer.status != 200:
            self.refused += 1
            self.begin_again()
            return {"is_current": False}
        following = page["next_cursor"]
        self._path = CONTACTS if following is None else f"{CONTACTS}?cursor={quote(str(following))}"
        return page

    def begin_again(self) -> None:
        self._path = CONTACTS

    def read_until(self, stop: threading.Event, first_rest: float) -> None:
        stop.wait(first_rest)
        while not stop.is_set():
            self.read()
            stop.wait(REST)


@dataclass(frozen=True)
class House:
    """The stack and the ways into it."""

    stack: Stack
    sandbox: SandboxControl
    wiring: Wiring

    def token(self, person: str) -> str:
        return self.sandbox.token(person)

    def begin(self, person: str, contacts: int) -> tuple[ServiceClient, str]:
        """A new person's import of as many contacts."""
        address = f"{person}@gmail.example"
        self.sandbox.account("google", address, contacts)
        client = ServiceClient(self.stack.url, self.token(person))
        return client, client.connect("google", address)

    def finished(self, job_id: str) -> Job:
        """Seen in the table, so that nobody asks the API."""
        until = time.monotonic() + 600
        while not (job := self.wiring.shared.jobs.get(job_id)).is_finished:
            if time.monotonic() > until:
                raise RuntimeError("the import did not end")
            time.sleep(0.05)
        return job

    def restart_api(self) -> None:
        """So that nothing is remembered, and its memory is that of the beginning."""
        [api] = [part for part in self.stack.parts if part.name == "api"]
        assert api.process is not None
        api.process.terminate()
        api.process.wait()
        api.begin(self.stack.settings)
        api.wait()

    def api_peak(self) -> float:
        [api] = [part for part in self.stack.parts if part.name == "api"]
        assert api.process is not None
        for line in Path(f"/proc/{api.process.pid}/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) / 1024
        raise LookupError("this machine does not say how much memory a process took")


@contextmanager
def house() -> Iterator[House]:
    with Stack(port=None, data_dir=None, environment={"PATH": "/usr/bin:/bin", "HOME": str(ROOT)}) as stack:
        os.environ.update({name: value for name, value in stack.settings.items() if name.startswith("AWS_")})
        yield House(stack, SandboxControl.of(stack.settings), Wiring(stack.settings))


def first_looks(contacts: int, times: int) -> list[float]:
    """Seconds of the first answer after an import, each of a book the API knows nothing of."""
    with house() as there:
        Reader(there.stack.url, there.token("first")).read()  # loads what is loaded once
        looks = []
        for number in range(times):
            _, job_id = there.begin(f"first-{number}", contacts)
            there.finished(job_id)
            reader = Reader(there.stack.url, there.token(f"first-{number}"))
            reader.read()
            looks += reader.seconds
            _exact_after(Reader(there.stack.url, there.token(f"first-{number}")))
        return looks


def read_while_importing(contacts: int, looks: int, readers: int = READERS) -> Read:
    with house() as there:
        _, job_id = there.begin("alone", contacts)
        import_alone = _seconds(there.finished(job_id))
        _exact_after(Reader(there.stack.url, there.token("alone")))
        there.restart_api()
        one = Reader(there.stack.url, there.token("alone"))
        one.read()  # loads what is loaded once
        one.seconds.clear()
        for _ in range(looks):
            one.read()
        memory_alone = there.api_peak()
        there.restart_api()
        Reader(there.stack.url, there.token("first")).read()
        those = [Reader(there.stack.url, there.token("read")) for _ in range(readers)]
        import_read, exact_after = _together(there, contacts, those)
        together = [seconds for each in those for seconds in each.seconds]
        refused = sum(each.refused for each in those)
        memory_read = there.api_peak()
        return Read(one.seconds, together, import_alone, import_read, memory_alone, memory_read, exact_after, refused)


def _together(there: House, contacts: int, those: Sequence[Reader]) -> tuple[float, float]:
    _, job_id = there.begin("read", contacts)
    stop = threading.Event()
    threads = [
        threading.Thread(target=each.read_until, args=(stop, REST * number / len(those)), daemon=True)
        for number, each in enumerate(those)
    ]
    for thread in threads:
        thread.start()
    job = there.finished(job_id)
    ended = time.monotonic()
    exact_after = _exact_after(Reader(there.stack.url, there.token("read")), since=ended)
    stop.set()
    for thread in threads:
        thread.join(LONGEST_ANSWER)
    return _seconds(job), exact_after


def _exact_after(reader: Reader, since: float | None = None) -> float:
    """Seconds until a list says that it is exact."""
    since = time.monotonic() if since is None else since
    while not reader.read().get("is_current", True):
        reader.begin_again()
        if time.monotonic() - since > LONGEST_SETTLING:
            raise RuntimeError("the list did not become exact")
        time.sleep(SETTLING / 10)
    return time.monotonic() - since


def _seconds(job: Job) -> float:
    assert job.finished_at is not None
    assert job.claimed_at is not None
    return (job.finished_at - job.claimed_at).total_seconds()
