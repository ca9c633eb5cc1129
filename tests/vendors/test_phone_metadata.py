"""The offline vendor: what the numbering plans say of a number, and what they do not know."""

import subprocess
import sys
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.contacts.cleaning import clean_fields
from chalicelib.vendors.answer import NO_CHARGE, Answer, AnswerKind, Ineligible
from chalicelib.vendors.facts import FactName
from chalicelib.vendors.numbers import MOST_NUMBERS
from chalicelib.vendors.phone_metadata import PhoneMetadata
from chalicelib.vendors.reasons import Reason
from local.processes import ROOT

VENDOR = PhoneMetadata()
BERLIN, BERLIN_MOBILE = "+4930901820", "+4915112345678"


def contact(*numbers: str) -> Any:
    return {"phones": [{"raw": number, "e164": number, "label": "home"} for number in numbers]}


def answer(*numbers: str) -> Answer:
    questions = VENDOR.questions(contact(*numbers))
    assert not isinstance(questions, Ineligible)
    return VENDOR.ask(questions, {}, timeout=timedelta(seconds=1))[0]


def facts(number: str) -> dict[FactName, str]:
    return {fact.name: fact.value for fact in answer(number).facts}


class TestEligibility:
    def test_a_contact_without_a_number_is_not_eligible(self):
        assert VENDOR.questions({"display": "Ada"}) == Ineligible(Reason.NO_PHONE)

    def test_nor_is_one_whose_numbers_have_no_known_country(self):
        assert VENDOR.questions({"phones": [{"raw": "55 1234"}]}) == Ineligible(Reason.PHONE_WITHOUT_COUNTRY)

    def test_only_numbers_are_looked_at_each_once(self):
        questions = VENDOR.questions({"display": "Ada", **contact(BERLIN, BERLIN_MOBILE, BERLIN)})

        assert [question.inputs for question in questions] == [{"numbers": [BERLIN, BERLIN_MOBILE]}]  # type: ignore[union-attr]

    def test_a_contact_with_very_many_numbers_is_asked_about_for_some(self):
        questions: Any = VENDOR.questions(contact(*(f"+49309018{at:03d}" for at in range(100))))

        assert len(questions[0].inputs["numbers"]) == MOST_NUMBERS


class TestFacts:
    @pytest.mark.parametrize(
        ("number", "line", "country"),
        [
            (BERLIN, "landline", "DE"),
            (BERLIN_MOBILE, "mobile", "DE"),
            ("+12025550123", "landline or mobile", "US"),
            ("+541123456789", "landline", "AR"),
            ("+5491123456789", "mobile", "AR"),
        ],
    )
    def test_the_line_type_and_the_country(self, number, line, country):
        known = facts(number)

        assert (known[FactName.LINE_TYPE], known[FactName.COUNTRY]) == (line, country)

    @pytest.mark.parametrize("number", ["+80012345678", "+18002345678"])
    def test_a_number_of_many_countries_has_none(self, number):
        assert FactName.COUNTRY not in facts(number)
        assert facts(number)[FactName.LINE_TYPE] == "toll-free"

    def test_the_carrier_only_where_numbers_cannot_change_carriers(self):
        assert facts("+96170123456")[FactName.CARRIER] == "Alfa"
        for portable in (BERLIN_MOBILE, "+447400123456", "+254712345678", "+5511961234567"):
            assert FactName.CARRIER not in facts(portable)

    def test_the_time_zone_only_if_there_is_exactly_one(self):
        assert facts(BERLIN)[FactName.TIME_ZONE] == "Europe/Berlin"
        for several in ("+79161234567", "+18002345678"):
            assert FactName.TIME_ZONE not in facts(several)

    @pytest.mark.parametrize("number", ["+491", "+37399123456", "+999123456789", "+", "hello", "+4" + "9" * 60])
    def test_nothing_is_known_of_a_number_that_does_not_exist(self, number):
        assert answer(number) == Answer(AnswerKind.NO_MATCH, Reason.NOTHING_KNOWN)


class TestContact:
    def test_each_number_has_one_custom_field_and_keeps_its_label(self):
        found = answer(BERLIN, BERLIN_MOBILE)

        assert found.kind is AnswerKind.ENRICHED
        assert found.fields == {
            "custom_fields": [
                {"name": "+4930901820 (details)", "value": "landline, DE, Europe/Berlin"},
                {"name": "+4915112345678 (details)", "value": "mobile, DE, Europe/Berlin"},
            ]
        }

    def test_its_fields_are_those_that_a_record_stores(self):
        fields = answer(BERLIN).fields

        assert clean_fields(fields) == fields

    def test_a_number_that_does_not_exist_leaves_the_others(self):
        assert {fact.about for fact in answer("+491", BERLIN).facts} == {BERLIN}

    def test_it_costs_nothing(self):
        assert answer(BERLIN).charge == NO_CHARGE


def test_place_names_are_never_loaded():
    script = f"""
import sys
from datetime import timedelta
from chalicelib.vendors.phone_metadata import PhoneMetadata
vendor = PhoneMetadata()
questions = vendor.questions({{"phones": [{{"raw": "1", "e164": "{BERLIN}"}}]}})
vendor.ask(questions, {{}}, timeout=timedelta(seconds=1))
print([name for name in sys.modules if name.startswith(("phonenumbers.geo", "requests"))])
"""
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, check=True, capture_output=True, text=True)

    assert done.stdout.strip() == "[]"
