"""The process that measures one figure of one side."""

import contextlib
import json
import select
import subprocess
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from tests.bench.against.revisions import CACHE, Side, clean_environment

PROBES = Path(__file__).with_name("probes")
LOGS = CACHE / "logs"
LONGEST_SECONDS = 1800.0  # of one measurement, or of its preparation
STOP_SECONDS = 120.0

Measurement = dict[str, Any]  # numbers by their names, and perhaps a `note`


class Prober:
    """Runs a probe on the code and in the environment of one side, for a `with` statement, which prepares it.

    Between measurements the process waits and keeps what it prepared, such as an embedded AWS with an imported account.
    A probe that failed measures nothing more.
    """

    def __init__(self, side: Side, probe: str, contacts: int, *, probes: Path = PROBES, logs: Path = LOGS) -> None:
        self.measurements: list[Measurement] = []
        #: Why the probe failed; empty if it did not.
        self.failure = ""
        self._side = side
        self._command = [str(side.python), str(probes), probe, str(contacts)]
        self._log = logs / f"{probe}-{side.name.replace(' ', '-')}.log"

    def __enter__(self) -> Self:
        self._log.parent.mkdir(parents=True, exist_ok=True)
        with self._log.open("w") as log:
            self._process = subprocess.Popen(
                self._command,
                cwd=self._side.root,
                env=clean_environment(),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )
        self._read()  # an empty answer, as soon as the probe is prepared
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            self._process.communicate(timeout=STOP_SECONDS)  # the process stops at the end of its input
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def measure(self) -> None:
        if self.failure:
            return
        with contextlib.suppress(BrokenPipeError):  # the process has ended: there is no answer to read either
            print("measure", file=self._process.stdin, flush=True)
        if measured := self._read():
            self.measurements.append(measured)

    def _read(self) -> Measurement:
        answers = self._process.stdout
        assert answers is not None
        if not select.select([answers], [], [], LONGEST_SECONDS)[0]:
            self._process.kill()
            return self._fail(f"no answer within {LONGEST_SECONDS:.0f} s")
        line = answers.readline()
        if not line:
            return self._fail(f"ended with exit code {self._process.wait()}")
        answer: Measurement = json.loads(line)
        return self._fail(answer["failure"]) if "failure" in answer else answer

    def _fail(self, reason: str) -> Measurement:
        self.failure = f"{reason}; see {self._log}"
        return {}
