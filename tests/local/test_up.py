"""What `up` refuses at once, in one sentence, and what it says while it runs."""

import json
import os
import subprocess
import sys

import pytest

from local.data_dir import DirectoryLock
from local.processes import ROOT, free_ports
from local.stack import Stack
from local.up import CHECK_SECONDS, StorageMonitor


def local(*arguments, **environment):
    """`python -m local …` in a process of its own."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    command = [sys.executable, "-m", "local", *arguments]
    return subprocess.run(
        command, cwd=ROOT, env={**kept, **environment}, capture_output=True, text=True, check=False, timeout=60
    )


def ports_of(directory, sandbox_port=None):
    """Those of a stack on that directory which never begins: of the API, of AWS, of the sandbox."""
    stack = Stack(None, directory, {}, sandbox_port=sandbox_port)
    stack.stop()
    return [stack.ports.api, stack.ports.aws, stack.ports.sandbox]


class TestRefusals:
    @pytest.mark.parametrize("part", ["up", "aws", "sandbox"])
    def test_a_file_as_data_directory(self, tmp_path, part):
        file = tmp_path / "data"
        file.touch()

        ended = local(part, "--data-dir", str(file))

        assert (ended.returncode, ended.stderr) == (1, f"{file} is a file. Choose a directory: --data-dir DIR\n")

    def test_a_directory_in_use_of_which_nothing_is_touched(self, tmp_path):
        (tmp_path / "logs").mkdir()
        (tmp_path / "logs" / "api.log").write_text("of the one that runs")
        (tmp_path / "ports.json").write_text("[1, 2]")
        held = DirectoryLock(tmp_path, "the stack with process id 7")

        ended = local("up", "--data-dir", str(tmp_path))

        assert ended.returncode == 1
        assert ended.stderr == (
            f"{tmp_path} is in use by the stack with process id 7. "
            "Stop it first, or choose another directory: --data-dir DIR\n"
        )
        assert (tmp_path / "logs" / "api.log").read_text() == "of the one that runs"
        assert (tmp_path / "ports.json").read_text() == "[1, 2]"
        held.release()

    @pytest.mark.parametrize(
        ("name", "value"), [("REMOVAL_LIMIT", "many"), ("JOBS_TABLE", "a b"), ("BLOBS_BUCKET", "B")]
    )
    def test_a_setting_that_cannot_be_used_before_a_directory_is_made(self, tmp_path, name, value):
        ended = local("up", "--data-dir", str(tmp_path / "data"), **{name: value})

        assert ended.returncode == 1
        assert ended.stderr.startswith(f"Invalid settings:\n  {name}: ")
        assert len(ended.stderr.splitlines()) == 2
        assert not (tmp_path / "data").exists()

    def test_a_directory_with_no_name(self, tmp_path):
        ended = local("up", "--data-dir", "")

        assert (ended.returncode, ended.stderr.splitlines()[-1]) == (
            2,
            "python -m local up: error: argument --data-dir: the directory must not be empty",
        )

    @pytest.mark.parametrize(
        "port", ["http", "0", "-5", "70000", "٨٠٠٠"], ids=["word", "none", "minus", "large", "arabic"]
    )
    def test_what_is_no_port(self, port):
        ended = local("up", f"--port={port}")

        assert ended.returncode == 2
        assert ended.stderr.endswith(f"{port!r} is not a port number; use 1 to 65535\n")

    @pytest.mark.parametrize("name", ["logs", "ports.json"])
    def test_a_directory_in_which_a_name_of_ours_is_something_else(self, tmp_path, name):
        if name == "logs":
            (tmp_path / name).write_text("mine")
        else:
            (tmp_path / name).mkdir()

        ended = local("up", "--port", str(free_ports(1)[0]), "--data-dir", str(tmp_path))

        assert (ended.returncode, len(ended.stderr.splitlines())) == (1, 1)
        assert str(tmp_path) in ended.stderr


class TestPorts:
    """Of AWS and the sandbox: a directory keeps them, for what is stored there speaks of them."""

    def test_are_those_of_the_run_before(self, tmp_path):
        first = ports_of(tmp_path)

        assert ports_of(tmp_path)[1:] == first[1:]

    def test_have_the_sandbox_where_it_was_asked_for(self, tmp_path):
        (asked,) = free_ports(1)

        assert ports_of(None, asked)[2] == ports_of(tmp_path, asked)[2] == asked

    @pytest.mark.parametrize("text", ["", "garbage", "[1", "[]", "{}", "[1]", '["1", 2]', "[0, 70000]", "null"])
    def test_are_new_where_the_file_is_damaged(self, tmp_path, text):
        (tmp_path / "ports.json").write_text(text)

        _, *others = ports_of(tmp_path)

        assert json.loads((tmp_path / "ports.json").read_text()) == others

    @pytest.mark.parametrize("part", ["api", "worker"])
    def test_settings_that_a_part_alone_lacks(self, part):
        ended = local(part)

        assert ended.returncode == 1
        assert ended.stderr.startswith("Invalid settings:\n")
        assert "Traceback" not in ended.stderr


class TestStorageMonitor:
    def test_reports_once_that_data_cannot_be_stored_and_once_that_it_can_again(self):
        troubles, reports = iter(["", "the disk is full", "the disk is full", "", ""]), []
        monitor = StorageMonitor(lambda: next(troubles), reports.append)

        for number in range(5):
            monitor.check(number * CHECK_SECONDS)

        assert reports == [
            "The service is unavailable because data cannot be stored: the disk is full.",
            "The service is available again.",
        ]

    def test_checks_at_most_once_a_second(self):
        checks = []
        monitor = StorageMonitor(lambda: str(checks.append(1) or ""), print)

        for number in range(10):
            monitor.check(number * CHECK_SECONDS / 5)

        assert len(checks) == 2
