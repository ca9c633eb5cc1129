"""Which test files of another commit this tree still has, and how a run of tests ended."""

import pytest

from tests.bench.against.suite import SuiteFailed, descendants, summary_of

A, B, C = "tests/test_a.py", "tests/test_b.py", "tests/test_c.py"


def history(*commits: list[str]) -> str:
    return "".join("\0\n\n" + "\n".join(changes) + "\n" for changes in commits)


class TestDescendants:
    def test_a_file_that_nobody_moved_is_its_own(self):
        assert descendants(history([f"M\t{A}"]), [A]) == {A: A}

    def test_a_file_is_followed_from_commit_to_commit(self):
        assert descendants(history([f"R060\t{A}\t{B}"], [f"M\t{B}"], [f"R100\t{B}\t{C}"]), [A]) == {A: C}

    def test_two_files_that_trade_places_in_one_commit_are_not_confused(self):
        assert descendants(history([f"R100\t{A}\t{B}", f"R100\t{B}\t{A}"]), [A, B]) == {A: B, B: A}

    def test_a_deleted_file_has_none(self):
        assert descendants(history([f"D\t{A}"]), [A, B]) == {B: B}

    def test_a_file_that_later_takes_the_name_of_a_deleted_one_does_not_descend_from_it(self):
        assert descendants(history([f"D\t{A}"], [f"A\t{A}"]), [A]) == {}

    def test_a_file_that_takes_the_name_of_a_moved_one_in_the_same_commit_does_not_descend_from_it(self):
        assert descendants(history([f"R070\t{A}\t{B}", f"A\t{A}"]), [A]) == {A: B}

    def test_a_new_file_descends_from_none(self):
        assert descendants(history([f"A\t{B}"]), [A]) == {A: A}


class TestSummary:
    @pytest.mark.parametrize(
        "line",
        [
            "2345 passed, 3 skipped in 512.34s (0:08:32)",
            "1 failed, 2344 passed in 9.20s",
            "2345 passed, 1 warning in 0.52s",
        ],
    )
    def test_is_the_last_line_of_pytest(self, line):
        assert summary_of(f"....  [100%]\n{line}\nmake: *** [Makefile:44: test] Error 1\n") == line

    def test_has_no_line_around_it(self):
        assert summary_of("==== 12 passed in 1.00s ====\n") == "12 passed in 1.00s"

    @pytest.mark.parametrize(
        "output", ["", "2 errors in 3.10s\n", "12 passed, 1 error in 3.10s\n", "no tests ran in 1s\n"]
    )
    def test_of_a_run_that_did_not_reach_its_end_is_a_failure_with_its_last_words(self, output):
        with pytest.raises(SuiteFailed, match=output.strip() or None):
            summary_of(output)
