"""People Data Labs: what it is asked, what each of its answers means, and what is never written."""

import json
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.contacts.cleaning import clean_fields
from chalicelib.foundation.errors import ProviderBroken, ProviderBusy, ProviderSilent
from chalicelib.vendors.answer import NO_CHARGE, AnswerKind, Charge, Ineligible, Question
from chalicelib.vendors.people_data_labs import PeopleDataLabs
from chalicelib.vendors.reasons import Reason
from chalicelib.vendors.vendor import MILLION, VendorBroken, VendorBusy, VendorPaused
from tests.fakes.clock import NOON, FixedClock
from tests.fakes.transport import FakeTransport, make_reply
from tests.vendors.asking import KEYS, TIMEOUT, Asked
from tests.vendors.asking import ask as ask_vendor

ADA = Question("people-data-labs", {"email": "ada@work.example"})
BO = Question("people-data-labs", {"phone": "+4915112345678"})
NAMED = Question("people-data-labs", {"first_name": "Ada", "last_name": "King", "company": "Acme"})
DATA = {"id": "id-1", "first_name": "Ada", "job_title": "Engineer"}
NOT_FOUND = {"status": 404, "error": {"type": "not_found", "message": "No records were found"}}
UNSURE = Charge(MILLION, is_certain=False)


def build(transport: Any) -> PeopleDataLabs:
    return PeopleDataLabs(transport, "https://pdl.example", FixedClock())


def ask(questions: list[Question], *replies: Any, keys: Any = KEYS) -> Asked:
    return ask_vendor(build, questions, *replies, keys=keys)


def match(data: Any = None, likelihood: Any = 9) -> dict[str, Any]:
    return {"status": 200, "likelihood": likelihood, "data": DATA if data is None else data}


def fields(**data: Any) -> Any:
    return ask([ADA], make_reply(match({"id": "x", **data}))).answer.fields


def questions(**contact: Any) -> Any:
    return build(FakeTransport([])).questions(contact)  # type: ignore[arg-type]


class TestEligibility:
    def test_one_detail_of_each_kind_that_belongs_to_the_person_is_enough(self):
        asked = questions(
            given="Ada",
            family="King",
            emails=[{"value": "info@acme.example"}, {"value": "Ada@Acme.example"}, {"value": "ada@home.example"}],
            phones=[{"raw": "030 100000", "e164": "+4930100000"}, {"raw": "0151", "e164": "+4915112345678"}],
            urls=[{"value": "https://acme.example/ada"}, {"value": "www.linkedin.com/in/ada"}],
            organization="Acme",
        )

        assert [dict(each.inputs) for each in asked] == [
            {"email": "ada@acme.example", "phone": "+4915112345678", "profile": "https://www.linkedin.com/in/ada"}
        ]

    def test_else_a_whole_name_with_a_company_or_a_place(self):
        place = [{"city": "Paris", "country": "France"}]
        (asked,) = questions(given="Ada", family="King", organization="Acme", addresses=place, notes="secret")

        assert asked.inputs == {
            "first_name": "Ada",
            "last_name": "King",
            "company": "Acme",
            "location": "Paris, France",
        }

    @pytest.mark.parametrize(
        "contact",
        [
            {},
            {"given": "Ada", "family": "King"},
            {"given": "Ada", "organization": "Acme"},
            {"emails": [{"value": "info@acme.example"}, {"value": "no address"}, {"value": "a@acme.example_old"}]},
            {"phones": [{"raw": "12"}, {"raw": "1", "e164": "+4930100042", "extension": "7"}]},
            {"urls": [{"value": "https://linkedin.com.evil.example/in/ada"}, {"value": "https://linkedin.com/"}]},
        ],
    )
    def test_less_is_not_eligible(self, contact):
        assert questions(**contact) == Ineligible(Reason.TOO_LITTLE)

    def test_what_it_depends_on_is_what_questions_are_made_of(self):
        assert {"emails", "phones", "urls", "given", "family"} <= PeopleDataLabs.depends_on
        assert "notes" not in PeopleDataLabs.depends_on


