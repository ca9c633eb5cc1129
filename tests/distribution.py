"""How parallel test processes share the tests: file by file, in their order; the files of a group stay together.

What a file sets up once is then set up in one process alone. pytest-xdist would hand out test by test and count all
earlier ones each time, which takes the more CPU time the more tests there are. The simulation's tests take seconds,
so they are handed out one by one all the same: no process is left with many of them at the end.
"""

import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadGroupScheduling

ONE_BY_ONE = "tests/simulation/"


class LoadFilesAndGroups(LoadGroupScheduling):
    """Hands out the tests of a file, or of the files with the same `xdist_group`, to the same process."""

    def _split_scope(self, nodeid: str) -> str:
        return unit_of(nodeid, super()._split_scope(nodeid))


def unit_of(test: str, group: str) -> str:
    """What a test is handed out with: its group, or else its file. A test without a group has its own id for one."""
    if group != test or test.startswith(ONE_BY_ONE):
        return group
    return test.partition("::")[0]


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> LoadFilesAndGroups | None:
    return LoadFilesAndGroups(config, log) if config.getvalue("dist") == "loadgroup" else None
