"""Twilio Lookup: what it is asked, and what its answers and error codes mean, inside a 200 and outside."""

import base64
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.contacts.cleaning import clean_fields
from chalicelib.vendors.answer import NO_CHARGE, AnswerKind, Charge, Ineligible, Question
from chalicelib.vendors.facts import Fact, FactName
from chalicelib.vendors.reasons import Reason
from chalicelib.vendors.twilio_lookup import TwilioLookup
from chalicelib.vendors.vendor import VendorBroken, VendorBusy, VendorPaused
from tests.fakes.clock import FixedClock
from tests.fakes.transport import FakeTransport, make_reply
from tests.vendors.asking import KEYS, Asked
from tests.vendors.asking import ask as ask_vendor

NUMBER = "+4915112345678"
QUESTION = Question("twilio-lookup", {"number": NUMBER})
PRICE = 8_000
UNSURE = Charge(PRICE, is_certain=False)


def build(transport: Any) -> TwilioLookup:
    return TwilioLookup(transport, "https://lookups.example", FixedClock())


def ask(*replies: Any, keys: Any = KEYS) -> Asked:
    return ask_vendor(build, [QUESTION], *replies, keys=keys)


def line(kind: Any = "mobile", code: Any = None, carrier: Any = None, **more: Any) -> Any:
    package = {"type": kind, "error_code": code, "carrier_name": carrier}
    body = {"phone_number": NUMBER, "valid": True, "validation_errors": None, "line_type_intelligence": package}
    return make_reply({**body, **more})


def refusal(status: int, code: Any, **headers: str) -> Any:
    return make_reply({"code": code, "message": "…", "status": status}, status, **headers)


class TestEligibility:
    def test_each_number_is_a_question_of_its_own(self):
        phones: Any = [{"raw": "1", "e164": NUMBER}, {"raw": "2", "e164": "+4930901820"}, {"raw": "3", "e164": NUMBER}]
        questions: Any = build(FakeTransport([])).questions({"phones": phones})

        assert [each.inputs for each in questions] == [{"number": NUMBER}, {"number": "+4930901820"}]

    def test_a_number_without_a_country_is_not_asked_about(self):
        """Twilio would take it for an American one."""
        refused = build(FakeTransport([])).questions({"phones": [{"raw": "0151 12345678"}]})

        assert refused == Ineligible(Reason.PHONE_WITHOUT_COUNTRY)


class TestRequest:
    def test_the_plus_is_encoded_and_the_package_is_named(self):
        (request,) = ask(line()).requests

        assert request.url == ("https://lookups.example/v2/PhoneNumbers/%2B4915112345678?Fields=line_type_intelligence")

    def test_key_and_secret_are_in_a_header(self):
        (request,) = ask(line()).requests
        kind, _, encoded = request.headers["Authorization"].partition(" ")

        assert (kind, base64.b64decode(encoded).decode()) == ("Basic", f"{KEYS['key']}:{KEYS['secret']}")
        assert "canary" not in request.url

    @pytest.mark.parametrize("missing", ["key", "secret"])
    def test_without_one_of_them_nothing_is_sent(self, missing):
        asked = ask(keys={**KEYS, missing: ""})

        assert isinstance(asked.error, VendorPaused)
        assert asked.requests == []


class TestLine:
    @pytest.mark.parametrize(
        ("kind", "words"),
        [
            ("mobile", "mobile"),
            ("landline", "landline"),
            ("fixedVoip", "VoIP at a fixed place"),
            ("nonFixedVoip", "VoIP without a fixed place"),
            ("tollFree", "toll-free"),
            ("uan", "company-wide"),
            ("unknown", "unknown line type"),
            ("satellite", "unknown line type"),
        ],
    )
    def test_each_type_has_words(self, kind, words):
        answer = ask(line(kind)).answer

        assert (answer.kind, answer.reason, answer.charge) == (AnswerKind.ENRICHED, Reason.FOUND, Charge(PRICE))
        assert answer.facts == (Fact(NUMBER, FactName.LINE_TYPE, words),)

    def test_the_carrier_is_a_fact_and_a_missing_one_no_failure(self):
        answer = ask(line(carrier="Vodafone")).answer

        assert answer.fields == {"custom_fields": [{"name": f"{NUMBER} (details)", "value": "mobile, Vodafone"}]}
        assert clean_fields(answer.fields) == answer.fields
        assert ask(line("tollFree", carrier=None)).answer.kind is AnswerKind.ENRICHED

    @pytest.mark.parametrize("errors", [None, []])
    def test_a_valid_number_has_no_errors_or_an_empty_list(self, errors):
        assert ask(line(validation_errors=errors)).answer.kind is AnswerKind.ENRICHED

    def test_a_type_that_is_null_is_unknown(self):
        answer = ask(line(None)).answer

        assert (answer.kind, answer.reason, answer.charge) == (AnswerKind.NO_MATCH, Reason.LINE_TYPE_UNKNOWN, UNSURE)


