"""What `up` refuses at once, in one sentence, and what it says while it runs."""

import os
import subprocess
import sys

import pytest

from local.data_dir import Hold
from local.processes import ROOT
from local.up import ASK_SECONDS, Room


def local(*arguments, **environment):
    """`python -m local …` in a process of its own."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    command = [sys.executable, "-m", "local", *arguments]
    return subprocess.run(
        command, cwd=ROOT, env={**kept, **environment}, capture_output=True, text=True, check=False, timeout=60
    )


class TestRefusals:
    @pytest.mark.parametrize("part", ["up", "aws", "sandbox"])
    def test_a_file_as_data_directory(self, tmp_path, part):
        file = tmp_path / "data"
        file.touch()

        ended = local(part, "--data-dir", str(file))

        assert (ended.returncode, ended.stderr) == (1, f"{file} is a file. Give a directory: --data-dir DIR\n")

    def test_a_directory_in_use_of_which_nothing_is_touched(self, tmp_path):
        (tmp_path / "logs").mkdir()
        (tmp_path / "logs" / "api.log").write_text("of the one that runs")
        (tmp_path / "ports.json").write_text("[1, 2]")
        held = Hold(tmp_path, "the stack with process id 7")

        ended = local("up", "--data-dir", str(tmp_path))

        assert ended.returncode == 1
        assert ended.stderr == (
            f"{tmp_path} is in use by the stack with process id 7. "
            "Stop that first, or give another directory: --data-dir DIR\n"
        )
        assert (tmp_path / "logs" / "api.log").read_text() == "of the one that runs"
        assert (tmp_path / "ports.json").read_text() == "[1, 2]"
        held.let_go()

    def test_a_setting_that_cannot_be_used(self, tmp_path):
        ended = local("up", "--data-dir", str(tmp_path), REMOVAL_LIMIT="many")

        assert ended.returncode == 1
        assert ended.stderr.startswith("The settings cannot be used:\n  REMOVAL_LIMIT: ")
        assert len(ended.stderr.splitlines()) == 2

    @pytest.mark.parametrize("part", ["api", "worker"])
    def test_settings_that_a_part_alone_lacks(self, part):
        ended = local(part)

        assert ended.returncode == 1
        assert ended.stderr.startswith("The settings cannot be used:\n")
        assert "Traceback" not in ended.stderr


class TestRoom:
    def test_says_once_that_nothing_can_be_kept_and_once_that_it_can_again(self):
        troubles, said = iter(["", "the disk is full", "the disk is full", "", ""]), []
        room = Room(lambda: next(troubles), said.append)

        for number in range(5):
            room.look(number * ASK_SECONDS)

        assert said == [
            "Nothing more can be kept, so the service is not available until it can: the disk is full.",
            "Everything can be kept again.",
        ]

    def test_does_not_ask_more_often_than_it_has_to(self):
        asked = []
        room = Room(lambda: str(asked.append(1) or ""), print)

        for number in range(10):
            room.look(number * ASK_SECONDS / 5)

        assert len(asked) == 2
