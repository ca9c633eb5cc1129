"""Imports files over HTTP, and runs their jobs."""

import json
from typing import Any

from tests.routes.service import Service, ServiceResponse

IMPORTS = "/api/v1/file-imports"
CARDS = """BEGIN:VCARD
VERSION:3.0
FN:Ada Lovelace
TEL;TYPE=CELL:+49 170 1234567
END:VCARD
BEGIN:VCARD
VERSION:3.0
FN:Alan Turing
EMAIL:alan@example.com
END:VCARD
"""
TABLE = """First Name,Last Name,Email Address,Mobile Phone
Ada,Lovelace,ada@example.com,+49 170 1234567
Alan,Turing,alan@example.com,
,,,
,,,0170 999
"""
UNCERTAIN = "Vorname;Irgendwas;Telefon\nAda;x;0170 1234567\nAlan;y;0171 7654321\n"


class _Context:
    @staticmethod
    def get_remaining_time_in_millis() -> int:
        return 300_000


def send(service: Service, content: str | bytes, name: str = "contacts.csv", who: str = "ann", **more: Any):
    """Sends a file as the body of a request."""
    body = content.encode() if isinstance(content, str) else content
    query = "&".join(f"{key}={value}" for key, value in {"file_name": name, **more}.items())
    return service.post(f"{IMPORTS}?{query}", who=who, body=body, Content_Type="application/octet-stream")


def work(service: Service, who: str = "ann") -> None:
    """Runs the unfinished job of each import of this person."""
    for each in service.wiring.file_imports.imports.of_owner(who):
        job = service.wiring.shared.jobs.find(each.job_id) if each.job_id else None
        if job is not None and not job.is_finished:
            service.wiring.on_message(json.dumps({"job_id": job.job_id}), _Context())


def get(service: Service, response: ServiceResponse, more: str = "", who: str = "ann") -> Any:
    """The import of a response, or what belongs to it, as it is now."""
    found = service.get(f"{IMPORTS}/{response.json['id']}{more}", who=who)
    assert found.status == 200, found.text
    return found.json


def plan(service: Service, content: str | bytes, name: str = "contacts.csv", who: str = "ann", **more: Any):
    """The response to a file that was then read, and planned if its mapping is certain."""
    response = send(service, content, name, who, **more)
    assert response.status == 202, response.text
    work(service, who)
    return response


def commit(service: Service, response: ServiceResponse, who: str = "ann", **more: Any) -> Any:
    """The import after its plan was committed."""
    planned = get(service, response, who=who)["plan"]
    confirmed = {"plan_id": planned["plan_id"], "new": planned["new"], "update": planned["update"], **more}
    started = service.post(f"{IMPORTS}/{response.json['id']}/commit", who=who, body=confirmed)
    assert started.status == 202, started.text
    work(service, who)
    return get(service, response, who=who)


def change(
    service: Service, response: ServiceResponse, body: object, more: str = "", method: str = "PATCH"
) -> ServiceResponse:
    """A change of the import that this response is about."""
    return service.ask(method, f"{IMPORTS}/{response.json['id']}{more}", who="ann", body=body)