class TestRequest:
    def test_the_key_is_in_a_header_and_never_in_the_url(self):
        (request,) = ask([ADA], make_reply(match())).requests

        assert request.headers["X-Api-Key"] == KEYS["api_key"]
        assert "canary" not in request.url

    def test_a_single_question_goes_to_the_configured_origin(self):
        (request,) = ask([BO], make_reply(match())).requests

        assert request.url.startswith("https://pdl.example/v5/person/enrich?")
        assert request.query == {"phone": "+4915112345678", "min_likelihood": "2", "titlecase": "true"}

    def test_a_name_alone_needs_a_higher_likelihood(self):
        (request,) = ask([NAMED], make_reply(match())).requests

        assert request.query["min_likelihood"] == "6"

    def test_several_go_in_bulk_each_with_its_floor_and_a_key_to_join(self):
        items = [{**match(), "metadata": {"question": each.digest}} for each in (ADA, NAMED)]
        (request,) = ask([ADA, NAMED], make_reply(items)).requests

        body = json.loads(request.body)
        assert (request.method, request.path) == ("POST", "/v5/person/bulk")
        assert [each["params"]["min_likelihood"] for each in body["requests"]] == [2, 6]
        assert [each["metadata"] for each in body["requests"]] == [{"question": each.digest} for each in (ADA, NAMED)]

    @pytest.mark.parametrize("keys", [{}, {"api_key": " "}])
    def test_without_a_key_nothing_is_sent(self, keys):
        asked = ask([ADA], keys=keys)

        assert isinstance(asked.error, VendorPaused)
        assert (asked.error.reason, asked.requests) == (Reason.NO_KEY, [])

    @pytest.mark.parametrize("key", ["a\r\nHost: evil", "schlüssel"])
    def test_a_key_that_is_no_header_is_not_sent(self, key):
        asked = ask([ADA], keys={"api_key": key})

        assert isinstance(asked.error, VendorPaused)
        assert (asked.error.reason, asked.requests) == (Reason.KEY_REFUSED, [])


class TestMatch:
    def test_a_likely_match_with_a_value_enriches_and_costs_a_credit(self):
        answer = ask([ADA], make_reply(match())).answer

        assert (answer.kind, answer.reason) == (AnswerKind.ENRICHED, Reason.FOUND)
        assert answer.fields == {"given": "Ada", "title": "Engineer"}
        assert (answer.likelihood, answer.record_id, answer.charge) == (9, "id-1", Charge(MILLION))

    @pytest.mark.parametrize(("question", "likelihood"), [(ADA, 1), (NAMED, 5)])
    def test_one_under_the_floor_is_no_match_but_paid(self, question, likelihood):
        answer = ask([question], make_reply(match(likelihood=likelihood))).answer

        assert (answer.kind, answer.reason) == (AnswerKind.NO_MATCH, Reason.UNLIKELY_MATCH)
        assert (answer.fields, answer.charge) == ({}, Charge(MILLION))

    @pytest.mark.parametrize("likelihood", [None, True, "9", 9.0, 11, -1, [9]])
    def test_one_without_a_likelihood_is_not_applied(self, likelihood):
        assert ask([ADA], make_reply(match(likelihood=likelihood))).answer.reason is Reason.UNLIKELY_MATCH

    def test_a_plan_without_contact_data_answers_true_and_nothing_is_written(self):
        data = dict.fromkeys(["work_email", "mobile_phone", "location_name", "birth_date", "personal_emails"], True)
        answer = ask([ADA], make_reply(match({"id": "x", **data, "github_url": False}))).answer

        assert (answer.kind, answer.reason, answer.fields) == (AnswerKind.NO_MATCH, Reason.NOT_IN_PLAN, {})

    def test_a_person_of_nothing_but_nulls_is_no_match(self):
        answer = ask([ADA], make_reply(match({"id": "x", "job_title": None, "emails": []}))).answer

        assert (answer.kind, answer.reason) == (AnswerKind.NO_MATCH, Reason.NOTHING_KNOWN)
        assert answer.charge == Charge(MILLION)

    def test_withheld_values_leave_the_others(self):
        assert fields(job_title="Engineer", work_email=True) == {"title": "Engineer"}


