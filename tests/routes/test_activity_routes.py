"""What happened, over HTTP: operators see everything, a person what concerns them, and nobody anyone's data."""

from datetime import timedelta

import pytest

from tests.routes.service import Service

ACTIVITY, OWN = "/api/v1/operator/activity", "/api/v1/me/activity"
OPERATOR = {"who": "oscar", "roles": ("operator",)}


@pytest.fixture
def service() -> Service:
    service = Service()
    body = {"contacts": [{"given": "Ada", "emails": [{"value": "ada@x.org"}]}]}
    job = service.post("/api/v1/contacts/bulk", who="ann", body=body).json["job_id"]
    until = service.clock.now() + timedelta(minutes=5)
    service.wiring.engine.start_job(job, until=until, reserve=timedelta(seconds=15))
    service.clock.advance(minutes=1)
    service.get("/api/v1/contacts/export?format=csv", who="ann")
    return service


def kinds(response) -> list[str]:
    return [entry["kind"] for entry in response.json["entries"]]


def test_operators_see_what_everybody_did(service):
    response = service.get(ACTIVITY, **OPERATOR)

    assert kinds(response) == ["exported", "bulk-create"]
    assert [entry["person"] for entry in response.json["entries"]] == ["ann", "ann"]
    assert [entry["summary"] for entry in response.json["entries"]] == ["format csv", "done: created 1"]


def test_nobody_else_sees_it(service):
    assert service.get(ACTIVITY, who="ann").status == 403


def test_a_person_sees_their_own(service):
    assert kinds(service.get(OWN, who="ann")) == ["exported", "bulk-create"]
    assert kinds(service.get(OWN, who="bea")) == []


def test_it_has_nobodys_data(service):
    assert "Ada" not in str(service.get(ACTIVITY, **OPERATOR).json)
    assert "ada@x.org" not in str(service.get(ACTIVITY, **OPERATOR).json)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("kind=exported", ["exported"]),
        ("person=bea", []),
        ("day=2020-01-01", []),
        ("day=9999-12-31", []),
        ("limit=1", ["exported"]),
    ],
)
def test_filters(service, query, found):
    assert kinds(service.get(f"{ACTIVITY}?{query}", **OPERATOR)) == found


@pytest.mark.parametrize("query", ["kind=nothing", "day=yesterday", "limit=0", "cursor=x"])
def test_filters_that_cannot_be(service, query):
    assert service.get(f"{ACTIVITY}?{query}", **OPERATOR).status == 422


@pytest.mark.parametrize("query", ["", "?kind=merged"])
def test_a_page_without_entries_says_so(service, query):
    page = service.get(f"/me/activity{query}", who="bea", Accept="text/html")

    assert page.status == 200
    assert "Nothing happened since" in page.text


def test_the_pages_show_it(service):
    page = service.get("/operator/activity", Accept="text/html", **OPERATOR)
    own = service.get("/me/activity", who="ann", Accept="text/html")

    assert "Address book exported" in page.text
    assert "Address book exported" in own.text
    assert "/me/activity" in service.get("/me", who="ann", Accept="text/html").text
