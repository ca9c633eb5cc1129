"""A package that would not work is refused with the reason."""

import json
import zipfile
from functools import cache

import pytest

from infra.cold_start import ColdStart
from infra.package_checks import (
    Report,
    check_cold_imports,
    check_lightness,
    check_package,
    handlers,
    import_error,
    named_runtimes,
)
from infra.runtime import this_runtime

FUNCTION = {"Type": "AWS::Serverless::Function", "Properties": {"Handler": "app.app", "Runtime": this_runtime()}}


class TestHandlers:
    def test_every_function_of_a_template_is_found(self):
        template = {"Resources": {"Api": FUNCTION, "Table": {"Type": "AWS::DynamoDB::Table"}}}

        assert handlers(template) == {"Api": "app.app"}


class TestImportError:
    def test_a_handler_that_is_there_imports(self, tmp_path):
        (tmp_path / "app.py").write_text("def app(event, context): ...")

        assert import_error("app.app", tmp_path) == ""

    def test_a_missing_handler_is_refused(self, tmp_path):
        (tmp_path / "app.py").write_text("")

        assert "has no attribute 'tick'" in import_error("app.tick", tmp_path)

    @pytest.mark.parametrize("library", ["requests", "chalice"])
    def test_what_is_installed_here_does_not_help_a_package_that_lacks_it(self, tmp_path, library):
        (tmp_path / "app.py").write_text(f"import {library}\n\ndef app(event, context): ...")

        assert "ModuleNotFoundError" in import_error("app.app", tmp_path)


class TestJudge:
    def test_a_misspelled_resource_is_a_problem(self, wrong_template):
        assert any("ApiHandler" in problem for problem in check_once(*wrong_template).problems)

    def test_a_handler_that_cannot_be_imported_is_a_problem(self, wrong_zip):
        assert any("app.app cannot be imported" in problem for problem in check_once(*wrong_zip).problems)

    def test_a_function_on_another_runtime_is_a_problem(self, wrong_template):
        assert any("runtime: python3.10" in problem for problem in check_once(*wrong_template).problems)
        assert named_runtimes(wrong_template[0]) == ["python3.10", this_runtime()]

    def test_the_runtime_is_reported_with_its_end_of_life(self, wrong_zip):
        facts = check_once(*wrong_zip).facts

        assert facts[0].startswith(f"runtime: {this_runtime()}, maintained by AWS until 20")

    def test_a_requirement_that_the_zip_lacks_is_a_problem(self, wrong_zip):
        assert any("orjson 3.0.0 is missing from the zip" in problem for problem in check_once(*wrong_zip).problems)


class TestColdImports:
    @pytest.mark.parametrize("slower", [1, 4])
    def test_are_judged_alike_on_a_slow_machine(self, slower):
        light, heavy = Report(), Report()

        check_cold_imports(light, ColdStart(110 * slower, 220 * slower, 100 * slower, frozenset()))
        check_cold_imports(heavy, ColdStart(110 * slower, 270 * slower, 100 * slower, frozenset()))

        assert light.problems == []
        assert [each.split(":")[0] for each in heavy.problems] == [
            "cold import, the same with a bearer token to verify"
        ]


class TestLightness:
    @pytest.mark.parametrize("module", ["msal", "python_calamine", "rapidfuzz", "chalicelib.files"])
    def test_what_only_the_worker_needs_is_a_problem_on_the_status_path(self, module):
        report = Report()

        check_lightness(report, frozenset({"app", module}))

        assert [problem.partition(": ")[2] for problem in report.problems] == [module]

    def test_a_light_status_path_is_no_problem(self):
        report = Report()

        check_lightness(report, frozenset({"app", "botocore"}))

        assert report.facts == ["provider SDKs on that path: none", "readers of files on that path: none"]
        assert report.problems == []


@pytest.fixture(scope="module")
def wrong_template(tmp_path_factory):
    """A package whose template has a misspelled resource and a function on another runtime."""
    elsewhere = {**FUNCTION, "Properties": {"Handler": "app.app", "Runtime": "python3.10"}}
    resources = {"Api": FUNCTION, "Other": elsewhere, "ApiHandler": {"Properties": {}}}
    return made(tmp_path_factory.mktemp("template"), resources)


@pytest.fixture(scope="module")
def wrong_zip(tmp_path_factory):
    """A package whose zip lacks a requirement and has a handler that cannot be imported."""
    return made(tmp_path_factory.mktemp("zip"), {"Api": FUNCTION}, requirements="orjson==3.0.0")


@cache
def check_once(template, deployment, requirements):
    """The report of a package; each takes a second, mostly of cfn-lint."""
    return check_package(template, deployment, requirements)


def made(directory, resources, requirements=""):
    """A template, the zip that it deploys, and the requirements that the zip must have."""
    template, deployment, required = (directory / name for name in ("sam.json", "deployment.zip", "requirements.txt"))
    required.write_text(requirements)
    template.write_text(json.dumps({"Resources": resources}))
    with zipfile.ZipFile(deployment, "w") as archive:
        archive.writestr("app.py", "import nothing_of_that_name")
    return template, deployment, required
