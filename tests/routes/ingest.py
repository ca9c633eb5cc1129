"""A source of Ann's contacts, and what it sends, over HTTP."""

from dataclasses import dataclass, field
from typing import Any

from chalicelib.ingest.batch import GATHERING
from chalicelib.jobs.job import Job
from chalicelib.wiring import RESERVE
from tests.routes.service import Service, ServiceResponse

SOURCES = "/api/v1/sources"


@dataclass
class Sender:
    """A system that sends records to a source."""

    service: Service
    source: dict[str, Any]
    #: how the source's owner asks
    asked: dict[str, Any] = field(default_factory=lambda: {"who": "ann"})
    sources: str = SOURCES

    @property
    def path(self) -> str:
        return f"/api/v1/ingest/{self.source['source_id']}"

    @property
    def own(self) -> str:
        """The path of the source for its owner."""
        return f"{self.sources}/{self.source['source_id']}"

    def send(self, body: Any, *, key: str | None = None, **headers: str) -> ServiceResponse:
        given = self.source["key"] if key is None else key
        return self.service.post(self.path, body=body, Authorization=f"Bearer {given}", **headers)

    def take(self, body: Any, **headers: str) -> Job:
        """Send records, and let their job run; returns the job."""
        response = self.send(body, **headers)
        assert response.status == 202, response.text
        return self.run(response.json["job_id"])

    def run(self, job_id: str) -> Job:
        return run_job(self.service, job_id)

    def ask(self, method: str, rest: str = "", **more: Any) -> ServiceResponse:
        return self.service.ask(method, f"{self.own}{rest}", **self.asked, **more)

    def take_all(self, body: Any, **headers: str) -> str:
        """Send records, and let everything run that follows; returns the id of their job."""
        response = self.send(body, **headers)
        assert response.status == 202, response.text
        run_waiting(self.service)
        return str(response.json["job_id"])

    def records(self) -> list[dict[str, Any]]:
        """The last records, the latest first."""
        return self.ask("GET", "/records").json["records"]


def run_job(service: Service, job_id: str) -> Job:
    """The job after a run of it, some time after it was created."""
    service.clock.advance(GATHERING)
    worker = service.wiring.engine.worker
    claimed = worker.claim(job_id)
    assert claimed is not None, "it is not due"
    worker.run(claimed, until=service.clock.now() + RESERVE * 20, reserve=RESERVE)
    return service.wiring.shared.jobs.get(job_id)


def run_waiting(service: Service, *, most: int = 200) -> None:
    """Let all jobs run that are due, and those that wait for them, until none is left."""
    jobs = service.wiring.shared.jobs
    for _ in range(most):
        due = [job_id for job_id, _ in jobs.due_since(service.clock.now(), limit=50)]
        for job_id in due:
            run_job(service, job_id)
        if not due:
            service.clock.advance(GATHERING)
            if not jobs.due_since(service.clock.now(), limit=1):
                return
    raise AssertionError("jobs run without end")


def lead_sender(service: Service, organization: str = "acme", **body: Any) -> Sender:
    """A new source of an organization's leads."""
    asked = {"who": "ines", "organizations": {organization: ["admin"]}}
    sources = f"/api/v1/organizations/{organization}/sources"
    response = service.post(sources, **asked, body={"name": "Forms", **body})
    assert response.status == 201, response.text
    return Sender(service, response.json, asked, sources)


def sender(service: Service, **body: Any) -> Sender:
    """A new source of Ann's contacts."""
    response = service.post(SOURCES, who="ann", body={"name": "CRM", **body})
    assert response.status == 201, response.text
    return Sender(service, response.json)
