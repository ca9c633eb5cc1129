"""Claiming one due job: among ten, and among ten due and fifty thousand finished ones."""

import random
import time
from dataclasses import replace
from datetime import timedelta
from typing import Any

from chalicelib.foundation.clock import SystemClock
from chalicelib.foundation.dynamo import Dynamo
from chalicelib.foundation.executor import ThreadExecutor
from chalicelib.foundation.ids import fresh_id
from chalicelib.jobs.job import Job, JobState
from chalicelib.jobs.new_job import NewJob
from chalicelib.jobs.store import JobStore
from chalicelib.jobs.writes import to_row
from chalicelib.wiring.rooms import KINDS
from tests.bench.assembly import Machine
from tests.bench.counting import CountingClient

DUE, FINISHED = 10, 50_000


def few_and_many(machine: Machine) -> tuple[JobStore, JobStore]:
    few, many = _store(machine), _store(machine)
    _finish_many(many)
    for store in (few, many):
        for number in range(DUE):
            store.create(NewJob(fresh_id(), f"owner-{number}", "copy", {}))
    return few, many


def claim_seconds(store: JobStore) -> tuple[float, int]:
    """Seconds and requests of finding and claiming the oldest due job; it is due again afterwards."""
    client: Any = store.dynamo.client
    client.requests.clear()
    now = SystemClock().now()
    began = time.perf_counter()
    job_id = store.due(now, limit=2)[0]
    job = store.claim(job_id, fresh_id(), now)
    took, requests = time.perf_counter() - began, sum(client.requests.values())
    if job is None:
        raise RuntimeError("the job could not be claimed")
    _due_again(store, job)
    return took, requests


def _store(machine: Machine) -> JobStore:
    clock = SystemClock()
    client = CountingClient(machine.dynamodb())
    dynamo = Dynamo(client, clock, random.Random(1))
    return JobStore(dynamo, machine.fresh_names().jobs, clock, ThreadExecutor(), kinds=KINDS)


def _due_again(store: JobStore, job: Job) -> None:
    row = to_row(replace(job, state=JobState.QUEUED, due=SystemClock().now() - timedelta(seconds=1)), store.shards)
    store.dynamo.put(TableName=store.table, Item=row.serialize())


def _finish_many(store: JobStore) -> None:
    client: Any = store.dynamo.client
    now = SystemClock().now()
    for _ in range(0, FINISHED, 25):
        jobs = [Job(fresh_id(), fresh_id(), "copy", JobState.COMPLETED, 9, now, finished_at=now) for _ in range(25)]
        rows = [{"PutRequest": {"Item": to_row(job, store.shards).serialize()}} for job in jobs]
        client.batch_write_item(RequestItems={store.table: rows})
