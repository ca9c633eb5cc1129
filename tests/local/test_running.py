"""How `tick`, `token` and fault drills find the stack that runs."""

import os
import stat

import pytest

from local.processes import PartFailed
from local.running import Running, find_running, remove_dead

GONE = 2**22 + 1  # no process has this id


def running(port: int, process: int) -> Running:
    return Running(port, f"http://127.0.0.1:{port}/", process, {"worker": 1}, {"CRON_SECRET": "s"}, "logs")


class TestFindRunning:
    def test_a_stack_is_found_by_its_port(self, tmp_path):
        for port in (8000, 8100):
            running(port, os.getpid()).write(tmp_path)

        assert find_running(8100, tmp_path) == running(8100, os.getpid())

    def test_without_a_port_the_newest_that_is_alive_is_meant(self, tmp_path):
        for age, (port, process) in enumerate([(8300, GONE), (8200, os.getpid()), (8100, os.getpid())]):
            running(port, process).write(tmp_path)
            os.utime(tmp_path / f"running-{port}.json", (1_000_000 - age, 1_000_000 - age))

        assert find_running(home=tmp_path).port == 8200

    @pytest.mark.parametrize("content", ["", "{", '{"port": 1}'])
    def test_a_file_that_makes_no_sense_is_passed_over(self, tmp_path, content):
        (tmp_path / "running-1.json").write_text(content)
        running(8000, os.getpid()).write(tmp_path)

        assert find_running(home=tmp_path).port == 8000

    def test_where_nothing_runs_the_answer_says_how_to_start_it(self, tmp_path):
        with pytest.raises(PartFailed, match="python -m local up"):
            find_running(home=tmp_path)

    def test_its_secrets_are_for_its_owner_alone(self, tmp_path):
        running(8000, os.getpid()).write(tmp_path)

        assert stat.S_IMODE((tmp_path / "running-8000.json").stat().st_mode) == 0o600

    def test_what_killed_stacks_left_is_removed_and_what_runs_stays(self, tmp_path):
        for port, process in ((8000, os.getpid()), (8100, GONE)):
            running(port, process).write(tmp_path)

        remove_dead(tmp_path)

        assert [found.name for found in tmp_path.iterdir()] == ["running-8000.json"]

    def test_the_logs_of_the_last_stacks_that_ended_are_kept(self, tmp_path):
        for age, name in enumerate(["newest", "new", "middle", "old", "older", "oldest"]):
            (tmp_path / "logs" / name).mkdir(parents=True)
            os.utime(tmp_path / "logs" / name, (1_000_000 - age, 1_000_000 - age))

        remove_dead(tmp_path)

        assert {logs.name for logs in (tmp_path / "logs").iterdir()} == {"newest", "new", "middle", "old", "older"}

    def test_a_stack_that_stopped_is_forgotten(self, tmp_path):
        running(8000, os.getpid()).write(tmp_path)
        running(8000, os.getpid()).forget(tmp_path)

        assert list(tmp_path.iterdir()) == []
