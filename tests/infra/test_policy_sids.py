"""IAM accepts letters and digits alone in the ids of a role's statements, which the embedded AWS does not check."""

import json
from pathlib import Path

import pytest

POLICIES = sorted((Path(__file__).parents[2] / ".chalice").glob("policy-*.json"))


@pytest.mark.parametrize("path", POLICIES, ids=lambda path: path.stem)
def test_ids_of_statements_have_letters_and_digits_alone_and_are_distinct(path):
    ids = [statement["Sid"] for statement in json.loads(path.read_text("utf-8"))["Statement"]]

    assert [each for each in ids if not (each.isascii() and each.isalnum())] == []
    assert len(set(ids)) == len(ids) > 0
