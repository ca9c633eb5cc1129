"""Which test files of another commit this tree still has, and how a run of tests ended."""

import pytest

from tests.bench.against.suite import SuiteFailed, descendants, summary_of

A, B, C = "tests/test_a.py", "tests/test_b.py", "tests/test_c.py"


def modified(path: str, *lines: str) -> str:
    return "\n".join([f"diff --git a/{path} b/{path}", f"--- a/{path}", f"+++ b/{path}", "@@ -1 +1 @@", *lines, ""])


def added(path: str, *lines: str) -> str:
    return "\n".join([f"diff --git a/{path} b/{path}", "new file mode 100644", f"+++ b/{path}", *lines, ""])


def deleted(path: str, *lines: str) -> str:
    return "\n".join([f"diff --git a/{path} b/{path}", "deleted file mode 100644", f"--- a/{path}", *lines, ""])


def renamed(old: str, new: str, *lines: str) -> str:
    return "\n".join([f"diff --git a/{old} b/{new}", f"rename from {old}", f"rename to {new}", *lines, ""])


def history(*commits: list[str]) -> str:
    return "".join("\0\n\n" + "".join(diffs) for diffs in commits)


class TestDescendants:
    def test_a_file_that_nobody_moved_is_its_own(self):
        assert descendants(history([modified(A)]), [A]) == {A}

    def test_a_file_is_followed_from_commit_to_commit(self):
        assert descendants(history([renamed(A, B)], [modified(B)], [renamed(B, C)]), [A]) == {C}

    def test_two_files_that_trade_places_in_one_commit_both_remain(self):
        assert descendants(history([renamed(A, B), renamed(B, A)]), [A, B]) == {A, B}

    def test_a_deleted_file_has_none(self):
        assert descendants(history([deleted(A, "-def test_one():")]), [A, B]) == {B}

    def test_a_file_that_takes_the_name_of_a_deleted_one_is_none(self):
        assert descendants(history([deleted(A)], [added(A)]), [A]) == set()

    def test_a_file_that_takes_the_name_of_a_renamed_one_in_the_same_commit_is_none(self):
        assert descendants(history([renamed(A, B), added(A)]), [A]) == {B}

    def test_a_new_file_is_none(self):
        assert descendants(history([added(B, "+def test_one():")]), [A]) == {A}

    def test_a_part_that_was_split_off_is_one(self):
        split = [modified(A, "-    def test_one(self):"), added(B, "+def test_one():")]

        assert descendants(history(split), [A]) == {A, B}

    def test_a_file_that_took_over_a_test_of_a_deleted_one_is_one(self):
        merged = [deleted(A, "-def test_one():"), modified(B, "+def test_one():")]

        assert descendants(history(merged), [A]) == {B}

    def test_a_test_that_was_edited_in_place_makes_no_other_file_one(self):
        edited = [modified(A, "-def test_one(a):", "+def test_one(b):"), added(B, "+def test_one():")]

        assert descendants(history(edited), [A]) == {A}

    def test_a_test_moved_out_of_a_file_that_is_none_makes_none(self):
        assert descendants(history([modified(C, "-def test_one():"), added(B, "+def test_one():")]), [A]) == {A}

    def test_a_line_of_code_that_looks_like_a_diff_is_not_one(self):
        assert descendants(history([modified(A, f"+diff --git a/{A} b/{B}", "+deleted file mode 1")]), [A]) == {A}


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
