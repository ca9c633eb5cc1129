"""Retiring a job: it leaves all lists at once, and expires after two days. Until then its status can still be read."""

from datetime import timedelta

from chalicelib.foundation.clock import milliseconds
from chalicelib.foundation.dynamo import ConditionFailed
from chalicelib.jobs.job import Job
from chalicelib.jobs.store import JobStore
from chalicelib.tables.keys import JOB, LISTED_JOB, RETIRED_JOB

READABLE_FOR = timedelta(days=2)


def retire_job(jobs: JobStore, job: Job) -> None:
    """Retire a finished job that has no ledger. May be repeated.

    It is first written where an erasure finds it, and last taken from the lists: whatever stops it, the job is found.
    """
    expires = {"N": str(round((jobs.clock.now() + READABLE_FOR).timestamp()))}
    retired = {**RETIRED_JOB.key(owner=job.owner, job_id=job.job_id).item, "ttl": expires}
    jobs.dynamo.put(TableName=jobs.table, Item=retired)
    try:
        jobs.dynamo.update(
            TableName=jobs.table,
            Key=JOB.key(job_id=job.job_id).item,
            UpdateExpression="SET #ttl = :ttl",
            ConditionExpression="attribute_exists(pk)",
            ExpressionAttributeNames={"#ttl": "ttl"},
            ExpressionAttributeValues={":ttl": expires},
        )
    except ConditionFailed:  # its owner was erased meanwhile
        return
    listed = LISTED_JOB.key(owner=job.owner, created=milliseconds(job.created_at), job_id=job.job_id)
    jobs.dynamo.delete(TableName=jobs.table, Key=listed.item)
