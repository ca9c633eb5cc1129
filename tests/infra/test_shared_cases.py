"""Cases outside the repository: if they are missing, no test is reported as skipped."""

import pytest

from tests.shared_cases import Absent, shared_cases, shared_files


@pytest.mark.parametrize("case", shared_cases("cases/there is no such file.json"))
def test_a_case_of_a_file_that_is_not_here_is_not_collected(case):
    pytest.fail("it was collected")


@pytest.mark.parametrize("path", argvalues=shared_files("no such folder/*"))
class TestFiles:
    def test_that_are_not_here_are_not_collected(self, path):
        pytest.fail("it was collected")


def test_a_case_is_known_by_its_own_id_or_else_by_its_place(tmp_path):
    (tmp_path / "names.json").write_text('{"search": [{"id": "s1"}, {"query": "ada"}]}')

    assert [case.id for case in shared_cases("names.json", "search", root=tmp_path)] == ["s1", "1"]


def test_a_file_is_known_by_its_path_and_files_come_in_their_order(tmp_path):
    for name in ("b.vcf", "a.vcf", "c.csv"):
        (tmp_path / name).touch()

    assert [path.id for path in shared_files("*.vcf", root=tmp_path)] == ["a.vcf", "b.vcf"]


def test_an_empty_list_elsewhere_is_still_reported():
    assert not isinstance((), Absent)
