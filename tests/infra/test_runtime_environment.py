"""Finding a Python of a runtime's version, wherever it was installed."""

import sys
from pathlib import Path

import pytest

from infra.runtime import PREFERRED, this_runtime
from infra.runtime_environment import PythonNotFound, default_runtime, find_python, prepare_python

NOWHERE = {"PATH": "", "HOME": "/nonexistent"}


class TestFinding:
    def test_one_on_the_path(self, tmp_path):
        python = stands_in(tmp_path / "bin" / "python3.13", "python3.13")

        assert find_python("python3.13", {**NOWHERE, "PATH": f"/nonexistent:{python.parent}"}) == python

    def test_one_of_pyenv_that_is_on_no_path(self, tmp_path):
        python = stands_in(tmp_path / ".pyenv/versions/3.13.0/bin/python", "python3.13")

        assert find_python("python3.13", {**NOWHERE, "HOME": str(tmp_path)}) == python

    def test_one_of_a_pyenv_elsewhere(self, tmp_path):
        python = stands_in(tmp_path / "versions/3.13.7/bin/python", "python3.13")

        assert find_python("python3.13", {**NOWHERE, "PYENV_ROOT": str(tmp_path)}) == python

    def test_one_of_uv(self, tmp_path):
        python = stands_in(tmp_path / ".local/share/uv/python/cpython-3.13.2-linux/bin/python3.13", "python3.13")

        assert find_python("python3.13", {**NOWHERE, "HOME": str(tmp_path)}) == python

    def test_a_shim_that_leads_nowhere_is_passed_over(self, tmp_path):
        shim = stands_in(tmp_path / "shims/python3.13", "", code=127)
        python = stands_in(tmp_path / ".pyenv/versions/3.13.0/bin/python", "python3.13")

        assert find_python("python3.13", {"HOME": str(tmp_path), "PATH": str(shim.parent)}) == python

    def test_a_program_of_another_version_and_an_unusable_file_are_passed_over(self, tmp_path):
        other = stands_in(tmp_path / "python3.13", "python3.12")
        unusable = tmp_path / "second" / "python3.13"
        unusable.parent.mkdir()
        unusable.write_text("no program")

        assert find_python("python3.13", {**NOWHERE, "PATH": f"{other.parent}:{unusable.parent}"}) is None


class TestChoosing:
    def test_the_preferred_one_where_it_is_here(self, tmp_path):
        python = stands_in(tmp_path / PREFERRED, PREFERRED)

        assert default_runtime({**NOWHERE, "PATH": str(python.parent)}) == PREFERRED

    def test_else_the_one_of_this_python(self):
        assert default_runtime(NOWHERE) == this_runtime()


class TestPrepared:
    def test_this_python_serves_its_own_runtime(self, tmp_path):
        assert prepare_python(this_runtime(), tmp_path) == Path(sys.executable)
        assert list(tmp_path.iterdir()) == []

    def test_a_missing_version_is_reported_with_how_to_install_it(self, tmp_path):
        with pytest.raises(PythonNotFound, match=r"This machine has no python3\.99.*pyenv install 3\.99"):
            prepare_python("python3.99", tmp_path)


def stands_in(path, runtime, *, code=0):
    """A program that answers as a Python of that runtime would."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\necho {runtime}\nexit {code}\n")
    path.chmod(0o755)
    return path
