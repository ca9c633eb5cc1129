"""The lines of a ledger's chunk come back from the text that is stored of them."""

import json

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.foundation.outcomes import Outcome
from chalicelib.jobs.counts import Outcomes
from chalicelib.jobs.job import LedgerLine
from chalicelib.jobs.rows import Row, ledger_json, lines_text, to_lines

OUTCOMES = Outcomes.of(Outcome)
ANY_TEXT = st.text(st.characters())  # lone surrogates too
OPTIONAL = st.none() | ANY_TEXT.filter(bool)
LINES = st.lists(st.builds(LedgerLine, ANY_TEXT, st.sampled_from(Outcome), OPTIONAL, OPTIONAL, ANY_TEXT))


def read(text: str) -> list[LedgerLine]:
    return to_lines(Row({"lines": {"S": text}}), OUTCOMES)


@given(LINES)
def test_every_line_comes_back(lines):
    text = lines_text(lines)

    assert read(text) == lines
    assert text.encode()  # it can be stored


@given(LINES)
def test_a_chunk_has_the_outcome_that_its_readers_filter_by(lines):
    for line in lines:
        assert json.dumps(line.outcome) in lines_text(lines)


@given(LINES)
def test_lines_of_earlier_versions_which_stored_spaces_and_escapes_are_read(lines):
    assert read(json.dumps(json.loads(lines_text(lines)))) == lines


@given(st.lists(ANY_TEXT))
def test_deleted_ids_come_back(ids):
    assert Row({"gone": {"S": ledger_json(ids)}}).json("gone") == ids


def test_what_a_line_does_not_have_takes_no_space():
    lines = [LedgerLine("s", Outcome.CREATED, "c"), LedgerLine("t", Outcome.FAILED, None, "too_large", "Zoë")]

    assert lines_text(lines) == '[["s","created","c"],["t","failed",null,"too_large","Zoë"]]'
