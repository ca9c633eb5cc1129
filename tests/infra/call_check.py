"""Over a whole test session: no function asks AWS for anything its policy does not allow.

The parts that tests start (`local api`, `local worker`) note their calls; at the end of the session they are held
against the policies, and the session fails when one goes beyond. `tests/conftest.py` takes its hooks from here.
"""

import os
import shutil
import tempfile
from pathlib import Path

import pytest

from infra.iam_policies import disallowed_calls
from local.aws_calls import RECORD, Call, read_calls

_STASH = pytest.StashKey[Path]()


def pytest_configure(config: pytest.Config) -> None:
    """Before any test process begins: say where calls are noted. Processes of xdist inherit it."""
    if RECORD not in os.environ:
        os.environ[RECORD] = tempfile.mkdtemp(prefix="aws-calls-")
        config.stash[_STASH] = Path(os.environ[RECORD])


def pytest_sessionfinish(session: pytest.Session) -> None:
    if _beyond(session.config) and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    found = _beyond(config)
    if found:
        terminalreporter.section("AWS calls beyond the function's policy", red=True)
        for call in found:
            terminalreporter.write_line(str(call))


def pytest_unconfigure(config: pytest.Config) -> None:
    if _STASH in config.stash:
        shutil.rmtree(config.stash[_STASH], ignore_errors=True)
        del os.environ[RECORD]


def _beyond(config: pytest.Config) -> list[Call]:
    """Only the process that began the session judges it."""
    return disallowed_calls(read_calls(config.stash[_STASH])) if _STASH in config.stash else []
