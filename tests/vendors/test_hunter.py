"""Hunter: what it is asked, and what each of its statuses means, which are not those of others."""

from typing import Any

import pytest

from chalicelib.contacts.cleaning import clean_fields
from chalicelib.foundation.errors import ProviderSilent
from chalicelib.vendors.answer import NO_CHARGE, Answer, AnswerKind, Charge, Ineligible, Question
from chalicelib.vendors.facts import Fact, FactName
from chalicelib.vendors.hunter import Hunter
from chalicelib.vendors.reasons import TABLE, Reason
from chalicelib.vendors.vendor import VendorBroken, VendorBusy, VendorPaused
from tests.fakes.transport import FakeTransport, make_reply
from tests.vendors.asking import KEYS, Asked
from tests.vendors.asking import ask as ask_vendor

EMAIL = "ada@acme.example"
WORK = Question("hunter", {"email": EMAIL, "is_at_work": True})
HOME = Question("hunter", {"email": EMAIL, "is_at_work": False})
VERIFICATION, PERSON = 500_000, 200_000
NULLS: dict[str, Any] = {
    "id": None,
    "name": {"fullName": None, "givenName": None, "familyName": None},
    "employment": {"name": None, "title": None, "domain": None},
    "geo": {"city": None, "state": None, "country": None},
    "linkedin": {"handle": None},
    "phone": None,
}
ADA = {
    **NULLS,
    "id": "person-1",
    "name": {"fullName": "Ada King", "givenName": "Ada", "familyName": "King"},
    "employment": {"name": "Acme", "title": "Engineer", "domain": "acme.example"},
}


def build(transport: Any) -> Hunter:
    return Hunter(transport, "https://hunter.example")


def ask(question: Question, *replies: Any, keys: Any = KEYS) -> Asked:
    return ask_vendor(build, [question], *replies, keys=keys)


def verdict(status: Any) -> Any:
    return make_reply({"data": {"status": status, "score": 90, "email": EMAIL}, "meta": {}})


def person(data: Any = None) -> Any:
    return make_reply({"data": ADA if data is None else data, "meta": {}})


def refusal(status: int, error_id: str = "x", *, as_object: bool = False) -> Any:
    error = {"id": error_id, "code": status, "details": "…"}
    return make_reply({"errors": error if as_object else [error]}, status)


def questions(*emails: Any) -> Any:
    return build(FakeTransport([])).questions({"emails": list(emails)})


def asked_about(answer: Answer) -> tuple[AnswerKind, Reason, Charge]:
    return answer.kind, answer.reason, answer.charge


class TestEligibility:
    def test_addresses_at_work_come_first_and_only_their_people_are_looked_up(self):
        found = questions({"value": "ada@gmail.com"}, {"value": "Ada@Own.example", "label": "home"}, {"value": EMAIL})

        assert [dict(each.inputs) for each in found] == [
            {"email": EMAIL, "is_at_work": True},
            {"email": "ada@gmail.com", "is_at_work": False},
            {"email": "ada@own.example", "is_at_work": False},
        ]

    def test_an_address_of_several_people_is_not_asked_about(self):
        assert questions({"value": "info@acme.example"}) == Ineligible(Reason.SHARED_EMAIL)

    @pytest.mark.parametrize("email", ["user@gmail.com_old", "ask Bert", "/o=Exchange/cn=Ada", "@"])
    def test_what_is_no_address_is_not_asked_about(self, email):
        assert questions({"value": email}) == Ineligible(Reason.NO_EMAIL)

    def test_a_contact_without_one_is_not_eligible(self):
        assert questions() == Ineligible(Reason.NO_EMAIL)


