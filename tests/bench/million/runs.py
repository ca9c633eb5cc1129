"""Imports the generated files over the embedded AWS, with workers that are processes of their own."""

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from functools import cached_property, reduce
from operator import add
from pathlib import Path
from typing import Any

from chalicelib.jobs.job import Job, JobState
from chalicelib.leads.importing.lanes import lanes_of_import
from chalicelib.leads.importing.result_blobs import folder_of
from chalicelib.leads.importing.start_import import ImportRequest
from chalicelib.leads.importing.write_results import file_name
from chalicelib.wiring import Wiring
from local.processes import ROOT
from tests.bench.assembly import Machine
from tests.bench.million.generator import File
from tests.bench.million.imports import options_of
from tests.bench.million.recount import OUTCOMES
from tests.bench.million.worker import Took, wiring_of

ORGANIZATION = "acme"
WORKERS = 8
LOOK_SECONDS = 1.0
LATE = timedelta(seconds=20)  # a job that has been due so long has lost its message


@dataclass(frozen=True)
class Imported:
    """One import."""

    file: str
    counts: dict[str, int]
    lanes: int
    cutting: float  #: seconds, until the first lane was created
    in_lanes: float  #: seconds, until the last lane ended
    finishing: float  #: seconds, for the result files
    took: Took

    @property
    def rows(self) -> int:
        return sum(self.counts.values())

    @property
    def seconds(self) -> float:
        return self.cutting + self.in_lanes + self.finishing


@dataclass(frozen=True)
class Runs:
    """Imports files from a folder into tables of their own."""

    machine: Machine
    folder: Path

    @cached_property
    def _names(self) -> Any:
        return self.machine.fresh_names()

    @cached_property
    def _wiring(self) -> Wiring:
        return wiring_of(self.machine, self._names, self.machine.dynamodb())

    def run(self, file: File) -> Imported:
        """Import the file to its end; its result files are in the folder then, below `answers`."""
        key, s3 = f"imports/{ORGANIZATION}/{file.name}.csv", self.machine.clients("s3")
        with (self.folder / f"{file.name}.csv").open("rb") as content:
            s3.put_object(Bucket=self._names.bucket, Key=key, Body=content, ContentType="text/csv")
        with _workers(self.machine, self._names) as took:
            job = self._wiring.leads.start_import(ORGANIZATION, ImportRequest(key, **options_of(file)))
            while not (job := self._wiring.shared.jobs.get(job.job_id)).is_finished:
                time.sleep(LOOK_SECONDS)
                self._send_due()
        if job.state not in (JobState.COMPLETED, JobState.PARTIAL):
            raise RuntimeError(f"the import ended as {job.state}: {job.error} {job.counts}")
        self._fetch_answers(file, job)
        return self._imported(file, job, reduce(add, took))

    def _send_due(self) -> None:
        """Send jobs that are due to the queue, as the minute schedule does: their messages may be lost."""
        shared = self._wiring.shared
        for job_id in shared.jobs.due(shared.jobs.clock.now() - LATE, limit=20):
            shared.work_queue.send(job_id)

    def _imported(self, file: File, job: Job, took: Took) -> Imported:
        lanes = lanes_of_import(self._wiring.shared.jobs, job)
        began, ended = min(each.created_at for each in lanes), max(map(_end_of, lanes))
        return Imported(
            file.name,
            {outcome: job.counts[outcome] for outcome in OUTCOMES},
            len(lanes),
            (began - job.created_at).total_seconds(),
            (ended - began).total_seconds(),
            (_end_of(job) - ended).total_seconds(),
            took,
        )

    def _fetch_answers(self, file: File, job: Job) -> None:
        answers, s3 = self.folder / "answers" / file.name, self.machine.clients("s3")
        answers.mkdir(parents=True)
        for outcome in OUTCOMES:
            key = folder_of(ORGANIZATION, job.job_id) + file_name(outcome)
            with (answers / f"{outcome}.csv").open("wb") as copy:
                for piece in s3.get_object(Bucket=self._names.bucket, Key=key)["Body"].iter_chunks(1 << 20):
                    copy.write(piece)


def _end_of(job: Job) -> datetime:
    assert job.finished_at is not None
    return job.finished_at


@contextmanager
def _workers(machine: Machine, names: Any) -> Iterator[list[Took]]:
    """Workers that are ready; the list has what they took once they have ended."""
    command = [sys.executable, "-m", "tests.bench.million.worker", machine.aws.endpoint, json.dumps(asdict(names))]
    workers = [  # ourselves
        subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for _ in range(WORKERS)
    ]
    took: list[Took] = []
    try:
        for worker in workers:
            assert worker.stdout is not None
            worker.stdout.readline()
        yield took
    finally:
        ends = [worker.communicate()[0] for worker in workers]
    took += [Took(*json.loads(end)) for end in ends]
