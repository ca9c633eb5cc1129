"""Every reason in a result file has a sentence for people beside it."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import chalicelib.leads
from chalicelib.leads.importing import forget_lead, identity_cells, judging, row_parser
from chalicelib.leads.importing.reason_words import REASON_WORDS, reason_words
from chalicelib.leads.own_files import RESULT_COLUMNS
from chalicelib.leads.undoing.judge_undo import Why
from tests.leads.importing.import_desk import ImportDesk

NAMED = (
    *(judging.DUPLICATE, judging.DELETED, judging.SUPPRESSED, judging.TWO_LEADS, judging.TAKEN_OFF),
    *(row_parser.NO_IDENTITY, row_parser.OPEN_QUOTE, identity_cells.SEVERAL_VALUES, identity_cells.SCOPES_DIFFER),
    *(forget_lead.ERASED, *Why),
)
RAISED = ("InvalidIdentity", "InvalidProfile")


def raised() -> Iterator[str]:
    """The codes of values that cannot be read, as the source has them."""
    for file in Path(chalicelib.leads.__path__[0]).rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in RAISED:
                code = node.args[0]
                if isinstance(code, ast.Constant):
                    yield str(code.value)


def test_all_reasons_have_words_and_no_others():
    assert {*REASON_WORDS} == {*NAMED, *raised()}


@pytest.mark.parametrize("reason", sorted(REASON_WORDS))
def test_words_are_sentences(reason):
    words = reason_words(reason)

    assert words[:1].isupper()
    assert words.endswith(".")
    assert len(words) < 200


def test_a_result_file_has_them_beside_the_code():
    desk = ImportDesk()

    job = desk.imported("Phone,Name\n911,Police\n+491700000001,Ann\n+491700000001,Bob\n")

    (failed,), (skipped,), (created,) = (desk.result(job, outcome) for outcome in ("failed", "skipped", "created"))
    assert tuple(failed)[: len(RESULT_COLUMNS)] == RESULT_COLUMNS
    assert failed["message"] == reason_words(failed["reason"]) != ""
    assert "An earlier row" in skipped["message"]
    assert created["message"] == ""
