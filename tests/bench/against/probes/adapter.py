"""Names that both sides have, for what the compared commits call differently.

Everything else the probes use is called the same on both sides. The names of an older commit come second.
"""

from inspect import signature
from pathlib import Path
from typing import Any

from tests.bench.assembly import Importer, Machine


def import_with_pages_of(size: int, machine: Machine, address: str) -> Importer:
    """An importer that asks the provider for pages of this size; 0 for the service's own."""
    if not size:
        return Importer.of(machine, address)
    if "page_size" in signature(Importer.of).parameters:
        return Importer.of(machine, address, page_size=str(size))
    from chalicelib.provider_imports import google_people

    google_people.PAGE_SIZE = size
    return Importer.of(machine, address)


def control(machine: Machine, path: str, body: Any) -> None:
    """Send a request to the sandbox's control interface."""
    send = getattr(machine, "control", None) or machine.tell
    send(path, body)


def wait_until_finished(client: Any, job_id: str) -> Any:
    """The last status of an import; `client` is a ServiceClient."""
    wait = getattr(client, "wait_until_finished", None) or client.finished
    return wait(job_id)


def owner_of(wiring: Any, job_id: str) -> str:
    shared = getattr(wiring, "shared", wiring)
    return str(shared.jobs.get(job_id).owner)


def package(target: Path) -> Path:
    """The deployment package of this checkout, in `target`, even if a check refuses it, such as one that times it."""
    from infra import packaging  # here, because it takes memory, which another probe measures

    refused = getattr(packaging, "PackageFailed", None) or packaging.PackageRefused
    deployment = target / "deployment.zip"
    try:
        packaging.package(target=target)
    except refused:
        if not deployment.exists():
            raise
    return deployment
