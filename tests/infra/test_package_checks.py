"""A package that would not work is refused with the reason."""

import json
import zipfile

import pytest

from infra.package_checks import check_package, handlers, import_error, named_runtimes
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
    def test_a_misspelled_resource_is_a_problem(self, tmp_path):
        report = check_package(*made(tmp_path, {"ApiHandler": {"Properties": {}}}))

        assert any("ApiHandler" in problem for problem in report.problems)

    def test_a_handler_that_cannot_be_imported_is_a_problem(self, tmp_path):
        report = check_package(*made(tmp_path, {"Api": FUNCTION}))

        assert any("app.app cannot be imported" in problem for problem in report.problems)

    def test_a_function_on_another_runtime_is_a_problem(self, tmp_path):
        elsewhere = {**FUNCTION, "Properties": {"Handler": "app.app", "Runtime": "python3.10"}}
        template, deployment = made(tmp_path, {"Api": FUNCTION, "Other": elsewhere})

        assert any("runtime: python3.10" in problem for problem in check_package(template, deployment).problems)
        assert named_runtimes(template) == ["python3.10", this_runtime()]

    def test_the_runtime_is_reported_with_its_end_of_life(self, tmp_path):
        report = check_package(*made(tmp_path, {"Api": FUNCTION}))

        assert report.facts[0].startswith(f"runtime: {this_runtime()}, maintained by AWS until 20")


def made(directory, resources):
    template, deployment = directory / "sam.json", directory / "deployment.zip"
    template.write_text(json.dumps({"Resources": resources}))
    with zipfile.ZipFile(deployment, "w") as archive:
        archive.writestr("app.py", "import nothing_of_that_name")
    return template, deployment
