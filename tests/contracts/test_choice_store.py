"""What people decide about enrichment, on the fake and on the embedded AWS alike."""

from datetime import timedelta
from typing import Any

import pytest

from chalicelib.enrichment.choices import Choice, ChoiceStore
from tests.fakes.clock import NOON

LATER = NOON + timedelta(hours=1)


@pytest.fixture
def choices(ground: Any) -> ChoiceStore:
    return ChoiceStore(ground.dynamo, ground.names.people)


class TestChoosing:
    def test_a_person_who_never_said_anything_has_not_consented(self, choices):
        assert choices.get("ann") == Choice()

    def test_consent_is_kept_with_its_instant(self, choices):
        assert choices.put("ann", NOON, consents=True) == choices.get("ann") == Choice(True, NOON)

    def test_an_opt_out_leaves_the_consent_as_it_is(self, choices):
        choices.put("ann", NOON, consents=True)

        assert choices.put("ann", LATER, has_opted_out=True) == Choice(True, NOON, True, LATER)

    def test_the_same_choice_again_keeps_its_instant(self, choices):
        choices.put("ann", NOON, consents=True)

        assert choices.put("ann", LATER, consents=True, has_opted_out=False) == Choice(True, NOON)

    def test_consent_can_be_withdrawn(self, choices):
        choices.put("ann", NOON, consents=True)

        assert choices.put("ann", LATER, consents=False) == Choice(False, LATER)

    def test_each_person_chooses_for_themselves(self, choices):
        choices.put("ann", NOON, consents=True)

        assert choices.get("bob") == Choice()

    def test_it_can_be_forgotten(self, choices):
        choices.put("ann", NOON, consents=True)
        choices.forget("ann")
        choices.forget("ann")

        assert choices.get("ann") == Choice()


class TestWhatIsAllowed:
    @pytest.mark.parametrize(
        ("choice", "asked", "assumed"),
        [
            (Choice(), False, True),
            (Choice(consents=True), True, True),
            (Choice(consents=False), False, False),
            (Choice(consents=True, has_opted_out=True), False, False),
            (Choice(has_opted_out=True), False, False),
        ],
    )
    def test_silence_is_consent_only_where_it_is_assumed_and_a_refusal_always_counts(self, choice, asked, assumed):
        assert (choice.allows("ask"), choice.allows("assumed")) == (asked, assumed)
