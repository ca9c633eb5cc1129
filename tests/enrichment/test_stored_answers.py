"""What a run found out is the same when it is read again."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.enrichment.due import NotEligible, ToAsk
from chalicelib.enrichment.stored_answers import Answered, AnswerStore, answers_prefix
from chalicelib.vendors.answer import Answer, AnswerKind, Charge, Question
from chalicelib.vendors.facts import Fact, FactName
from chalicelib.vendors.reasons import Reason
from tests.fakes.blobs import FakeBlobs

FIELDS = st.fixed_dictionaries({}, optional={"title": st.text(), "organization": st.text(), "given": st.text()})
ANSWERS = st.builds(
    Answer,
    st.sampled_from(AnswerKind),
    st.sampled_from(Reason),
    FIELDS,
    st.lists(st.builds(Fact, st.text(), st.sampled_from(FactName), st.text()), max_size=2).map(tuple),
    st.none() | st.integers(0, 10),
    st.text(),
    st.builds(Charge, st.integers(0, 10**9), st.booleans()),
    st.none() | st.integers(0, 10**6).map(lambda seconds: timedelta(seconds=seconds)),
)
QUESTIONS = st.builds(Question, st.text(), st.dictionaries(st.text(), st.text()))
ASKED = st.builds(ToAsk, st.text(), QUESTIONS, st.text())
FINDINGS = st.lists(
    st.builds(Answered, ASKED, ANSWERS, st.integers(0, 2**45))
    | st.builds(NotEligible, st.text(), st.sampled_from(Reason), st.text()),
    max_size=4,
)


@given(FINDINGS)
def test_findings_of_every_shape_come_back(findings):
    blobs = FakeBlobs()
    store = AnswerStore(lambda: blobs)
    store.put("ada", "run/0-1", findings)

    assert store.find("ada", "run/0-1") == findings


def test_those_of_another_person_and_those_that_have_expired_are_not_found():
    blobs = FakeBlobs()
    store = AnswerStore(lambda: blobs)
    store.put("ada", "run/0-1", [])

    assert store.find("bob", "run/0-1") is None
    assert store.find("ada", "run/0-2") is None


def test_an_erased_person_has_none():
    blobs = FakeBlobs()
    store = AnswerStore(lambda: blobs)
    store.put("ada", "run/0-1", [])
    store.put("bob", "run/0-1", [])
    store.forget("ada")

    assert [key.startswith(answers_prefix("bob")) for key in blobs.kept] == [True]
    assert "ada" not in "".join(blobs.kept)
