"""The pages of a person's own data: what will be erased, in numbers, and the progress of the erasure."""

import re
from datetime import timedelta

import pytest

from chalicelib.erasing.erase_person import KIND
from tests.routes.service import HOME, Service, jar_of


@pytest.fixture
def service() -> Service:
    service = Service()
    service.finish_import(service.start_import(), ("Ada", "Bob", "Cem"))
    return service


def words(text: str) -> str:
    return " ".join(re.sub(r"<[^>]*>", " ", text).split())


def erase(service: Service) -> tuple[str, dict[str, str]]:
    response = service.post("/me/erase", who="ann", form={})
    assert response.status == 303
    return response.headers["location"].removeprefix(HOME), jar_of(response.cookies)


class TestBefore:
    def test_my_data_offers_every_download(self, service):
        text = service.get("/me", who="ann", Accept="text/html").text

        assert all(f"format={form}" in text for form in ("csv", "vcard", "json"))

    def test_the_page_and_its_button_show_the_numbers(self, service):
        shown = words(service.get("/me/erase", who="ann", Accept="text/html").text)

        assert "3 contacts, including everything you wrote yourself" in shown
        assert "1 connected account" in shown
        assert "Erase 3 contacts and everything else" in shown


class TestAfter:
    def test_the_browser_is_signed_out_and_can_follow_the_erasure(self, service):
        place, jar = erase(service)

        assert jar["__Host-session"] == ""
        assert "Erasing" in service.get(place, cookies=jar, Accept="text/html").text

    def test_another_browser_cannot(self, service):
        place, _ = erase(service)

        assert service.get(place, Accept="text/html").status == 401
        assert service.get(place, who="bob", Accept="text/html").status == 404

    def test_the_page_shows_the_pending_final_check_and_then_the_end(self, service):
        place, jar = erase(service)
        job_id = place.rpartition("/")[2]
        service.wiring.engine.start_job(
            job_id, until=service.clock.now() + timedelta(minutes=5), reserve=timedelta(seconds=15)
        )
        swept = service.get(place, cookies=jar, Accept="text/html").text
        service.clock.advance(timedelta(minutes=17))
        service.wiring.engine.start_job(
            job_id, until=service.clock.now() + timedelta(minutes=5), reserve=timedelta(seconds=15)
        )

        assert "A final check in about 16 min" in words(swept)
        assert "All your data has been deleted." in service.get(place, cookies=jar, Accept="text/html").text


@pytest.mark.parametrize(
    ("method", "path", "sent"),
    [("POST", "/me/erase", {"form": {"keep": "contacts"}}), ("DELETE", "/api/v1/me", {"body": {"keep": "contacts"}})],
)
def test_what_is_asked_beside_the_erasure_is_refused(service, method, path, sent):
    refused = service.ask(method, path, who="ann", Accept="application/json", **sent)

    assert (refused.status, refused.json["field"]) == (422, "keep")
    assert all(job.kind != KIND for job in service.wiring.shared.jobs.unfinished("ann"))
