"""Why a job waits, in sentences that fit every kind of job."""

from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.jobs.job import Job, JobState, ParkReason
from chalicelib.jobs.waiting import WaitContext, WaitReason, format_duration, waiting_sentence
from tests.fakes.clock import NOON

QUEUED = Job("j", "ann", "anything", JobState.QUEUED, 0, NOON)
RESTING = replace(QUEUED, waiting=ParkReason.PROVIDER, not_before=NOON + timedelta(minutes=4))


class TestSentence:
    def test_it_uses_the_providers_name(self):
        around = WaitContext(NOON)

        assert (
            waiting_sentence(RESTING, around, WaitReason.PROVIDER, provider="Google") == "Google asks us to wait 4 min"
        )
        assert waiting_sentence(RESTING, around, WaitReason.PROVIDER) == "The provider asks us to wait 4 min"

    def test_it_uses_the_given_noun_and_pronoun(self):
        around = WaitContext(NOON, ahead=2)

        assert waiting_sentence(QUEUED, around, WaitReason.JOBS_AHEAD) == "2 jobs are ahead of it"
        assert waiting_sentence(QUEUED, around, WaitReason.JOBS_AHEAD, noun="import", pronoun="yours") == (
            "2 imports are ahead of yours"
        )


@pytest.mark.parametrize(
    ("seconds", "words"), [(-5, "0 s"), (0.1, "1 s"), (38, "38 s"), (119, "119 s"), (240, "4 min"), (7200, "2 h")]
)
def test_a_duration_is_formatted_for_people(seconds, words):
    assert format_duration(timedelta(seconds=seconds)) == words
