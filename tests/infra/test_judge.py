"""A package that would not work is refused, with the reason."""

import json
import zipfile

import pytest

from infra.judge import handlers, import_error, judge

FUNCTION = {"Type": "AWS::Serverless::Function", "Properties": {"Handler": "app.app"}}


class TestHandlers:
    def test_every_function_of_a_template_is_found(self):
        template = {"Resources": {"Api": FUNCTION, "Table": {"Type": "AWS::DynamoDB::Table"}}}

        assert handlers(template) == {"Api": "app.app"}


class TestImportError:
    def test_a_handler_that_is_there_imports(self, tmp_path):
        (tmp_path / "app.py").write_text("def app(event, context): ...")

        assert import_error("app.app", tmp_path) == ""

    def test_a_handler_nobody_wrote_does_not(self, tmp_path):
        (tmp_path / "app.py").write_text("")

        assert "has no attribute 'tick'" in import_error("app.tick", tmp_path)

    @pytest.mark.parametrize("library", ["requests", "chalice"])
    def test_what_is_installed_here_does_not_help_a_package_that_lacks_it(self, tmp_path, library):
        (tmp_path / "app.py").write_text(f"import {library}\n\ndef app(event, context): ...")

        assert "ModuleNotFoundError" in import_error("app.app", tmp_path)


class TestJudge:
    def test_a_misspelt_resource_is_a_complaint(self, tmp_path):
        report = judge(*made(tmp_path, {"ApiHandler": {"Properties": {}}}))

        assert any("ApiHandler" in complaint for complaint in report.complaints)

    def test_so_is_a_handler_that_does_not_import(self, tmp_path):
        report = judge(*made(tmp_path, {"Api": FUNCTION}))

        assert any("app.app cannot be imported" in complaint for complaint in report.complaints)


def made(directory, resources):
    template, deployment = directory / "sam.json", directory / "deployment.zip"
    template.write_text(json.dumps({"Resources": resources}))
    with zipfile.ZipFile(deployment, "w") as archive:
        archive.writestr("app.py", "import nothing_of_that_name")
    return template, deployment