class TestFields:
    @pytest.mark.parametrize(
        ("data", "expected"),
        [
            ({"birth_date": "1985-03-14"}, {"birthday": {"year": 1985, "month": 3, "day": 14}}),
            ({"birth_date": "1985-03"}, {"custom_fields": [{"name": "Born", "value": "1985-03"}]}),
            ({"birth_date": "1985", "birth_year": 1986}, {"custom_fields": [{"name": "Born", "value": "1985"}]}),
            ({"birth_year": 1985}, {"custom_fields": [{"name": "Born", "value": "1985"}]}),
            *(({"birth_date": date}, {}) for date in ("1985-02-30", "1985-13", "0001-01-01", "soon", 1985, True)),
            *(({"birth_year": year}, {}) for year in ("1985", 3, 10**30, True, -1985)),
        ],
    )
    def test_a_date_of_birth_keeps_its_precision(self, data, expected):
        assert fields(**data) == expected

    def test_addresses_at_work_and_at_home_are_kept_apart(self):
        found = fields(work_email="Ada@Acme.example", personal_emails=["ada@home.example", "ada@old.example"])

        assert found["emails"] == [
            {"value": "Ada@Acme.example", "label": "work"},
            {"value": "ada@home.example", "label": "home"},
        ]

    def test_the_address_and_the_number_that_were_asked_about_are_not_repeated(self):
        asked = Question("people-data-labs", {"email": "ada@acme.example", "phone": "+4915112345678"})
        data = {"work_email": "ADA@acme.example", "mobile_phone": "+4915112345678", "phone_numbers": ["+4930901820"]}

        assert ask([asked], make_reply(match(data))).answer.fields == {"phones": [{"raw": "+4930901820"}]}

    def test_numbers_come_in_e164_with_the_mobile_first(self):
        found = fields(mobile_phone="+4915112345678", phone_numbers=["+4930901820", "030 1", "+4915112345678", 5])

        assert found["phones"] == [{"raw": "+4915112345678", "label": "mobile"}, {"raw": "+4930901820"}]

    def test_possible_values_and_addresses_of_the_past_are_never_written(self):
        possible = {f"possible_{name}": ["+4930901820", "x@y.example"] for name in ("emails", "phones", "profiles")}
        past = {"emails": [{"address": "old@acme.example"}], "experience": [{"title": {"name": "Intern"}}]}

        assert fields(**possible, **past, possible_birth_dates=["1985-01-01"]) == {}

    def test_profiles_get_a_scheme(self):
        found = fields(linkedin_url="linkedin.com/in/ada", twitter_url="x.com/ada", github_url="github.com/ada")

        assert found["urls"] == [
            {"value": "https://linkedin.com/in/ada", "label": "LinkedIn"},
            {"value": "https://x.com/ada", "label": "Twitter"},
            {"value": "https://github.com/ada", "label": "GitHub"},
        ]

    @pytest.mark.parametrize(
        "link", ["javascript:alert(1)", "evil.example/in/ada", "https://[", "linkedin.com@evil.example/x", ""]
    )
    def test_a_link_to_another_site_is_no_profile(self, link):
        assert fields(linkedin_url=link) == {}

    def test_a_place_becomes_an_address(self):
        found = fields(location_locality="Berlin", location_country="Germany", location_region=True)

        assert found["addresses"] == [{"city": "Berlin", "country": "Germany"}]

    def test_a_text_beyond_measure_is_left_out(self):
        assert fields(job_title="x" * 5_000, job_company_name="Acme") == {"organization": "Acme"}

    def test_what_is_written_is_what_a_record_stores(self):
        found = fields(job_title="  Head\tof\x00 Sales ", first_name="Ada", work_email="a@b.example")

        assert found["title"] == "Head of Sales"
        assert clean_fields(found) == found


