"""A source of Ann's contacts, and what it sends, over HTTP."""

from dataclasses import dataclass, field
from typing import Any

from chalicelib.jobs.job import Job
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

    def records(self) -> list[dict[str, Any]]:
        """The last records, the latest first."""
        return self.ask("GET", "/records").json["records"]


def run_job(service: Service, job_id: str) -> Job:
    worker = service.wiring.engine.worker
    claimed = worker.claim(job_id)
    assert claimed is not None, "it is not due"
    run = service.clock.now()
    from chalicelib.wiring import RESERVE

    worker.run(claimed, until=run + RESERVE * 20, reserve=RESERVE)
    return service.wiring.shared.jobs.get(job_id)


def sender(service: Service, **body: Any) -> Sender:
    """A new source of Ann's contacts."""
    response = service.post(SOURCES, who="ann", body={"name": "CRM", **body})
    assert response.status == 201, response.text
    return Sender(service, response.json)