class TestRequests:
    def test_the_address_is_verified_and_then_its_person_is_looked_up(self):
        asked = ask(WORK, verdict("valid"), person())

        assert [request.path for request in asked.requests] == ["/v2/email-verifier", "/v2/people/find"]
        assert all(request.query == {"email": EMAIL} for request in asked.requests)

    def test_the_key_is_in_a_header_and_never_in_a_url(self):
        for request in ask(WORK, verdict("valid"), person()).requests:
            assert request.headers["X-API-KEY"] == KEYS["api_key"]
            assert "canary" not in request.url

    @pytest.mark.parametrize(("question", "status"), [(HOME, "valid"), (WORK, "invalid"), (WORK, "disposable")])
    def test_no_one_is_looked_up_behind_a_personal_or_a_dead_address(self, question, status):
        assert len(ask(question, verdict(status)).requests) == 1


class TestVerdicts:
    @pytest.mark.parametrize(
        ("status", "words"),
        [("valid", "receives mail"), ("accept_all", "its domain accepts every address"), ("webmail", "webmail")],
    )
    def test_a_verdict_is_a_fact(self, status, words):
        answer = ask(HOME, verdict(status)).answer

        assert asked_about(answer) == (AnswerKind.ENRICHED, Reason.FOUND, Charge(VERIFICATION))
        assert answer.facts == (Fact(EMAIL, FactName.VERIFICATION, words),)
        assert answer.fields == {"custom_fields": [{"name": f"{EMAIL} (details)", "value": words}]}

    @pytest.mark.parametrize(
        ("status", "reason"), [("invalid", Reason.UNDELIVERABLE), ("disposable", Reason.DISPOSABLE)]
    )
    def test_a_negative_fact_is_one_too(self, status, reason):
        answer = ask(WORK, verdict(status)).answer

        assert asked_about(answer) == (AnswerKind.ENRICHED, reason, Charge(VERIFICATION))

    def test_an_unknown_one_is_free_and_asked_again_unless_the_person_is_known(self):
        alone, known = ask(HOME, verdict("unknown")).answer, ask(WORK, verdict("unknown"), person()).answer
        neither = ask(WORK, verdict("unknown"), refusal(404)).answer

        assert asked_about(alone) == asked_about(neither) == (AnswerKind.RETRY, Reason.NOT_VERIFIABLE, NO_CHARGE)
        assert asked_about(known) == (AnswerKind.ENRICHED, Reason.FOUND, Charge(PERSON))
        assert known.facts == ()

    def test_a_verification_that_is_not_ready_is_no_verdict_however_often_it_is_asked(self):
        for _ in range(3):
            answer = ask(WORK, make_reply({"data": {"status": "valid"}}, 202)).answer
            assert asked_about(answer) == (AnswerKind.WAIT, Reason.NOT_READY, NO_CHARGE)
            assert answer.retry_after
            assert answer.fields == {}

    def test_a_222_is_no_success(self):
        answer = ask(WORK, make_reply({"data": {"status": "valid"}}, 222)).answer

        assert asked_about(answer) == (AnswerKind.RETRY, Reason.NOT_VERIFIABLE, NO_CHARGE)

    @pytest.mark.parametrize("status", [None, True, "great", ["valid"], {"valid": 1}, 200, ""])
    def test_another_verdict_is_unreadable_and_may_have_been_charged(self, status):
        error = ask(WORK, verdict(status)).error

        assert isinstance(error, VendorBroken)
        assert (error.reason, error.charge) == (Reason.UNREADABLE, Charge(VERIFICATION, is_certain=False))


