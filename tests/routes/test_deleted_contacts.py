"""The contacts that a person deleted, and can bring back for a time, over HTTP and on their page."""

from typing import Any

import pytest

from tests.routes.service import Service

DELETED = "/api/v1/contacts/deleted"


class Ann:
    """A person with a service."""

    def __init__(self) -> None:
        self.service = Service()

    def new(self, name: str) -> str:
        return str(self.service.post("/api/v1/contacts", who="ann", body={"given": name}).json["contact_id"])

    def delete(self, contact_id: str) -> None:
        self.service.ask("DELETE", f"/api/v1/contacts/{contact_id}", who="ann")
        self.service.clock.advance(minutes=1)

    def restore(self, contact_id: str) -> None:
        assert self.service.post(f"/api/v1/contacts/{contact_id}/restore", who="ann").status == 200

    def deleted(self, who: str = "ann") -> list[str]:
        return [each["name"] for each in self.service.get(DELETED, who=who).json["contacts"]]


@pytest.fixture
def ann() -> Ann:
    return Ann()


def test_the_latest_comes_first(ann):
    for name in ("Ada", "Bob"):
        ann.delete(ann.new(name))

    assert ann.deleted() == ["Bob", "Ada"]
    assert ann.deleted("bea") == []


def test_one_that_is_brought_back_is_there_no_more(ann):
    ada = ann.new("Ada")
    ann.delete(ada)
    ann.restore(ada)

    assert ann.deleted() == []


def test_one_that_is_deleted_twice_is_there_once(ann):
    ada = ann.new("Ada")
    ann.delete(ada)
    ann.restore(ada)
    ann.delete(ada)

    assert ann.deleted() == ["Ada"]


def test_it_can_be_brought_back_for_a_time(ann):
    ann.delete(ann.new("Ada"))
    ann.service.clock.advance(days=30)

    assert ann.deleted() == []


def test_the_page_offers_to_bring_each_back(ann):
    ada = ann.new("Ada")
    ann.delete(ada)
    page: Any = ann.service.get("/contacts/deleted", who="ann", Accept="text/html")

    assert "Ada" in page.text
    assert f"/contacts/{ada}/restore" in page.text


def test_operators_do_not_see_what_people_delete(ann):
    ann.delete(ann.new("Ada"))
    operators = ann.service.get("/api/v1/operator/activity", who="oscar", roles=("operator",)).json
    own = ann.service.get("/api/v1/me/activity", who="ann").json

    assert [each["kind"] for each in operators["entries"]] == []
    assert [each["kind"] for each in own["entries"]] == ["deleted"]
