"""Every reason that the service can write has an explanation."""

import ast
from pathlib import Path

import pytest

import chalicelib
from chalicelib.books.changes import POISON
from chalicelib.books.prepared_contact import EMPTY
from chalicelib.provider_imports.outcome_reasons import DESCRIPTIONS, describe_reason

TELLING = {
    "Unreadable": 1,
    "reject": 1,
    "_rejected": 1,
    "_not_kept": 2,
}  # functions that take a reason, and as which argument


def test_left_out_values_are_named_by_kind():
    text = describe_reason("left_out: Photo")

    assert text == "The contact was imported without these values, which are not supported: Photo."


def reasons_written() -> set[str]:
    """Every reason that stands in the code as a word. Those of files have words of their own."""
    found = {EMPTY, POISON}
    root = Path(chalicelib.__file__).parent
    for path in root.rglob("*.py"):
        if path.relative_to(root).parts[0] in ("files", "file_imports"):
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call):
                found |= _reasons_in(node)
    return found


def _reasons_in(call: ast.Call) -> set[str]:
    name = getattr(call.func, "attr", getattr(call.func, "id", ""))
    place = TELLING.get(name)
    if place is None or len(call.args) <= place:
        return set()
    reason = call.args[place]
    return {reason.value} if isinstance(reason, ast.Constant) else set()


def test_every_reason_is_explained_and_every_explanation_is_used():
    assert reasons_written() == set(DESCRIPTIONS)


@pytest.mark.parametrize("reason", DESCRIPTIONS)
def test_an_explanation_is_a_sentence_without_codes(reason):
    assert describe_reason(reason).endswith(".")
    assert reason not in describe_reason(reason).split() or "_" not in reason


def test_no_reason_has_no_explanation():
    assert describe_reason(None) == describe_reason("") == ""


def test_an_unknown_reason_is_shown_by_its_code():
    assert "(brand_new)" in describe_reason("brand_new")