class TestRefusals:
    @pytest.mark.parametrize("kind", ["not_found", ["not_found"]])
    def test_no_match_is_free_and_never_permanent(self, kind):
        answer = ask([ADA], make_reply({"status": 404, "error": {"type": kind}}, 404)).answer

        assert (answer.kind, answer.reason, answer.charge) == (AnswerKind.NO_MATCH, Reason.NO_MATCH, NO_CHARGE)

    def test_too_little_input_is_never_asked_again(self):
        answer = ask([ADA], make_reply({"status": 400, "error": {"type": "invalid_request_error"}}, 400)).answer

        assert (answer.kind, answer.reason) == (AnswerKind.NEVER, Reason.INPUT_REFUSED)

    @pytest.mark.parametrize(
        ("status", "reason"), [(401, Reason.KEY_REFUSED), (403, Reason.KEY_REFUSED), (402, Reason.OUT_OF_CREDIT)]
    )
    @pytest.mark.parametrize("asked", [[ADA], [ADA, BO]])
    def test_the_key_and_the_credit_stop_the_vendor_and_say_nothing_of_a_contact(self, status, reason, asked):
        error = ask(asked, make_reply({"status": status, "error": {"type": "x"}}, status)).error

        assert isinstance(error, VendorPaused)
        assert (error.reason, error.charge) == (reason, NO_CHARGE)

    @pytest.mark.parametrize("body", [NOT_FOUND, {**NOT_FOUND, "status": 402}])
    def test_an_error_inside_a_200_is_an_error(self, body):
        asked = ask([ADA], make_reply(body))

        if body["status"] == 404:
            assert asked.answer.kind is AnswerKind.NO_MATCH
        else:
            assert isinstance(asked.error, VendorPaused)

    @pytest.mark.parametrize("status", [404, 400])
    def test_a_refusal_of_somebody_in_between_is_none_of_the_vendors(self, status):
        error = ask([ADA], make_reply(b"<html>Not found</html>", status)).error

        assert isinstance(error, VendorBroken)
        assert error.reason is Reason.VENDOR_ERROR


class TestBusy:
    @pytest.mark.parametrize(
        ("headers", "seconds"),
        [
            ({"retry_after": "7", "x_ratelimit_reset": "2026-03-03 12:00:42"}, 7),
            ({"x_ratelimit_reset": "2026-03-03T12:00:42Z"}, 42),
            ({"x_ratelimit_reset": "2026-03-03 12:00:42"}, 42),
            ({"x_ratelimit_reset": str(int(NOON.timestamp()) + 42)}, 42),
            ({"x_ratelimit_reset": "2026-03-03 11:59:00"}, 1),
            ({"x_ratelimit_reset": "9999-12-31 23:59:59"}, 3600),
            ({"x_ratelimit_reset": "9" * 40}, None),
            ({"x_ratelimit_reset": "soon", "x_ratelimit_remaining": '{"minute": 0}'}, None),
            ({}, None),
        ],
    )
    def test_the_wait_is_read_in_each_of_its_forms(self, headers, seconds):
        error = ask([ADA], make_reply({"status": 429}, 429, **headers)).error

        assert isinstance(error, VendorBusy)
        assert error.retry_after == (None if seconds is None else timedelta(seconds=seconds))
        assert error.charge == NO_CHARGE


class TestBroken:
    @pytest.mark.parametrize(
        ("reply", "reason"),
        [
            (make_reply(b"<html>502</html>", 502), Reason.VENDOR_ERROR),
            (make_reply({"status": 500}, 500), Reason.VENDOR_ERROR),
            (ProviderSilent("silent"), Reason.VENDOR_SILENT),
            (ProviderBroken("too large"), Reason.UNREADABLE),
            (make_reply(b'{"status": 200, "li'), Reason.UNREADABLE),
            (make_reply({"status": 200, "likelihood": 9, "data": [1]}), Reason.UNREADABLE),
        ],
    )
    def test_a_lost_answer_may_have_been_charged(self, reply, reason):
        error = ask([ADA], reply).error

        assert isinstance(error, VendorBroken)
        assert (error.reason, error.charge) == (reason, UNSURE)

    def test_in_bulk_it_may_have_been_charged_for_each(self):
        error = ask([ADA, BO, NAMED], ProviderSilent("silent")).error

        assert isinstance(error, VendorBroken)
        assert error.charge == Charge(3 * MILLION, is_certain=False)

    def test_a_request_that_was_not_sent_is_not_charged(self):
        busy = ask([ADA], ProviderBusy("busy", retry_after=timedelta(seconds=1))).error
        late = ask_vendor(build, [ADA], make_reply(match()), timeout=timedelta(0))

        assert isinstance(busy, VendorBusy)
        assert isinstance(late.error, VendorBroken)
        assert (busy.charge, late.error.charge, late.requests) == (NO_CHARGE, NO_CHARGE, [])

    @pytest.mark.parametrize("status", [301, 302, 307])
    def test_a_redirect_is_not_followed(self, status):
        asked = ask([ADA], make_reply(None, status, location="https://evil.example/"))

        assert isinstance(asked.error, VendorBroken)
        assert len(asked.requests) == 1

    def test_no_error_tells_a_secret_or_what_was_asked(self):
        error = ask([ADA], ProviderSilent("silent")).error

        assert "canary" not in repr(error)
        assert "ada@" not in repr(error)


