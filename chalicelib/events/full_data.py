"""What full events have beside the ids and counts of thin ones: the job or the contacts, as they are by then."""

from collections.abc import Mapping
from dataclasses import dataclass

from chalicelib.books.contact_store import ContactStore
from chalicelib.contacts.contact_json import contact_json
from chalicelib.foundation.clock import rfc3339
from chalicelib.foundation.json import Json
from chalicelib.jobs.events import CONTACT_TYPES
from chalicelib.jobs.job import Job
from chalicelib.jobs.reads import JobReads


@dataclass(frozen=True)
class AddFullData:
    """Reads what an event is about."""

    jobs: JobReads
    contacts: ContactStore

    def __call__(self, owner: str, name: str, data: Mapping[str, Json]) -> Mapping[str, Json]:
        if name in CONTACT_TYPES:
            found = self.contacts.get_many(owner, [str(each) for each in data.get("contact_ids") or ()])
            return {**data, "contacts": [contact_json(each) for each in found.values()]}
        job = self.jobs.find(str(data["job_id"])) if "job_id" in data else None
        if job is None or job.owner != owner:
            return data
        return {**data, "job": job_json(job)}


def job_json(job: Job) -> Mapping[str, Json]:
    """A job in a full event."""
    return {
        "created_at": rfc3339(job.created_at),
        "started_at": rfc3339(job.claimed_at),
        "finished_at": rfc3339(job.finished_at),
        "error": job.error,
        "retry_of": job.retry_of,
    }
