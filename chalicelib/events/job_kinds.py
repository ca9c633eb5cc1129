"""The kind of job that sends events to one endpoint, in a lane of its own."""

from chalicelib.jobs.counts import Outcomes
from chalicelib.jobs.job_kinds import JobKind

DELIVERY = JobKind("event-delivery", Outcomes(), changes_book=False, expires=True)


def delivery_lane(endpoint_id: str) -> str:
    """The lane of the deliveries to an endpoint, so that none waits for another endpoint."""
    return f"endpoint-{endpoint_id}"
