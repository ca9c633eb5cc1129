"""Possible duplicates in a book, and decisions about them."""

from collections.abc import Mapping
from typing import Any

from chalicelib.books.possible_pairs import review_id_of
from tests.routes.service import Service, ServiceResponse

REVIEWS = "/api/v1/reviews"
SHARED = "family@x.org"


def import_sharing(service: Service, *names: str, who: str = "ann", address: str = SHARED) -> dict[str, str]:
    """Import people who share one address, so that they are possible duplicates; their contacts' ids by name."""
    service.finish_import(service.start_import(who), names, addresses=dict.fromkeys(names, address))
    return ids_by_name(service, who)


def ids_by_name(service: Service, who: str = "ann") -> dict[str, str]:
    contacts = service.get("/api/v1/contacts?limit=200", who=who).json["contacts"]
    return {each["display"]: each["contact_id"] for each in contacts}


def review_of(ids: Mapping[str, str], name: str, other: str) -> str:
    return review_id_of(ids[name], ids[other])


def waiting(service: Service, who: str = "ann", **query: str) -> list[str]:
    """The ids of the reviews that wait."""
    text = "&".join(f"{name}={value}" for name, value in query.items())
    response = service.get(f"{REVIEWS}?{text}", who=who)
    assert response.status == 200, response.text
    return [each["review_id"] for each in response.json["reviews"]]


def decide(service: Service, review_id: str, decision: str, who: str = "ann", **more: Any) -> ServiceResponse:
    return service.post(f"{REVIEWS}/{review_id}/decision", who=who, body={"decision": decision, **more})


def undo(service: Service, review_id: str, who: str = "ann") -> ServiceResponse:
    return service.ask("DELETE", f"{REVIEWS}/{review_id}/decision", who=who)


def browse(service: Service, path: str, status: int = 200, **form: str) -> ServiceResponse:
    """The page at this path or, with fields of a form, the response to the form. Asserts the status."""
    accept = {"who": "ann", "Accept": "text/html"}
    response = service.post(path, form=form, **accept) if form else service.get(path, **accept)
    assert response.status == status, response.text
    return response
