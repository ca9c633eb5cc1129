"""Whatever a vendor sends, an adapter gives well-formed answers, or raises one of the three errors of the interface."""

import copy
import json
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.contacts.cleaning import clean_fields
from chalicelib.contacts.contact_fields import LONGEST_FIELD_NAME
from chalicelib.foundation.outbound import Reply
from chalicelib.vendors.answer import Answer, AnswerKind, Question
from chalicelib.vendors.hunter import Hunter
from chalicelib.vendors.people_data_labs import PeopleDataLabs
from chalicelib.vendors.reasons import TABLE
from chalicelib.vendors.twilio_lookup import TwilioLookup
from chalicelib.vendors.vendor import Vendor, VendorBroken, VendorBusy, VendorError, VendorPaused
from local.sandbox import hunter, people_data_labs, twilio_lookup
from tests.fakes.clock import FixedClock
from tests.fakes.transport import FakeTransport
from tests.vendors.asking import KEYS

EMAIL, NUMBER = "ada@acme.example", "+4915112345678"
PDL = [Question("people-data-labs", {"email": f"{at}@acme.example"}) for at in range(2)]
FOUND = {"status": 200, "likelihood": 9, "data": people_data_labs._data(EMAIL, "")}
CASES: dict[str, tuple[Any, list[Question], list[Any]]] = {  # a vendor, its questions, and the bodies of its responses
    "people-data-labs": (
        lambda http: PeopleDataLabs(http, "https://pdl.example", FixedClock()),
        PDL[:1],
        [FOUND],
    ),
    "in bulk": (
        lambda http: PeopleDataLabs(http, "https://pdl.example", FixedClock()),
        PDL,
        [[{**FOUND, "metadata": {"question": each.digest}} for each in PDL]],
    ),
    "hunter": (
        lambda http: Hunter(http, "https://hunter.example"),
        [Question("hunter", {"email": EMAIL, "is_at_work": True})],
        [{"data": hunter._verdict(EMAIL, "valid")}, {"data": hunter._person(EMAIL, is_known=True)}],
    ),
    "twilio-lookup": (
        lambda http: TwilioLookup(http, "https://lookups.example", FixedClock()),
        [Question("twilio-lookup", {"number": NUMBER})],
        [twilio_lookup._found(NUMBER, "mobile")],
    ),
}
ODD: list[Any] = [None, True, False, 0, -1, 2.5, 10**400, "", "x" * 100_000, "\ud800", "\x00\u202e", [], {}, [[[]]]]
ODD += [{"status": 200}, ["a", None, 7], {"value": "ada"}, "=1+1", "<script>", "javascript:alert(1)", "+", "200"]
STATUSES = st.sampled_from([100, 200, 201, 202, 204, 222, 301, 400, 401, 402, 403, 404, 405, 429, 451, 500, 502, 599])
HEADERS = st.dictionaries(
    st.sampled_from(["retry-after", "x-ratelimit-reset", "x-ratelimit-remaining", "content-type"]),
    st.text(max_size=30) | st.sampled_from(["-1", "9" * 50, '{"minute": 0}', "2026-02-30 12:00:00", "0001-01-01"]),
)


def encoded(value: Any) -> bytes:
    return json.dumps(value).encode()


def check(name: str, replies: list[Reply]) -> None:
    """Ask, and check whatever comes of it."""
    build, questions, _ = CASES[name]
    vendor: Vendor = build(FakeTransport(list(replies)))
    most = vendor.price.most * len(questions)
    outcome = answers_or_error(vendor, questions)
    if isinstance(outcome, VendorError):
        assert 0 <= outcome.charge.most <= most
        return
    assert len(outcome) == len(questions)
    for answer in outcome:
        check_answer(answer, vendor)


def answers_or_error(vendor: Vendor, questions: list[Question]) -> list[Answer] | VendorError:
    try:
        return vendor.ask(questions, KEYS, timeout=timedelta(seconds=5))
    except (VendorBusy, VendorPaused, VendorBroken) as error:
        return error


