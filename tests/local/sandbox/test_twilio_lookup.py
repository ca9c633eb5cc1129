"""The sandbox's Twilio Lookup: numbers that do not exist, packages that fail, and too many calls at once."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import requests

from local.sandbox.twilio_lookup import PRICE
from local.sandbox_control import SandboxControl
from tests.local.sandbox.callers import a_session

NUMBER = "+4915112345678"


class Caller:
    """An application that asks it."""

    def __init__(self, origin: str) -> None:
        self.origin, self.control = origin, SandboxControl(origin)

    def look_up(self, number: str = NUMBER, secret: str = "sandbox-secret") -> requests.Response:
        url = f"{self.origin}/v2/PhoneNumbers/{number.replace('+', '%2B')}"
        package = {"Fields": "line_type_intelligence"}
        return a_session().get(url, params=package, auth=("sandbox-sid", secret), timeout=10)

    def script(self, *cases: str) -> None:
        self.control.do("vendors", {"vendor": "twilio-lookup", "where": "lookup", "cases": list(cases)})

    @property
    def charges(self) -> Any:
        return self.control.do("vendors", method="GET")["charges"]["twilio-lookup"]["by_subject"]


@pytest.fixture
def twilio(sandbox) -> Caller:
    return Caller(sandbox.origin)


def test_a_line_type_is_charged(twilio):
    twilio.script("mobile")
    package = twilio.look_up().json()["line_type_intelligence"]

    assert (package["type"], package["error_code"]) == ("mobile", None)
    assert twilio.charges == {NUMBER: PRICE}


def test_a_number_that_does_not_exist_is_a_200_without_a_country(twilio):
    twilio.script("invalid")
    answer = twilio.look_up()

    assert (answer.status_code, answer.json()["valid"], answer.json()["country_code"]) == (200, False, None)
    assert answer.json()["validation_errors"] == ["TOO_SHORT"]


def test_errors_of_a_valid_number_are_null_or_an_empty_list(twilio):
    twilio.script("mobile", "with-empty-errors")

    assert [twilio.look_up().json()["validation_errors"] for _ in range(2)] == [None, []]


@pytest.mark.parametrize("code", ["60600", "60601"])
def test_a_package_fails_inside_a_200(twilio, code):
    twilio.script(code)
    answer = twilio.look_up()

    assert (answer.status_code, answer.json()["valid"]) == (200, True)
    assert answer.json()["line_type_intelligence"]["error_code"] == int(code)


def test_or_as_an_http_error(twilio):
    twilio.script("60601-http")
    answer = twilio.look_up()

    assert (answer.status_code, answer.json()["code"]) == (403, 60601)


def test_the_same_number_too_often_has_a_code_of_its_own(twilio):
    twilio.control.do("settings", {"twilio_repeats": 1})
    answers = [twilio.look_up().json()["line_type_intelligence"] for _ in range(3)]

    assert 60626 in [answer["error_code"] for answer in answers]


def test_too_many_at_once_is_a_429_that_was_not_processed(twilio):
    twilio.script("mobile")
    twilio.control.do("settings", {"twilio_at_once": 1, "latency_ms": 500})
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: twilio.look_up(), range(4)))
    refused = [answer for answer in answers if answer.status_code == 429]

    assert {answer.json()["code"] for answer in refused} <= {20429}
    assert twilio.charges == {NUMBER: PRICE * (4 - len(refused))}


def test_an_unknown_key_is_a_401(twilio):
    assert twilio.look_up(secret="other").status_code == 401
