"""The sandbox's Hunter: its own statuses, limits and charges."""

from typing import Any

import pytest
import requests

from local.sandbox.hunter import PERSON, VERIFICATION
from local.sandbox_control import SandboxControl
from tests.local.sandbox.callers import a_session

EMAIL = "ada@acme.example"


class Caller:
    """An application that asks it."""

    def __init__(self, origin: str) -> None:
        self.origin, self.control, self.http = origin, SandboxControl(origin), a_session()

    def verify(self, key: str = "sandbox-key") -> requests.Response:
        return self._get("email-verifier", key)

    def find(self, key: str = "sandbox-key") -> requests.Response:
        return self._get("people/find", key)

    def script(self, where: str, *cases: str) -> None:
        self.control.do("vendors", {"vendor": "hunter", "where": where, "cases": list(cases)})

    @property
    def charges(self) -> Any:
        return self.control.do("vendors", method="GET")["charges"]["hunter"]["by_subject"]

    def _get(self, path: str, key: str) -> requests.Response:
        url = f"{self.origin}/v2/{path}"
        return self.http.get(url, params={"email": EMAIL}, headers={"X-API-KEY": key}, timeout=10)


@pytest.fixture
def hunter(sandbox) -> Caller:
    return Caller(sandbox.origin)


class TestVerify:
    def test_it_is_not_ready_as_often_as_a_script_says_and_charged_once(self, hunter):
        hunter.script("verify", "202", "202", "202", "valid")
        statuses = [hunter.verify().status_code for _ in range(5)]

        assert statuses == [202, 202, 202, 200, 200]
        assert hunter.charges == {EMAIL: VERIFICATION}

    def test_it_may_never_be_ready(self, hunter):
        hunter.script("verify", "202")

        assert [hunter.verify().status_code for _ in range(5)] == [202] * 5
        assert hunter.charges == {}

    @pytest.mark.parametrize("status", ["valid", "invalid", "accept_all", "webmail", "disposable"])
    def test_a_verdict_is_charged(self, hunter, status):
        hunter.script("verify", status)

        assert hunter.verify().json()["data"]["status"] == status
        assert hunter.charges == {EMAIL: VERIFICATION}

    @pytest.mark.parametrize(("case", "status"), [("unknown", 200), ("222", 222), ("400", 400), ("451", 451)])
    def test_no_verdict_is_free(self, hunter, case, status):
        hunter.script("verify", case)

        assert hunter.verify().status_code == status
        assert hunter.charges == {}

    def test_errors_may_come_inside_a_200(self, hunter):
        hunter.script("verify", "error-inside")
        answer = hunter.verify()

        assert (answer.status_code, answer.json()["errors"][0]["code"]) == (200, 429)


class TestFind:
    def test_a_person_is_nested_and_charged(self, hunter):
        hunter.script("find", "person")
        data = hunter.find().json()["data"]

        assert data["name"]["givenName"]
        assert "first_name" not in data
        assert hunter.charges == {EMAIL: PERSON}

    def test_one_of_nulls_is_free(self, hunter):
        hunter.script("find", "nulls")
        data = hunter.find().json()["data"]

        assert set(data["name"].values()) == {None}
        assert hunter.charges == {}

    @pytest.mark.parametrize(("case", "kind"), [("404", list), ("errors-object", dict), ("451", list)])
    def test_errors_are_a_list_or_an_object(self, hunter, case, kind):
        hunter.script("find", case)

        assert isinstance(hunter.find().json()["errors"], kind)


class TestLimits:
    def test_too_fast_is_a_403_without_any_hint(self, hunter):
        hunter.control.do("settings", {"hunter_limits": {"verify": [1_000, 2], "find": [1_000, 1_000]}})
        answers = [hunter.verify() for _ in range(6)]
        refused = next(answer for answer in answers if answer.status_code == 403)

        assert refused.json()["errors"][0]["id"] == "too_many_requests"
        assert not {"Retry-After", "X-RateLimit-Remaining"} & set(refused.headers)
        assert hunter.find().status_code in (200, 404)

    def test_a_used_up_quota_is_a_429(self, hunter):
        hunter.control.do("settings", {"vendor_credits": {"hunter": 0}})

        assert hunter.verify().status_code == 429

    def test_an_unknown_key_is_a_401(self, hunter):
        assert hunter.verify("other").status_code == 401
