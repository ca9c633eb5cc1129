"""Who is asked about: consent and opt-outs go before the rules of a vendor."""

from dataclasses import dataclass
from typing import Any

import pytest

from chalicelib.vendors.answer import Ineligible, Question
from chalicelib.vendors.eligibility import Context, open_question, questions_about
from chalicelib.vendors.phone_metadata import PhoneMetadata
from chalicelib.vendors.reasons import Reason

FIRST, SECOND = Question("online", {"email": "a@work.example"}), Question("online", {"email": "b@work.example"})
CONSENT = Context(has_consent=True)


@dataclass
class Online:
    """A vendor over the network with these questions about everyone."""

    found: Any
    is_offline = False
    asked = 0

    def questions(self, fields):
        self.asked += 1
        return self.found


class TestConsent:
    def test_a_vendor_over_the_network_needs_it(self):
        vendor: Any = Online([FIRST])

        assert questions_about(vendor, {}, Context()) == Ineligible(Reason.NO_CONSENT)
        assert questions_about(vendor, {}, CONSENT) == [FIRST]

    def test_the_offline_vendor_needs_none(self):
        fields: Any = {"phones": [{"raw": "030 901820", "e164": "+4930901820"}]}

        assert not isinstance(questions_about(PhoneMetadata(), fields, Context()), Ineligible)

    @pytest.mark.parametrize("is_offline", [True, False])
    def test_an_opt_out_holds_for_every_vendor(self, is_offline):
        vendor: Any = Online([FIRST])
        vendor.is_offline = is_offline

        assert questions_about(vendor, {}, Context(True, has_opted_out=True)) == Ineligible(Reason.OPTED_OUT)

    def test_nothing_of_the_contact_is_looked_at_without_it(self):
        vendor: Any = Online([FIRST])
        questions_about(vendor, {}, Context())

        assert vendor.asked == 0


class TestAnswered:
    def test_a_question_with_a_permanent_answer_is_not_asked_again(self):
        assert open_question([FIRST], {FIRST.digest}) is None

    def test_the_next_one_is_asked_instead(self):
        assert open_question([FIRST, SECOND], {FIRST.digest}) == SECOND

    def test_the_vendors_own_reason_stays(self):
        vendor: Any = Online(Ineligible(Reason.NO_EMAIL))

        assert questions_about(vendor, {}, CONSENT) == Ineligible(Reason.NO_EMAIL)


class TestDigest:
    def test_is_equal_for_equal_inputs_in_any_order(self):
        one, other = Question("v", {"a": 1, "b": [2]}), Question("v", {"b": [2], "a": 1})

        assert one.digest == other.digest

    def test_differs_for_other_inputs_and_other_vendors(self):
        digests = {Question("v", {"a": 1}).digest, Question("v", {"a": 2}).digest, Question("w", {"a": 1}).digest}

        assert len(digests) == 3