def check_answer(answer: Answer, vendor: Vendor) -> None:
    assert clean_fields(answer.fields) == answer.fields
    json.dumps(answer.fields)
    for field in answer.fields.get("custom_fields", ()):
        assert len(field["name"]) <= LONGEST_FIELD_NAME
    assert not TABLE[answer.reason].stops_vendor
    assert TABLE[answer.reason].is_permanent == (answer.kind is AnswerKind.NEVER)
    assert (answer.kind is AnswerKind.ENRICHED) == bool(answer.fields)
    assert 0 <= answer.charge.most <= vendor.price.most


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The path of every value inside a JSON value."""
    children = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(place for key, child in children for place in places(child, (*path, key)))]


def changed(body: Any, path: tuple[Any, ...], value: Any) -> Any:
    """The body with another value at a path."""
    if not path:
        return value
    body = copy.deepcopy(body)
    at = body
    for key in path[:-1]:
        at = at[key]
    at[path[-1]] = value
    return body


@pytest.mark.parametrize("name", CASES)
class TestHostileAnswers:
    def test_the_untouched_answer_enriches(self, name):
        build, questions, bodies = CASES[name]
        outcome = answers_or_error(build(FakeTransport([Reply(200, {}, encoded(body)) for body in bodies])), questions)

        assert isinstance(outcome, list)
        assert {answer.kind for answer in outcome} == {AnswerKind.ENRICHED}

    def test_any_value_may_have_any_type(self, name):
        bodies = CASES[name][2]
        for at, body in enumerate(bodies):
            for path in places(body):
                for odd in ODD:
                    replies = [encoded(each) for each in bodies]
                    replies[at] = encoded(changed(body, path, odd))
                    check(name, [Reply(200, {}, each) for each in replies])

    def test_any_value_may_be_missing(self, name):
        bodies = CASES[name][2]
        for at, body in enumerate(bodies):
            for path in places(body)[1:]:
                rest = changed(body, path[:-1], without(body, path))
                replies = [encoded(rest if place == at else each) for place, each in enumerate(bodies)]
                check(name, [Reply(200, {}, each) for each in replies])

    def test_it_may_end_after_any_byte(self, name):
        bodies = [encoded(body) for body in CASES[name][2]]
        for at, body in enumerate(bodies):
            for end in range(0, len(body), 3):
                check(name, [Reply(200, {}, body[:end] if place == at else each) for place, each in enumerate(bodies)])

    @given(data=st.data())
    def test_any_byte_may_be_any_other(self, name, data):
        bodies = [bytearray(encoded(body)) for body in CASES[name][2]]
        body = data.draw(st.sampled_from(bodies))
        for _ in range(data.draw(st.integers(1, 4))):
            body[data.draw(st.integers(0, len(body) - 1))] = data.draw(st.integers(0, 255))
        check(name, [Reply(200, {}, bytes(each)) for each in bodies])

    @given(status=STATUSES, headers=HEADERS, body=st.binary(max_size=40) | st.just(b"[" * 100_000))
    def test_any_status_may_come_with_any_headers_and_body(self, name, status, headers, body):
        check(name, [Reply(status, headers, body)] * 2)

    @given(status=STATUSES, inner=st.integers(-1, 600), kind=st.sampled_from(["x", ["x"], None, 7, {}, []]))
    def test_errors_may_have_any_shape_and_status(self, name, status, inner, kind):
        errors = [{"id": kind, "code": inner}], {"id": kind, "code": inner}
        for error in errors:
            body = {"status": inner, "error": {"type": kind}, "errors": error, "code": inner, "message": None}
            check(name, [Reply(status, {}, encoded(body))] * 2)


def without(body: Any, path: tuple[Any, ...]) -> Any:
    """The parent of the value at a path, without it."""
    parent = body
    for key in path[:-1]:
        parent = parent[key]
    parent = copy.copy(parent)
    del parent[path[-1]]
    return parent
