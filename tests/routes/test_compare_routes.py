"""The routes that compare an import with the address book."""

import json

import pytest

from chalicelib.file_imports.planning.create_import import NewFile
from tests.routes.service import Service
from tests.routes.test_cron_route import Context

CARDS = "".join(
    f"BEGIN:VCARD\nVERSION:3.0\nFN:{name}\nEMAIL:{name}@x.org\nTEL:+49170123450{number}\nEND:VCARD\n"
    for number, name in enumerate(("Ada", "Bob", "Eve"))
)


def planned_import(service: Service, who: str = "ann", cards: str = CARDS) -> str:
    """A planned import of these cards; returns its id."""
    parts = service.wiring.file_imports
    found = parts.create.receive(who, NewFile("cards.vcf"), cards.encode())
    service.wiring.on_message(json.dumps({"job_id": found.job_id}), Context())
    return found.import_id


@pytest.fixture
def path(service) -> str:
    return f"/api/v1/file-imports/{planned_import(service)}/compare"


class TestComparison:
    def test_is_paged_and_counted_as_a_whole_if_that_is_asked_for(self, service, path):
        page = service.get(f"{path}?limit=2&counts=true", who="ann").json
        last = service.get(f"{path}?limit=2&cursor={page['next_cursor']}", who="ann").json

        assert page["counts"] == {"only_in_file": 3, "only_in_book": 0, "differing": 0, "equal": 0}
        assert [each["name"] for each in (*page["items"], *last["items"])] == ["Ada", "Bob", "Eve"]
        assert (last["next_cursor"], last["counts"]) == (None, None)
        assert page["items"][0]["fields"]["emails"] == {"file": [{"value": "Ada@x.org"}], "book": None}

    def test_of_some_kinds_has_only_those(self, service, path):
        assert service.get(f"{path}?kind=only_in_book,differing", who="ann").json["items"] == []

    def test_that_is_known_already_is_not_sent_again(self, service, path):
        etag = service.get(path, who="ann").headers["etag"]

        assert service.get(path, who="ann", If_None_Match=etag).status == 304

    @pytest.mark.parametrize("query", ["kind=both", "kind=equal,", "tag=A%20B", "cursor=x", "limit=201", "counts=no"])
    def test_refuses_what_it_does_not_know(self, service, path, query):
        response = service.get(f"{path}?{query}", who="ann")

        assert (response.status, response.json["field"]) == (422, query.partition("=")[0])

    def test_of_somebody_elses_import_is_not_found(self, service, path):
        assert service.get(path, who="bob").status == 404


class TestCsv:
    def test_is_a_download(self, service, path):
        response = service.get(f"{path}.csv", who="ann")

        assert response.headers["content-type"] == "text/csv; charset=utf-8"
        assert "attachment" in response.headers["content-disposition"]
        assert len(response.text.splitlines()) == 4

    def test_comes_as_a_link_if_that_is_asked_for(self, service, path):
        assert service.get(f"{path}.csv?delivery=link", who="ann").json["file_name"].startswith("comparison-")
