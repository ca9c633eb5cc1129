"""The sandbox's People Data Labs: statuses, limits and charges in the vendor's own forms."""

from typing import Any

import pytest
import requests

from local.sandbox.people_data_labs import CREDIT, record_id
from local.sandbox_control import SandboxControl
from tests.local.sandbox.callers import a_session

KEY = {"X-Api-Key": "sandbox-key"}
ADA = {"email": "ada@acme.example"}


class Caller:
    """An application that asks it."""

    def __init__(self, origin: str) -> None:
        self.origin, self.control, self.http = origin, SandboxControl(origin), a_session()

    def one(self, headers: Any = KEY, **query: str) -> requests.Response:
        return self.http.get(f"{self.origin}/v5/person/enrich", params=query or ADA, headers=headers, timeout=10)

    def bulk(self, *items: Any) -> requests.Response:
        body = {"requests": list(items)}
        return self.http.post(f"{self.origin}/v5/person/bulk", json=body, headers=KEY, timeout=10)

    def script(self, *cases: str, where: str = "enrich", subject: str = "*") -> None:
        self.control.do(
            "vendors", {"vendor": "people-data-labs", "where": where, "subject": subject, "cases": list(cases)}
        )

    @property
    def charges(self) -> Any:
        return self.control.do("vendors", method="GET")["charges"]["people-data-labs"]


@pytest.fixture
def pdl(sandbox) -> Caller:
    caller = Caller(sandbox.origin)
    caller.script("match")
    return caller


class TestEnrich:
    def test_a_match_is_wrapped_and_charged(self, pdl):
        answer = pdl.one()

        assert (answer.status_code, answer.json()["status"]) == (200, 200)
        assert answer.json()["data"]["id"] == record_id(ADA["email"])
        assert answer.headers["x-call-credits-spent"] == "1"
        assert pdl.charges == {"by_key": {"sandbox-key": CREDIT}, "by_subject": {ADA["email"]: CREDIT}}

    @pytest.mark.parametrize(("case", "kind"), [("not-found", "not_found"), ("not-found-array", ["not_found"])])
    def test_no_match_is_a_free_404_whose_type_is_a_text_or_a_list(self, pdl, case, kind):
        pdl.script(case)
        answer = pdl.one()

        assert (answer.status_code, answer.json()["error"]["type"]) == (404, kind)
        assert pdl.charges["by_key"] == {}

    @pytest.mark.parametrize(
        "query", [{"name": "Ada King"}, {"first_name": "Ada", "company": "Acme"}, {"company": "Acme"}]
    )
    def test_too_little_is_a_400(self, pdl, query):
        assert pdl.one(**query).status_code == 400

    def test_a_match_under_the_asked_likelihood_is_a_free_404(self, pdl):
        pdl.script("match")

        assert {pdl.one(**ADA, min_likelihood=str(floor)).status_code for floor in (2, 11)} == {200, 404}

    def test_people_are_the_same_each_time_and_some_are_unknown(self, pdl):
        pdl.control.do("vendors", method="DELETE")
        asked = [[pdl.one(email=f"person{at}@acme.example") for at in range(40)] for _ in range(2)]
        first, again = ([answer.json() for answer in answers] for answers in asked)

        assert first == again
        assert {answer["status"] for answer in first} == {200, 404}

    @pytest.mark.parametrize("headers", [{}, {"X-Api-Key": "other"}])
    def test_a_key_must_be_one_of_the_sandbox(self, pdl, headers):
        assert pdl.one(headers).status_code == 401

    def test_a_plan_without_contact_data_says_only_whether_there_is_a_value(self, pdl):
        pdl.control.do("settings", {"pdl_has_contact_data": False})
        data = pdl.one().json()["data"]

        assert (data["work_email"], data["location_name"], data["location_postal_code"]) == (True, True, False)
        assert isinstance(data["job_title"], str)

    @pytest.mark.parametrize(
        ("case", "date"), [("born-year", "1985"), ("born-month", "1985-03"), ("born-day", "1985-03-14")]
    )
    def test_a_date_of_birth_has_one_of_three_precisions(self, pdl, case, date):
        pdl.script(case)

        assert pdl.one().json()["data"]["birth_date"] == date

    def test_a_script_is_followed_in_turn_and_its_last_case_stays(self, pdl):
        pdl.script("not-found", "match", subject=ADA["email"])

        assert [pdl.one().status_code for _ in range(3)] == [404, 200, 200]
        assert pdl.one(email="bo@acme.example").status_code == 200


class TestLimits:
    def test_calls_of_a_minute_are_counted_for_each_key(self, pdl):
        pdl.control.do("settings", {"pdl_per_minute": 1})
        answers = [pdl.one() for _ in range(3)]  # at least two of them in one minute
        refused = next(answer for answer in answers if answer.status_code == 429)

        assert refused.headers["x-ratelimit-remaining"] == '{"minute": 0}'
        assert refused.headers["x-ratelimit-reset"][10] == " "
        assert "Retry-After" not in refused.headers
        assert pdl.one({"X-Api-Key": "sandbox-other"}).status_code == 200

    def test_the_reset_may_be_written_with_t_and_z(self, pdl):
        pdl.control.do("faults", {"provider": "people-data-labs", "where": "enrich", "fault": "429-date"})

        assert pdl.one().headers["x-ratelimit-reset"][10::9] == "TZ"

    def test_used_up_matches_are_a_402(self, pdl):
        pdl.control.do("settings", {"vendor_credits": {"people-data-labs": 1}})

        assert [pdl.one().status_code for _ in range(2)] == [200, 402]


class TestBulk:
    def test_items_have_statuses_of_their_own_and_bring_back_their_metadata(self, pdl):
        pdl.script("match", "not-found", "error", where="bulk")
        items = [{"params": {"email": f"{name}@acme.example"}, "metadata": {"at": name}} for name in "abc"]
        answer = pdl.bulk(*items)

        assert (answer.status_code, answer.headers["x-call-credits-spent"]) == (200, "1")
        assert [item["status"] for item in answer.json()] == [200, 404, 500]
        assert [item["metadata"]["at"] for item in answer.json()] == ["a", "b", "c"]

    @pytest.mark.parametrize(
        ("fault", "found"),
        [("item-missing", ["b", "c"]), ("items-swapped", ["c", "b", "a"]), ("no-metadata", [None] * 3)],
    )
    def test_faults_bend_the_list(self, pdl, fault, found):
        pdl.control.do("faults", {"provider": "people-data-labs", "where": "bulk", "fault": fault})
        items = [{"params": {"email": f"{name}@acme.example"}, "metadata": {"at": name}} for name in "abc"]

        assert [(item.get("metadata") or {}).get("at") for item in pdl.bulk(*items).json()] == found

    @pytest.mark.parametrize("count", [0, 101])
    def test_it_takes_one_to_a_hundred(self, pdl, count):
        assert pdl.bulk(*[{"params": ADA}] * count).status_code == 400


def test_the_list_of_opt_outs_is_plain_text(pdl):
    pdl.control.do("vendors", {"opted_out": ["id-1", "id-2"]})
    answer = pdl.http.get(f"{pdl.origin}/v5/person/subjectrequest", headers=KEY, timeout=10)

    assert answer.text.split() == ["pdl_id", "id-1", "id-2"]


def test_an_invalid_script_is_refused(pdl):
    answer = pdl.http.post(f"{pdl.origin}/sandbox/vendors", json={"vendor": "hunter", "where": "enrich"}, timeout=10)

    assert answer.status_code == 400
