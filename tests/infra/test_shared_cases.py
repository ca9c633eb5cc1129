"""Cases outside the repository: a test whose cases are missing is not collected, so it is not reported as skipped."""

import pytest

from tests.shared_cases import shared_cases, shared_files

pytest_plugins = ["pytester"]

HEAD = """
import pytest
from tests.shared_cases import shared_cases, shared_files
"""


@pytest.mark.parametrize(
    "parameters",
    ['"case", shared_cases("cases/missing.json")', '"case", argvalues=shared_files("missing/*")'],
)
def test_a_test_whose_cases_are_missing_is_not_collected(pytester, parameters):
    pytester.makepyfile(f"{HEAD}\n@pytest.mark.parametrize({parameters})\ndef test_case(case): ...")

    assert run(pytester).ret == pytest.ExitCode.NO_TESTS_COLLECTED


def test_a_class_whose_cases_are_missing_is_not_collected(pytester):
    pytester.makepyfile(
        f"{HEAD}\n@pytest.mark.parametrize('case', shared_cases('missing.json'))\n"
        "class TestCases:\n    def test_case(self, case): ..."
    )

    assert run(pytester).ret == pytest.ExitCode.NO_TESTS_COLLECTED


def test_any_other_test_without_cases_is_reported_as_skipped(pytester):
    pytester.makepyfile(f"{HEAD}\n@pytest.mark.parametrize('case', [])\ndef test_case(case): ...")

    run(pytester).assert_outcomes(skipped=1)


def test_a_case_is_identified_by_its_id_or_else_by_its_position(tmp_path):
    (tmp_path / "names.json").write_text('{"search": [{"id": "s1"}, {"query": "ada"}]}')

    assert [case.id for case in shared_cases("names.json", "search", root=tmp_path)] == ["s1", "1"]


def test_a_file_is_identified_by_its_path_and_files_are_sorted(tmp_path):
    for name in ("b.vcf", "a.vcf", "c.csv"):
        (tmp_path / name).touch()

    assert [path.id for path in shared_files("*.vcf", root=tmp_path)] == ["a.vcf", "b.vcf"]


def run(pytester):
    return pytester.runpytest_inprocess("-p", "tests.shared_cases", "-p", "no:cacheprovider")
