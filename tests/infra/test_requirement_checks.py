"""A package without a requirement, or with a broken one, is refused with the reason.

The packages here have the installed files of one small requirement that has a compiled module: MarkupSafe.
"""

import shutil
from importlib import metadata
from pathlib import Path

import pytest

from infra.requirement_checks import requirement_problems

MARKUPSAFE = metadata.distribution("markupsafe")


@pytest.fixture
def package(tmp_path):
    """An unzipped package that has the requirement, whole."""
    for file in MARKUPSAFE.files or ():
        target = tmp_path / "package" / file
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(Path(str(file.locate())), target)
    return tmp_path / "package"


class TestRequirementProblems:
    @pytest.mark.parametrize("name", ["MarkupSafe", "markupsafe"])
    def test_a_package_with_all_requirements_has_no_problem(self, package, name):
        assert problems(package, name) == []

    def test_a_requirement_that_was_left_out_is_a_problem(self, package):
        shutil.rmtree(package / "markupsafe")
        shutil.rmtree(next(package.glob("*.dist-info")))

        found = problems(package)

        assert f"markupsafe {MARKUPSAFE.version} is missing from the zip, which has no version of it" in found
        assert (
            "`import markupsafe` fails with the zip alone: ModuleNotFoundError: No module named 'markupsafe'" in found
        )

    def test_another_version_is_a_problem(self, package):
        found = problems(package, version="1.0.0")

        assert found == [f"markupsafe 1.0.0 is missing from the zip, which has {MARKUPSAFE.version}"]

    def test_a_requirement_whose_compiled_module_was_left_out_is_a_problem_though_it_can_be_imported(self, package):
        compiled(package).unlink()

        assert problems(package) == ["markupsafe: the zip has no compiled markupsafe._speedups"]

    def test_a_compiled_module_that_cannot_be_loaded_is_a_problem_though_its_library_can_be_imported(self, package):
        compiled(package).write_bytes(b"no library")

        (found,) = problems(package)

        assert found.startswith("`import markupsafe._speedups` fails with the zip alone: ImportError")

    def test_a_requirement_that_is_not_installed_here_is_a_problem(self, package):
        found = problems(package, "no-library-of-that-name")

        assert any("is not installed here" in problem for problem in found)

    def test_what_a_function_of_ours_imports_later_must_be_there(self, package):
        write_code(package, "def work():\n    from markupsafe import Markup\n    from library.part import name\n")

        assert problems(package) == [
            "`from library.part import name` fails with the zip alone: ModuleNotFoundError: No module named 'library'"
        ]

    def test_what_is_installed_here_does_not_help_a_package_that_lacks_it(self, package):
        write_code(package, "import requests")

        assert any("`import requests` fails" in problem for problem in problems(package))

    def test_what_only_a_type_checker_imports_may_be_missing(self, package):
        write_code(package, "from typing import TYPE_CHECKING\n\nif TYPE_CHECKING:\n    from library import Name\n")

        assert problems(package) == []


def problems(package, name="MarkupSafe", version=MARKUPSAFE.version):
    requirements = package.with_name("requirements.txt")
    requirements.write_text(f"# What ships.\n{name}=={version}  # a reason\n")
    return requirement_problems(requirements, package)


def compiled(package):
    return next(package.glob("markupsafe/_speedups*.so"))


def write_code(package, source):
    """The code has its sources beside the requirements, not in the package."""
    sources = package.with_name("chalicelib")
    sources.mkdir()
    (sources / "work.py").write_text(source)
