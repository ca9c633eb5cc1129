"""The time of the tests: another commit's, the same tests in this tree, and all tests of this tree.

The same tests are those in files that descend from the other commit's test files, commit by commit: git detects that a
file was renamed, and a file to which a commit moved a test by its name, such as a part of a file that was split, is a
descendant, too. All tests of a descendant count, so the measured time is rather too long than too short.
"""

import re
import subprocess
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import PurePath

from tests.bench.against.prober import Measurement
from tests.bench.against.revisions import Side, clean_environment
from tests.bench.against.verdicts import Comparison, Limit, Measured

NAME = "tests"
PROCESSES = 2
LIMITS = (
    Limit("same", "the tests that commit has, two cores, once", "s", 0.6, is_share=True),
    Limit("whole", "the whole suite, two cores, once", "s", 1.0, is_share=True),
)
_WHOLE = ["make", "test", f"PROCESSES={PROCESSES}"]
_LIKE_MAKE_TEST = ["-q", "-n", str(PROCESSES), "--dist", "loadgroup", "-m", "not long"]
_SUMMARY = re.compile(r"^=* ?(.*\d+ passed.* in [\d.]+s.*?)=*$", re.MULTILINE)
_COMMIT = "\0"
_PATHS = re.compile(r"a/(\S+) b/(\S+)\n")
_REMOVED, _ADDED = (re.compile(rf"^[{sign}] *def (test_\w+)", re.MULTILINE) for sign in "-+")


@dataclass(frozen=True)
class _FileDiff:
    """What a commit changed in one file. A path is empty where there is no such file."""

    old: str
    new: str
    removed: frozenset[str]  # names of tests
    added: frozenset[str]


class SuiteFailed(Exception):
    """The tests did not run to their end; the message has the end of their output."""


def compare_suites(that_commit: Side, this_tree: Side) -> Comparison:
    """Time each side once, in seconds, as `same` and `whole`; the other commit has one time for both."""
    that = _measured(lambda: _time_that_commit(that_commit))
    this = _measured(lambda: _time_this_tree(this_tree, that_commit))
    return Comparison(NAME, LIMITS, that, this)


def descendants(history: str, files: Iterable[str]) -> set[str]:
    """The present paths of the files that descend from `files`.

    Args:
        history: each commit, the oldest first, as a NUL and its diff.
        files: paths before the first of these commits.
    """
    known = set(files)
    for commit in history.split(_COMMIT):
        known = _after(list(_file_diffs(commit)), known)
    return known


def summary_of(output: str) -> str:
    """What pytest says last of a run, without the line around it.

    Raises:
        SuiteFailed: the output reports errors, or no passed tests.
    """
    found = _SUMMARY.findall(output)
    if not found or "error" in found[-1]:
        raise SuiteFailed(" | ".join(output.splitlines()[-3:]))
    return str(found[-1]).strip()


def _after(diffs: Sequence[_FileDiff], known: set[str]) -> set[str]:
    """The descendants after a commit, of those before it."""
    moved = {test for diff in diffs if diff.old in known for test in diff.removed - diff.added}
    gone = {diff.old for diff in diffs if diff.old != diff.new}
    renamed = {diff.new for diff in diffs if diff.old in known}
    received = {diff.new for diff in diffs if (diff.added - diff.removed) & moved}
    return ((known - gone) | renamed | received) - {""}


def _file_diffs(commit: str) -> Iterator[_FileDiff]:
    for text in re.split(r"^diff --git ", commit, flags=re.MULTILINE)[1:]:
        old, new = _PATHS.findall(text)[0]
        yield _FileDiff(
            "" if "\nnew file mode " in text else old,
            "" if "\ndeleted file mode " in text else new,
            frozenset(_REMOVED.findall(text)),
            frozenset(_ADDED.findall(text)),
        )


def _measured(take: Callable[[], Measurement]) -> Measured:
    try:
        return Measured([take()])
    except SuiteFailed as failed:
        return Measured([], str(failed))


def _time_that_commit(side: Side) -> Measurement:
    _collect(side)
    seconds, summary = _timed(side, _WHOLE)
    return {"same": seconds, "whole": seconds, "note": summary}


def _time_this_tree(side: Side, that_commit: Side) -> Measurement:
    files = _test_files(that_commit)
    found = sorted(descendants(_history(side, that_commit), files))
    _collect(side)
    same, summary = _timed(side, [str(side.python), "-m", "pytest", *_LIKE_MAKE_TEST, *found])
    whole, whole_summary = _timed(side, _WHOLE)
    note = f"its {len(files)} test files are {len(found)} here: {summary}; the whole suite: {whole_summary}"
    return {"same": same, "whole": whole, "note": note}


def _test_files(side: Side) -> list[str]:
    listed = _git(side, "ls-files", "tests").splitlines()
    return [path for path in listed if PurePath(path).match("test_*.py")]


def _history(side: Side, since: Side) -> str:
    commits = f"{_git(since, 'rev-parse', 'HEAD').strip()}..HEAD"
    form = [
        "--reverse",
        "--format=%x00",
        "--patch",
        "--unified=0",
        "--find-renames",
        "--src-prefix=a/",
        "--dst-prefix=b/",
    ]
    return _git(side, "log", *form, commits, "--", "tests")


def _git(side: Side, *arguments: str) -> str:
    return subprocess.run(["git", *arguments], cwd=side.root, check=True, capture_output=True, text=True).stdout


def _collect(side: Side) -> None:
    """Compile the tests, so that the first side to run does not pay for it."""
    _run(side, [str(side.python), "-m", "pytest", "-q", "--collect-only"])


def _timed(side: Side, command: Sequence[str]) -> tuple[float, str]:
    began = time.perf_counter()
    output = _run(side, command)
    return time.perf_counter() - began, summary_of(output)


def _run(side: Side, command: Sequence[str]) -> str:
    """Its output, even if it failed: then tests failed, which the summary says."""
    done = subprocess.run(
        command,
        cwd=side.root,
        env=clean_environment(),
        text=True,
        check=False,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    return done.stdout