class TestBulk:
    def items(self, *items: Any, metadata: bool = True) -> list[Any]:
        known = [{"question": each.digest} for each in (ADA, BO, NAMED)]
        return [{**item, **({"metadata": each} if metadata else {})} for item, each in zip(items, known, strict=True)]

    @pytest.mark.parametrize("metadata", [True, False])
    def test_each_item_has_its_own_answer(self, metadata):
        items = self.items(match(), NOT_FOUND, {"status": 500, "error": {"type": "api_error"}}, metadata=metadata)
        answers = ask([ADA, BO, NAMED], make_reply(items)).answers

        assert [answer.kind for answer in answers] == [AnswerKind.ENRICHED, AnswerKind.NO_MATCH, AnswerKind.RETRY]
        assert [answer.charge.most for answer in answers] == [MILLION, 0, 0]

    @pytest.mark.parametrize(
        "bend", [lambda items: items[1:], lambda items: items[::-1], lambda items: [*items, items[0]], lambda items: []]
    )
    def test_items_that_do_not_fit_the_questions_are_not_applied(self, bend):
        items = self.items(match(), NOT_FOUND, match())
        error = ask([ADA, BO, NAMED], make_reply(bend(items))).error

        assert isinstance(error, VendorBroken)
        assert error.reason is Reason.MIXED_UP

    def test_their_matches_may_have_been_charged(self):
        error = ask([ADA, BO, NAMED], make_reply(self.items(match(), NOT_FOUND, match())[::-1])).error

        assert error
        assert error.charge == Charge(2 * MILLION, is_certain=False)

    @pytest.mark.parametrize("item", [None, 7, [], {}, {"status": True}, {"status": "200"}, {"status": 200, "data": 1}])
    def test_an_unreadable_item_leaves_the_others(self, item):
        items = [match(), item, NOT_FOUND]
        answers = ask([ADA, BO, NAMED], make_reply(items)).answers

        assert [answer.kind for answer in answers] == [AnswerKind.ENRICHED, AnswerKind.RETRY, AnswerKind.NO_MATCH]

    def test_a_call_that_is_refused_for_one_question_can_be_asked_one_by_one(self):
        error = ask([ADA, BO], make_reply({"status": 400, "error": {"type": "invalid_request_error"}}, 400)).error

        assert isinstance(error, VendorBroken)
        assert (error.reason, error.charge) == (Reason.INPUT_REFUSED, NO_CHARGE)


class TestOptOuts:
    def opted_out(self, *known: str, reply: Any) -> frozenset[str]:
        return build(FakeTransport([reply])).opted_out(known, KEYS, timeout=TIMEOUT)

    def test_those_of_our_people_on_the_list_are_named(self):
        reply = make_reply(b"pdl_id\nother\nid-1\n\n")

        assert self.opted_out("id-1", "id-2", reply=reply) == {"id-1"}

    @pytest.mark.parametrize("body", [b"", b"<html>", b"id-1\n", b"\xff\xfe"])
    def test_a_list_without_its_header_is_not_believed(self, body):
        with pytest.raises(VendorBroken):
            self.opted_out("id-1", reply=make_reply(body))

    def test_a_refusal_is_one(self):
        with pytest.raises(VendorPaused):
            self.opted_out("id-1", reply=make_reply({}, 401))
