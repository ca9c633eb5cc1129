"""100 SIGKILLs of the worker while people import accounts and files: nothing lost, nothing twice, every count right."""

import json
import os
import random
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import pytest

from chalicelib.contacts.source_record import ContactFields
from chalicelib.file_imports.job_kinds import COMMIT, PLAN
from chalicelib.jobs.job import Job
from chalicelib.jobs.ledger import verify
from chalicelib.wiring import Wiring
from local.sandbox_control import SandboxControl
from local.service_client import ServiceClient
from tests.chaos.file_imports import FileImports
from tests.chaos.hasty_stack import SHORTEST_LEASE_SECONDS, HastyStack, wait_for

KILLS = int(os.environ.get("KILLS", "100"))
AT_ONCE = 4  # people whose imports run side by side
CONTACTS = 1_500  # of each; all accounts hold the same people
SEED = 7
pytestmark = pytest.mark.long


@dataclass
class Scene:
    """A stack whose worker is ours to kill, and what is stored behind it."""

    hasty: HastyStack
    jobs: dict[str, str] = field(default_factory=dict)  # job ids by person
    running: dict[str, Job] = field(default_factory=dict)
    ended: dict[str, Job] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.stack, self.wiring = self.hasty.stack, Wiring(self.hasty.stack.settings)
        self.files = FileImports(self.wiring)
        self.sandbox = SandboxControl.of(self.stack.settings)

    def connect(self, person: str) -> None:
        address = f"{person}@gmail.example"
        self.sandbox.account("google", address, CONTACTS, seed=SEED, hostile=True)
        client = ServiceClient(self.stack.url, self.sandbox.token(person))
        self.jobs[person] = client.connect("google", address)

    def stored(self) -> list[Job]:
        """All imports as they stand; those that have ended are not read again."""
        for job_id in self.jobs.values():
            if job_id not in self.ended:
                job = self.wiring.shared.jobs.get(job_id)
                (self.ended if job.is_finished else self.running)[job_id] = job
        return [self.ended.get(job_id) or self.running[job_id] for job_id in self.jobs.values()]

    def reasons(self, job: Job) -> Counter[str | None]:
        """Why contacts were not kept."""
        return Counter(line.reason for chunk in self.wiring.shared.jobs.ledger(job) for line in chunk.lines)

    def book(self, person: str) -> list[str]:
        """Everything each contact says and where it comes from, without the ids that are chance."""
        owner = self.wiring.shared.jobs.get(self.jobs[person]).owner
        contacts = self.wiring.shared.contacts.all(owner)
        return [json.dumps([without_photo(record.fields) for record in contact.records]) for contact in contacts]


@pytest.fixture
def scene(hasty_stack: HastyStack) -> Scene:
    return Scene(hasty_stack)


def test_a_hundred_kills_leave_no_trace(scene: Scene, record_property: Callable[[str, object], None]) -> None:
    connected = time.monotonic()
    scene.connect("witness")
    wait_for(lambda: all(job.is_finished for job in scene.stored()))
    expected = scene.stored()[0].counts

    # On a slow machine a lease must not run out before a first chunk can land, or a harmless contact counts as poison.
    scene.hasty.worker.lease_seconds = max(SHORTEST_LEASE_SECONDS, 2 * (time.monotonic() - connected))
    chance, began = random.Random(SEED), time.monotonic()
    while scene.hasty.kills < KILLS:
        count = scene.files.chunks if scene.hasty.kills % 8 == 7 else partial(commits, scene)
        wait_for(partial(has_moved, scene, count, count()))
        time.sleep(chance.uniform(0, 0.6))
        scene.hasty.kill()
    wait_for(lambda: all(job.is_finished for job in scene.stored()) and scene.files.are_committed())

    jobs = scene.stored()
    summary = (
        f"{scene.hasty.kills} kills, {len(jobs)} imports, {sum(job.attempts for job in jobs)} claims, {scene.files}"
    )
    record_property("chaos", f"{summary}, {time.monotonic() - began:.0f} s")
    for job in jobs:
        assert job.state in ("completed", "partial"), job
        assert verify(scene.wiring.shared.jobs, job).consistent
        is_read_again = job.counts.created == 0 and job.counts.read == expected.read
        assert job.counts == expected or is_read_again, (job, scene.reasons(job))
    witness = scene.book("witness")
    assert len(witness) == expected.created
    for person in scene.jobs:
        assert Counter(scene.book(person)) == Counter(witness), person
    scene.files.are_exact()
    assert scene.files.interrupted(PLAN.name) > 0
    assert scene.files.interrupted(COMMIT.name) > 0


def without_photo(fields: ContactFields) -> Any:
    """A photo's address is the one thing that differs between two accounts with the same people."""
    return sorted((name, value) for name, value in fields.items() if name != "photo_url")


def keeps_busy(scene: Scene) -> bool:
    """There is always an import that can be killed."""
    if sum(not job.is_finished for job in scene.stored()) < AT_ONCE:
        scene.connect(f"person{len(scene.jobs)}")
    scene.files.advance()
    return True


def has_moved(scene: Scene, count: Callable[[], int], before: int) -> bool:
    """Whether there is something to kill, and more is committed than before, by this count."""
    return keeps_busy(scene) and count() > before and all_have_moved(scene)


def all_have_moved(scene: Scene) -> bool:
    """No job was orphaned several times in a row: its chunk would shrink, as if one of its records killed."""
    return all(job.is_finished or job.crashes <= 1 for job in (*scene.stored(), *scene.files.stored()))


def commits(scene: Scene) -> int:
    return sum(job.chunk for job in scene.stored()) + scene.files.commits()
