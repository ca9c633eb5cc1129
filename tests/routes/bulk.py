"""Starts bulk creates and cleanups over HTTP, and runs them to their end."""

from tests.routes.service import CRON_SECRET, Service

BULK, CLEANUP = "/api/v1/contacts/bulk", "/api/v1/contacts/bulk/cleanup"


def person(name: str, email: str = "", **more: object) -> dict:
    return {"display": name, **({"emails": [{"value": email}]} if email else {}), **more}


ADA, BOB = person("Ada", "ada@x.org"), person("Bob", "bob@x.org")


def start_create(service: Service, *contacts: dict, who: str = "ann", once: str | None = None, **options: object):
    headers = {} if once is None else {"Idempotency_Key": once}
    return service.post(BULK, who=who, body={"contacts": list(contacts), **options}, **headers)


def work(service: Service) -> None:
    for _ in range(3):  # a job a run: only the head of a line is due
        service.post("/api/cron/process-imports", x_cron_secret=CRON_SECRET)


def create_contacts(service: Service, *contacts: dict, who: str = "ann", **options: object) -> dict:
    response = start_create(service, *contacts, who=who, **options)
    assert response.status == 202, response.text
    work(service)
    return service.get(f"{BULK}/{response.json['job_id']}", who=who).json


def clean_up(service: Service, who: str = "ann", **wanted: object) -> dict:
    response = service.post(CLEANUP, who=who, body=wanted)
    assert response.status == 202, response.text
    work(service)
    return service.get(f"{CLEANUP}/{response.json['job_id']}", who=who).json


def book(service: Service, who: str = "ann") -> dict[str, dict]:
    return {each["display"]: each for each in service.get("/api/v1/contacts", who=who).json["contacts"]}
