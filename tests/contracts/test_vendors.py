"""One specification for all vendors; those over the network are asked over real HTTP, in the sandbox."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.contacts.cleaning import clean_fields
from chalicelib.contacts.fold_records import fold, same_value
from chalicelib.foundation.clock import SystemClock
from chalicelib.foundation.http_client import HttpClient
from chalicelib.foundation.settings import Settings
from chalicelib.vendors.answer import Answer, AnswerKind, Charge, Ineligible, Question
from chalicelib.vendors.eligibility import Context, questions_about
from chalicelib.vendors.reasons import TABLE, Reason
from chalicelib.vendors.registry import VENDORS
from chalicelib.vendors.vendor import Vendor, VendorBroken, VendorBusy, VendorError, VendorPaused
from local.sandbox import Sandbox, running
from local.sandbox.behavior import DEFAULTS
from local.sandbox_control import SandboxControl
from local.stack_settings import Ports, stack_settings
from tests.contacts.making import GOOGLE, record

TIMEOUT, SHORT = timedelta(seconds=10), timedelta(milliseconds=300)
CONSENT = Context(has_consent=True)
KEYS = {"api_key": "sandbox-key", "key": "sandbox-sid", "secret": "sandbox-secret"}
CONTACT: Any = {
    "given": "Ada",
    "family": "King",
    "display": "Ada King",
    "emails": [{"value": "ada@acme.example", "label": "work"}],
    "phones": [{"raw": "0151 12345678", "e164": "+4915112345678", "label": "her boat"}],
    "notes": "canary: met in Paris",
    "birthday": {"month": 5, "day": 4},
}


@dataclass(frozen=True)
class Traits:
    """How the sandbox's vendor is made to answer in a certain way.

    Args:
        where: the endpoint that the first request of a question goes to.
        found, unknown: the cases of a known and of an unknown person, by endpoint.
        too_fast: the settings with which every call is too fast.
    """

    where: str = ""
    found: Mapping[str, str] = field(default_factory=dict)
    unknown: Mapping[str, str] = field(default_factory=dict)
    too_fast: Any = None


TRAITS = {
    "phone-metadata": Traits(),
    "people-data-labs": Traits("enrich", {"enrich": "match"}, {"enrich": "not-found"}, {"pdl_per_minute": 0}),
    "hunter": Traits(
        "verify",
        {"verify": "valid", "find": "person"},
        {"verify": "unknown", "find": "404"},
        {"hunter_limits": {"verify": [0, 0], "find": [0, 0]}},
    ),
    "twilio-lookup": Traits("lookup", {"lookup": "mobile"}, {"lookup": "60600"}, {"twilio_at_once": 0}),
}
ONLINE = [name for name, traits in TRAITS.items() if traits.where]


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with running() as sandbox:
        yield sandbox


@dataclass
class Desk:
    """One vendor, and the sandbox that plays it."""

    vendor: Vendor
    control: SandboxControl
    traits: Traits

    def question(self, **changes: Any) -> Question:
        questions = questions_about(self.vendor, {**CONTACT, **changes}, CONSENT)
        assert not isinstance(questions, Ineligible)
        return questions[0]

    def ask(self, *questions: Question, keys: Any = KEYS, timeout: timedelta = TIMEOUT) -> list[Answer]:
        return self.vendor.ask(questions or [self.question()], keys, timeout=timeout)

    def error(self, **more: Any) -> VendorError:
        with pytest.raises(VendorError) as raised:
            self.ask(**more)
        return raised.value

    def script(self, cases: Mapping[str, str]) -> None:
        for where, case in cases.items():
            self.control.do("vendors", {"vendor": self.vendor.name, "where": where, "cases": [case]})

    def fault(self, fault: str, **more: Any) -> None:
        self.control.do("faults", {"provider": self.vendor.name, "where": self.traits.where, "fault": fault, **more})

    @property
    def counted(self) -> Any:
        return self.control.do("vendors", method="GET")

    @property
    def charged(self) -> int:
        """What the sandbox charged to all keys, in millionths."""
        return sum(self.counted["charges"][self.vendor.name]["by_key"].values())


def desk_of(sandbox: Sandbox, name: str) -> Desk:
    control, port = SandboxControl(sandbox.origin), int(sandbox.origin.rpartition(":")[2])
    settings = Settings.from_environment(stack_settings(Ports(1, 2, port), {}))
    control.do("vendors", method="DELETE")
    control.do("faults", method="DELETE")
    control.do("requests", method="DELETE")
    desk = Desk(VENDORS[name].build(settings, HttpClient(), SystemClock()), control, TRAITS[name])
    desk.script(desk.traits.found)
    return desk


@pytest.fixture(params=TRAITS)
def desk(request: pytest.FixtureRequest, sandbox: Sandbox) -> Desk:
    return desk_of(sandbox, request.param)


@pytest.fixture(params=ONLINE)
def online(request: pytest.FixtureRequest, sandbox: Sandbox) -> Desk:
    return desk_of(sandbox, request.param)


def test_every_vendor_keeps_this_contract():
    assert set(TRAITS) == set(VENDORS)


class TestQuestions:
    def test_a_contact_without_details_is_not_eligible_for_a_reason_with_words(self, desk):
        refused = questions_about(desk.vendor, {"display": "Ada"}, CONSENT)

        assert isinstance(refused, Ineligible)
        assert TABLE[refused.reason].meaning

    def test_only_a_vendor_over_the_network_needs_consent(self, desk):
        refused = questions_about(desk.vendor, CONTACT, Context())

        assert isinstance(refused, Ineligible) != desk.vendor.is_offline

    def test_a_question_has_nothing_but_the_details_it_depends_on(self, desk):
        alone = {name: value for name, value in CONTACT.items() if name in desk.vendor.depends_on}

        questions = questions_about(desk.vendor, alone, CONSENT)

        assert not isinstance(questions, Ineligible)
        assert questions[0] == desk.question()
        assert "canary" not in json.dumps(desk.question().inputs)

    def test_the_same_details_make_the_same_question(self, desk):
        assert desk.question().digest == desk.question(notes="moved").digest

    def test_other_details_make_another(self, desk):
        other = desk.question(
            emails=[{"value": "bo@acme.example"}], phones=[{"raw": "030 901820", "e164": "+4930901820"}]
        )

        assert other.digest != desk.question().digest

    def test_making_a_question_asks_no_one(self, desk):
        desk.question()

        assert desk.counted["calls"] == {}


class TestAnswers:
    def test_a_known_person_is_enriched(self, desk):
        (answer,) = desk.ask()

        assert (answer.kind, answer.reason) == (AnswerKind.ENRICHED, Reason.FOUND)
        assert answer.fields

    def test_as_many_questions_as_one_call_takes_have_as_many_answers(self, desk):
        questions = [
            desk.question(
                emails=[{"value": f"person{at}@acme.example"}], phones=[{"raw": "1", "e164": f"+4915112345{at:03d}"}]
            )
            for at in range(desk.vendor.rate.questions)
        ]
        answers = desk.ask(*questions)

        assert len({question.digest for question in questions}) == len(answers) == len(questions)

    def test_what_it_says_is_what_a_record_stores(self, desk):
        (answer,) = desk.ask()

        assert clean_fields(answer.fields) == answer.fields
        assert json.loads(json.dumps(answer.fields)) == answer.fields

    def test_nothing_that_the_contact_says_changes(self, desk):
        (answer,) = desk.ask()
        enriched: Any = fold(
            [record(GOOGLE, CONTACT), record(f"enrichment:{desk.vendor.name}", answer.fields, source_id="v")]
        )

        for name in ("display", "given", "family", "notes", "birthday"):
            assert enriched[name] == CONTACT[name]
        for name in ("emails", "phones"):
            assert enriched[name][0] == CONTACT[name][0]
            assert not any(same_value(name, each, CONTACT[name][0]) for each in enriched[name][1:])

    def test_the_sandbox_counts_what_the_answer_says_it_cost(self, desk):
        (answer,) = desk.ask()

        assert answer.charge.most <= desk.vendor.price.most
        if answer.charge.is_certain and not desk.vendor.is_offline:
            assert answer.charge.most == desk.charged

    def test_ids_of_opted_out_people_are_those_of_its_list(self, desk):
        (answer,) = desk.ask()
        desk.control.do("vendors", {"opted_out": ["somebody", answer.record_id]})

        opted_out = desk.vendor.opted_out({answer.record_id, "somebody else"}, KEYS, timeout=TIMEOUT)

        assert opted_out <= {answer.record_id}
        assert opted_out or desk.vendor.name != "people-data-labs"


class TestOnline:
    def test_of_an_unknown_person_nothing_is_written_and_nothing_is_paid(self, online):
        online.script(online.traits.unknown)
        (answer,) = online.ask()

        assert answer.kind in (AnswerKind.NO_MATCH, AnswerKind.RETRY)
        assert (answer.fields, answer.facts, online.charged) == ({}, (), 0)

    def test_the_key_is_never_in_a_url(self, online):
        online.ask()
        logged = online.control.do("requests", method="GET")["requests"]

        assert logged
        assert not any(set(line["query"]) & {"api_key", "key", "secret"} for line in logged)

    def test_without_a_key_nothing_is_sent(self, online):
        error = online.error(keys={})

        assert isinstance(error, VendorPaused)
        assert (error.reason, online.counted["calls"]) == (Reason.NO_KEY, {})

    def test_a_wrong_key_stops_the_vendor(self, online):
        error = online.error(keys=dict.fromkeys(KEYS, "wrong"))

        assert isinstance(error, VendorPaused)
        assert error.reason is Reason.KEY_REFUSED

    def test_what_is_used_up_stops_the_vendor_and_costs_nothing(self, online):
        online.fault("quota")
        error = online.error()

        assert isinstance(error, VendorPaused)
        assert TABLE[error.reason].stops_vendor
        assert (error.charge, online.charged) == (Charge(0), 0)

    def test_too_fast_is_busy_in_the_vendors_own_dialect_and_costs_nothing(self, online):
        online.fault("429")
        error = online.error()

        assert isinstance(error, VendorBusy)
        assert (error.charge, online.charged) == (Charge(0), 0)
        assert online.ask()[0].kind is AnswerKind.ENRICHED

    def test_its_own_limiter_says_so_too(self, online):
        before = online.control.do("settings", method="GET")
        online.control.do("settings", online.traits.too_fast)
        try:
            assert isinstance(online.error(), VendorBusy)
        finally:
            online.control.do("settings", {**DEFAULTS, **before})

    @pytest.mark.parametrize("fault", ["500", "502", "503", "html", "truncated", "no-content", "reset"])
    def test_what_cannot_be_read_is_broken_and_passes(self, online, fault):
        online.fault(fault)

        assert isinstance(online.error(), VendorBroken)
        assert online.ask()[0].kind is AnswerKind.ENRICHED

    def test_a_body_without_end_is_not_read(self, online):
        online.fault("huge")

        error = online.error()

        assert isinstance(error, VendorBroken)
        assert error.reason is Reason.UNREADABLE

    @pytest.mark.parametrize("fault", ["hang", "drip"])
    def test_a_slow_answer_ends_with_its_time(self, online, fault):
        online.fault(fault, seconds=30)
        error = online.error(timeout=SHORT)

        assert isinstance(error, VendorBroken)
        assert (error.reason, error.charge.is_certain) == (Reason.VENDOR_SILENT, False)

    def test_a_connection_that_is_cut_after_the_charge_leaves_no_silent_one(self, online):
        online.fault("reset-after")
        error = online.error()

        assert not error.charge.is_certain
        assert 0 < online.charged <= error.charge.most

    def test_wrong_types_raise_nothing_else(self, online):
        online.fault("wrong-types")

        try:
            (answer,) = online.ask()
        except VendorBroken:
            return
        assert clean_fields(answer.fields) == answer.fields