class TestPerson:
    def test_its_name_and_company_are_read_where_hunter_has_them(self):
        answer = ask(WORK, verdict("valid"), person()).answer

        fields: Any = answer.fields
        assert (fields["given"], fields["family"], fields["organization"], fields["title"]) == (
            "Ada",
            "King",
            "Acme",
            "Engineer",
        )
        assert (answer.record_id, answer.charge) == ("person-1", Charge(VERIFICATION + PERSON))
        assert clean_fields(fields) == fields

    def test_its_details_are_taken_with_it(self):
        data = {
            **ADA,
            "phone": "+49 30 901820",
            "geo": {"city": "Berlin", "state": "Berlin", "country": "Germany"},
            "linkedin": {"handle": "in/ada-king"},
            "github": {"handle": "ada"},
            "twitter": {"handle": "../../evil?"},
        }
        fields: Any = ask(WORK, verdict("valid"), person(data)).answer.fields

        assert fields["phones"] == [{"raw": "+49 30 901820"}]
        assert fields["addresses"] == [{"city": "Berlin", "region": "Berlin", "country": "Germany"}]
        assert [url["value"] for url in fields["urls"]] == [
            "https://www.linkedin.com/in/ada-king",
            "https://github.com/ada",
        ]

    @pytest.mark.parametrize(
        "reply", [person(NULLS), person({"id": "x", "phone": "123"}), refusal(404), refusal(404, as_object=True)]
    )
    def test_an_unknown_person_leaves_the_verification(self, reply):
        answer = ask(WORK, verdict("valid"), reply).answer

        assert (answer.kind, list(answer.fields), answer.record_id) == (AnswerKind.ENRICHED, ["custom_fields"], "")

    def test_a_404_of_somebody_in_between_is_none_of_hunters(self):
        error = ask(WORK, verdict("valid"), make_reply(b"<html>", 404)).error

        assert isinstance(error, VendorBroken)
        assert error.charge == Charge(VERIFICATION)

    def test_a_lost_answer_tells_both_charges(self):
        error = ask(WORK, verdict("valid"), ProviderSilent("silent")).error

        assert error
        assert error.charge == Charge(VERIFICATION + PERSON, is_certain=False)


class TestStatuses:
    @pytest.mark.parametrize("as_object", [True, False])
    @pytest.mark.parametrize("error_id", ["invalid_email", "invalid_domain"])
    def test_a_400_is_for_good_for_this_address_and_no_opt_out(self, error_id, as_object):
        answer = ask(WORK, refusal(400, error_id, as_object=as_object)).answer

        assert asked_about(answer) == (AnswerKind.NEVER, Reason.INPUT_REFUSED, NO_CHARGE)
        assert not TABLE[answer.reason].is_opt_out

    def test_a_403_is_too_fast(self):
        error = ask(WORK, refusal(403, "too_many_requests")).error

        assert isinstance(error, VendorBusy)
        assert error.retry_after is None

    def test_a_403_and_then_a_200_is_an_answer(self):
        assert isinstance(ask(WORK, refusal(403)).error, VendorBusy)
        assert ask(WORK, verdict("valid"), person()).answer.kind is AnswerKind.ENRICHED

    @pytest.mark.parametrize(("status", "reason"), [(401, Reason.KEY_REFUSED), (429, Reason.QUOTA_USED_UP)])
    def test_the_key_and_the_quota_stop_the_vendor(self, status, reason):
        error = ask(WORK, refusal(status)).error

        assert isinstance(error, VendorPaused)
        assert error.reason is reason

    def test_a_stop_after_the_verification_tells_what_that_cost(self):
        for status in (401, 403, 429):
            error = ask(WORK, verdict("valid"), refusal(status)).error
            assert error
            assert error.charge == Charge(VERIFICATION)

    @pytest.mark.parametrize("before", [(), (verdict("valid"),)])
    def test_a_451_is_a_person_who_must_not_be_looked_up_anywhere(self, before):
        answer = ask(WORK, *before, refusal(451, "claimed_email")).answer

        assert (answer.kind, answer.reason) == (AnswerKind.NEVER, Reason.OPTED_OUT_AT_VENDOR)
        assert (answer.fields, answer.facts) == ({}, ())
        assert TABLE[answer.reason].is_opt_out

    def test_errors_inside_a_200_are_errors(self):
        body = {"errors": [{"id": "usage", "code": 429}]}

        assert isinstance(ask(WORK, make_reply(body)).error, VendorPaused)
        assert isinstance(ask(WORK, verdict("valid"), make_reply(body)).error, VendorPaused)

    @pytest.mark.parametrize("status", [500, 502, 503, 204, 302])
    def test_any_other_status_is_broken(self, status):
        assert isinstance(ask(WORK, make_reply(b"<html>", status)).error, VendorBroken)
