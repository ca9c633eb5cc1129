"""Restarts, killed workers, a killed stack, and a queue that is switched off lose nothing."""

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from local.processes import ROOT, is_alive
from tests.journeys.world import PersonHere, World, adds_up, wait_for

pytestmark = pytest.mark.xdist_group("surviving")
LEASE_SECONDS = 60.0  # how long a killed worker's job stays its own
LAST_SECONDS = 10.0  # what a kill may lose
CONTACTS = 4_000  # four pages: when the first one is written, the others are still to be read


@dataclass(frozen=True)
class OrphanedImport:
    """An import whose worker was killed; the dead worker's lease still holds it."""

    world: World
    person: PersonHere
    job_id: str


@pytest.fixture(scope="module")
def orphaned(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Future[OrphanedImport]]:
    """An orphaned import in a stack of its own; its lease ends while other tests run."""
    with stopped_at_the_end(World(tmp_path_factory.mktemp("orphaned"))) as world, ThreadPoolExecutor(1) as thread:
        yield thread.submit(orphan_an_import, world)


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("kept") / "data"


@pytest.fixture(scope="module")
def one_that_keeps_its_data(data_dir: Path, orphaned: Future[OrphanedImport]) -> Iterator[World]:
    """Not running yet. The orphaned import starts before it does, because its lease is long."""
    with stopped_at_the_end(World(data_dir)) as world:
        yield world


@pytest.fixture
def kept(one_that_keeps_its_data: World) -> World:
    """A stack that keeps its data, and runs: each test leaves it to the next one, which has people of its own."""
    world = one_that_keeps_its_data
    if not world.is_running:
        world.start()
    return world


@contextmanager
def stopped_at_the_end(world: World) -> Iterator[World]:
    yield world
    if world.is_running:
        world.stop()


def orphan_an_import(world: World) -> OrphanedImport:
    world.start()
    anna = world.person()
    address = world.account("google", contacts=CONTACTS)
    world.sandbox.do(f"accounts/{address}/settings", {"latency_ms": 1500})
    job_id = anna.connect("google", address)
    wait_for(lambda: anna.status(job_id)["processed_contacts"] > 0, 20, "the first contacts")
    world.kill_part("worker")
    world.sandbox.do(f"accounts/{address}/settings", {"latency_ms": 0})
    return OrphanedImport(world, anna, job_id)


def is_on_disk(data_dir: Path, job_id: str) -> bool:
    """Whether the last snapshot knows that the import is complete."""
    snapshot = json.loads((data_dir / "aws" / "current" / "dynamodb.json").read_text())
    return {"S": "completed"} in [item["state"] for item in items(snapshot) if item["job_id"] == {"S": job_id}]


def items(found: Any) -> Iterator[Any]:
    """Every job in a snapshot, however deep it lies."""
    if isinstance(found, dict):
        if "rev" in found and "job_id" in found:
            yield found
        else:
            for inner in found.values():
                yield from items(inner)


def test_a_stopping_worker_hands_its_import_over_and_the_next_continues_at_once(kept):
    anna = kept.person()
    address = kept.account("google", contacts=CONTACTS)
    kept.sandbox.do(f"accounts/{address}/settings", {"latency_ms": 3000})
    job_id = anna.connect("google", address)
    wait_for(lambda: anna.status(job_id)["processed_contacts"] > 0, 20, "the first contacts")

    before = kept.running.parts["worker"]
    os.kill(before, signal.SIGTERM)
    wait_for(lambda: kept.running.parts["worker"] != before, 12, "another worker")
    kept.sandbox.do(f"accounts/{address}/settings", {"latency_ms": 0})
    wait_for(lambda: anna.status(job_id)["status"] == "completed", LEASE_SECONDS / 2, "the import to end")

    assert anna.status(job_id)["created"] == CONTACTS


def test_a_clean_stop_keeps_everything_and_connected_accounts_stay_connected(kept):
    anna = kept.person()
    address = kept.account("google", contacts=40)
    job_id = anna.connect("google", address)
    anna.wait_until_finished(job_id)
    book = anna.book()
    assert kept.stop() == 0

    kept.start()
    again = kept.person(anna.name)

    assert again.book() == book
    assert again.status(job_id)["created"] == 40
    kept.sandbox.contacts(address, "change", numbers=[0])
    status = again.again(full=False)
    assert (status["mode"], status["updated"]) == ("incremental", 1)


def test_a_kill_of_everything_loses_the_last_seconds_at_most_and_never_half_a_job(kept, data_dir):
    anna = kept.person()
    first = anna.connect("google", kept.account("google", contacts=40))
    anna.wait_until_finished(first)
    wait_for(lambda: is_on_disk(data_dir, first), LAST_SECONDS, "the first import to be saved")
    second = anna.connect("google", kept.account("google", contacts=300))
    wait_for(lambda: anna.status(second)["processed_contacts"] > 0, 20, "the first contacts")
    kept.kill()

    kept.start()
    again = kept.person(anna.name)

    assert again.status(first)["created"] == 40
    assert again.get(f"/api/v1/imports/{first}/verify")["consistent"] is True
    assert len(again.book()) >= 40


def test_without_a_queue_the_schedule_finishes_everything(tmp_path):
    world = World(environment={"WORK_QUEUE_URL": ""})
    world.start()
    try:
        anna = world.person()
        job_id = anna.connect("google", world.account("google", contacts=25))
        command = [sys.executable, "-m", "local", "tick", "--port", str(world.port)]
        ticked = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)

        assert job_id in json.loads(ticked.stdout)["did"]["processed"], "only its JSON response"
        assert '"schedule_ran"' in ticked.stderr
        assert anna.status(job_id)["created"] == 25
    finally:
        world.stop()


def test_when_up_itself_is_killed_its_parts_stop_cleanly_and_the_next_up_goes_on(kept):
    anna = kept.person()
    job_id = anna.connect("google", kept.account("google", contacts=15))
    anna.wait_until_finished(job_id)
    parts = kept.running.parts

    kept.kill_up_alone()
    wait_for(lambda: not any(is_alive(part) for part in parts.values()), 30, "every part to be gone")
    kept.start()

    assert kept.person(anna.name).status(job_id)["created"] == 15


def test_a_port_in_use_is_reported_in_one_sentence():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        command = [sys.executable, "-m", "local", "up", "--port", str(port)]
        ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)

    assert ended.returncode == 1
    assert ended.stderr == f"Port {port} is in use. Stop the program that uses it, or choose another port: --port N\n"


def test_invalid_settings_are_reported_and_nothing_stays_running():
    world = World(environment={"REMOVAL_LIMIT": "many"})

    with pytest.raises(AssertionError, match="it said"):
        world.start()

    assert world.process is not None
    assert world.process.wait(30) == 1
    assert "REMOVAL_LIMIT" in world.errors()


def test_a_worker_that_is_killed_in_mid_import_loses_nothing_and_doubles_nothing(orphaned):
    orphan = orphaned.result()
    world, anna, job_id = orphan.world, orphan.person, orphan.job_id

    wait_for(
        lambda: world.cron().ok and anna.status(job_id)["status"] == "completed",
        2 * LEASE_SECONDS,
        "the import to end",
        every_seconds=1.0,
    )

    status = anna.status(job_id)
    assert (status["created"], status["failed_contacts"]) == (CONTACTS, 0)
    assert adds_up(status)
    assert anna.get(f"/api/v1/imports/{job_id}/verify")["consistent"] is True
