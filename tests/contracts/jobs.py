"""Creates and claims jobs through a store on either DynamoDB."""

from datetime import timedelta
from typing import Any

from chalicelib.foundation.dynamo import Dynamo
from chalicelib.jobs.job import Job
from chalicelib.jobs.new_job import NewJob
from chalicelib.jobs.store import JobStore
from tests.fakes.executor import InlineExecutor
from tests.jobs.kinds import KINDS

SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)


def store_on(dynamo: Dynamo, ground: Any) -> JobStore:
    return JobStore(
        dynamo, ground.names.jobs, ground.clock, InlineExecutor(), shards=2, max_queue_length=3, kinds=KINDS
    )


def create_job(store: JobStore, job_id: str = "j1", owner: str = "ada", **more: Any) -> Job:
    return store.create(NewJob(job_id, owner, "provider-import", {"mode": "full"}), **more)


def claim_job(store: JobStore, job_id: str = "j1", holder: str = "anna") -> Job:
    job = store.claim(job_id, holder, store.clock.now())
    assert job is not None
    return job