class TestInvalidNumber:
    def test_it_is_a_fact_and_not_a_failure(self):
        nulls = {"country_code": None, "national_format": None, "line_type_intelligence": None}
        answer = ask(line(valid=False, validation_errors=["TOO_SHORT"], **nulls)).answer

        assert (answer.kind, answer.reason, answer.charge) == (AnswerKind.ENRICHED, Reason.NOT_A_NUMBER, UNSURE)
        assert answer.facts == (Fact(NUMBER, FactName.VALIDITY, "does not exist: too short"),)

    @pytest.mark.parametrize("errors", [None, [], ["SOMETHING_NEW"], "TOO_SHORT", [["TOO_SHORT"]]])
    def test_its_errors_may_be_missing_or_new(self, errors):
        assert ask(line(valid=False, validation_errors=errors)).answer.facts[0].value == "does not exist"


class TestErrorCodes:
    @pytest.mark.parametrize(
        ("code", "kind", "reason"),
        [
            (60600, AnswerKind.NO_MATCH, Reason.LINE_TYPE_UNKNOWN),
            (60607, AnswerKind.NO_MATCH, Reason.COUNTRY_NOT_COVERED),
            (60612, AnswerKind.NO_MATCH, Reason.LINE_TYPE_UNKNOWN),
            (60601, AnswerKind.NEVER, Reason.NEEDS_APPROVAL),
            (60616, AnswerKind.RETRY, Reason.RATE_LIMITED),
            (60626, AnswerKind.RETRY, Reason.ASKED_TOO_OFTEN),
        ],
    )
    def test_each_means_the_same_inside_a_200_and_as_an_http_error(self, code, kind, reason):
        inside, as_text = ask(line(None, code)).answer, ask(line(None, str(code))).answer
        outside = ask(refusal(403, code)).answer

        for answer in (inside, as_text, outside):
            assert (answer.kind, answer.reason, answer.fields) == (kind, reason, {})
        assert (inside.charge, outside.charge) == (UNSURE, NO_CHARGE)

    def test_the_code_is_read_before_the_type(self):
        assert ask(line("mobile", 60600)).answer.kind is AnswerKind.NO_MATCH

    @pytest.mark.parametrize(
        ("code", "reason"),
        [(60606, Reason.PACKAGE_NOT_ENABLED), (60611, Reason.QUOTA_USED_UP), (60619, Reason.WRONG_REGION)],
    )
    def test_what_concerns_the_account_stops_the_vendor(self, code, reason):
        for reply in (line(None, code), refusal(403, code)):
            error = ask(reply).error
            assert isinstance(error, VendorPaused)
            assert error.reason is reason

    @pytest.mark.parametrize("code", [99999, "?", True, [60600], {}, -1, 10**30])
    def test_an_unknown_one_inside_a_200_is_tried_again(self, code):
        answer = ask(line(None, code)).answer

        assert (answer.kind, answer.reason) == (AnswerKind.RETRY, Reason.VENDOR_ERROR)


class TestStatuses:
    @pytest.mark.parametrize("status", [401, 403])
    def test_a_refused_key_stops_the_vendor(self, status):
        error = ask(refusal(status, 20003)).error

        assert isinstance(error, VendorPaused)
        assert error.reason is Reason.KEY_REFUSED

    def test_too_many_at_once_is_busy_and_was_not_processed(self):
        error = ask(refusal(429, 20429, retry_after="3")).error

        assert isinstance(error, VendorBusy)
        assert (error.retry_after, error.charge) == (timedelta(seconds=3), NO_CHARGE)

    def test_a_404_of_twilios_own_is_no_match_and_another_is_broken(self):
        assert ask(refusal(404, 20404)).answer.kind is AnswerKind.NO_MATCH
        assert isinstance(ask(make_reply(b"<html>", 404)).error, VendorBroken)

    @pytest.mark.parametrize("status", [204, 302, 400, 500, 502])
    def test_any_other_is_broken(self, status):
        assert isinstance(ask(make_reply(b"<html>", status)).error, VendorBroken)


class TestUnreadable:
    @pytest.mark.parametrize(
        "more",
        [
            {"valid": None},
            {"valid": "true"},
            {"valid": 1},
            {"phone_number": "+4930901820"},
            {"phone_number": 5},
            {"line_type_intelligence": None},
            {"line_type_intelligence": ["mobile"]},
        ],
    )
    def test_an_answer_that_does_not_say_it_of_this_number_may_have_been_charged(self, more):
        error = ask(line(**more)).error

        assert isinstance(error, VendorBroken)
        assert (error.reason, error.charge) == (Reason.UNREADABLE, UNSURE)
