"""Creates the jobs that send to endpoints. Part of every run of the minute schedule, and of handing events out.

A job is created in one transaction with the endpoint that names it, so two schedulers create one. While a job is
unfinished, no other one is: it finds what has come meanwhile before it ends.
"""

import logging
from dataclasses import dataclass, replace
from datetime import timedelta

from chalicelib.events.endpoint import Endpoint
from chalicelib.events.endpoint_store import EndpointStore, is_due
from chalicelib.events.job_kinds import DELIVERY, delivery_lane
from chalicelib.foundation.clock import Clock, milliseconds
from chalicelib.foundation.errors import CallerError
from chalicelib.foundation.ids import id_of
from chalicelib.foundation.log import error_origin
from chalicelib.jobs.new_job import NewJob
from chalicelib.jobs.refusals import ExtraWriteRefused
from chalicelib.jobs.store import JobStore
from chalicelib.jobs.worker import WorkQueue

log = logging.getLogger(__name__)

MOST_STARTED = 100  # endpoints that one run of the schedule looks at
LOOK_AGAIN = timedelta(minutes=15)  # at an endpoint whose job was canceled or has failed


@dataclass(frozen=True)
class StartDeliveries:
    """Starts to send to endpoints that have something to get."""

    endpoints: EndpointStore
    jobs: JobStore
    work_queue: WorkQueue
    clock: Clock  #: the clock that all workers agree on

    def __call__(self) -> None:
        for endpoint in self.endpoints.due(self.clock.now(), limit=MOST_STARTED):
            try:
                self.start(endpoint)
            except Exception as error:  # the other endpoints are not to wait for it; the next minute tries again
                log.error("deliveries_not_started", extra=error_origin(error))

    def start(self, endpoint: Endpoint) -> None:
        """Create the job of an endpoint, if it is due and no job is unfinished."""
        now = self.clock.now()
        if not is_due(endpoint, milliseconds(now)):
            return
        last = self.jobs.find(endpoint.job) if endpoint.job else None
        if last is not None and not last.is_finished:
            return
        new = new_delivery(endpoint)
        started = replace(endpoint, job=new.job_id, due=milliseconds(now + LOOK_AGAIN))
        try:
            self.jobs.create(new, extra_writes=[self.endpoints.put_write(endpoint, started)])
        except (ExtraWriteRefused, CallerError):  # it has changed, or its owner is being erased
            return
        self.work_queue.send(new.job_id)


def new_delivery(endpoint: Endpoint) -> NewJob:
    """The job that sends what an endpoint is to get now."""
    job_id = id_of(DELIVERY.name, endpoint.owner, endpoint.endpoint_id, str(endpoint.rev))
    details = {"endpoint_id": endpoint.endpoint_id}
    return NewJob(job_id, endpoint.owner, DELIVERY.name, details, lane=delivery_lane(endpoint.endpoint_id))
