"""Checks of a package before it is deployed: its runtime, template, size and handlers, and its cold start."""

import json
import subprocess
import sys
import tempfile
import zipfile
from dataclasses import dataclass, field
from pathlib import Path

from chalicelib.foundation.json import Json
from infra.cold_start import ColdStart, StatusPathFailed, measure, probe_settings
from infra.requirement_checks import requirement_problems
from infra.runtime import Runtime, runtimes, this_runtime

LARGEST_ZIP = 20_000_000  # bytes; a room takes 200,000 to 300,000
MOST_COLD_IMPORT = 2.6  # CPU of the status path, with and without a bearer token to verify, times the reference
#: What only the worker loads, by what it is for.
LOADED_BY_THE_WORKER = {
    "provider SDKs": ("googleapiclient", "google.auth", "google.oauth2", "msal"),
    "readers of files": ("chalicelib.files", "python_calamine", "rapidfuzz"),
}


@dataclass(frozen=True)
class Report:
    """The results of the checks. A package with problems must not be deployed."""

    #: All results, one line each.
    facts: list[str] = field(default_factory=list)
    #: Those that are problems.
    problems: list[str] = field(default_factory=list)

    def add(self, fact: str, *, is_problem: bool = False) -> None:
        self.facts.append(fact)
        if is_problem:
            self.problems.append(fact)

    def __str__(self) -> str:
        return "\n".join(f"  {fact}" for fact in self.facts)


def check_package(template: Path, deployment: Path, requirements: Path) -> Report:
    """Check a template and the zip that it deploys; the cold start only if everything else is right.

    Args:
        requirements: lines of `name==version`, all of which the zip must have.
    """
    report = Report()
    _check_runtime(report, template)
    _check_template(report, template)
    _check_size(report, deployment)
    with tempfile.TemporaryDirectory(prefix="check-") as scratch:
        unzipped = Path(scratch)
        with zipfile.ZipFile(deployment) as packed:
            packed.extractall(unzipped)
        _check_requirements(report, requirements, unzipped)
        _check_handlers(report, handlers(json.loads(template.read_text())), unzipped)
        if not report.problems:
            _check_cold_start(report, unzipped)
    return report


def check_lightness(report: Report, modules: frozenset[str]) -> None:
    """Check that the status path, which loads these modules, loads nothing that only the worker needs."""
    for kind, names in LOADED_BY_THE_WORKER.items():
        loaded = [name for name in names if name in modules]
        report.add(f"{kind} on that path: {', '.join(loaded) or 'none'}", is_problem=bool(loaded))


def functions(template: Json) -> dict[str, Json]:
    """The properties of every function of a template, by its logical name."""
    kinds = ("AWS::Serverless::Function", "AWS::Lambda::Function")
    return {name: each["Properties"] for name, each in template["Resources"].items() if each.get("Type") in kinds}


def handlers(template: Json) -> dict[str, str]:
    """Every function of a template, by its logical name, with its handler string."""
    return {name: properties["Handler"] for name, properties in functions(template).items()}


def named_runtimes(template: Path) -> list[str]:
    """The runtimes that a template's functions run on."""
    found = functions(json.loads(template.read_text())).values()
    return sorted({str(properties.get("Runtime", "none")) for properties in found})


def lint(template: Path) -> str:
    """The output of cfn-lint; empty if it finds nothing."""
    tool = Path(sys.executable).with_name("cfn-lint")
    done = subprocess.run([str(tool), str(template)], capture_output=True, text=True, check=False)  # noqa: S603 # our own words
    return done.stdout + done.stderr if done.returncode else ""


def _check_runtime(report: Report, template: Path) -> None:
    """The code that is checked here must run on the Python that AWS will run it on."""
    known, named = runtimes(), named_runtimes(template)
    names = ", ".join(str(known.get(name, Runtime(name, None))) for name in named)
    report.add(f"runtime: {names or 'none'}", is_problem=named != [this_runtime()])


def _check_template(report: Report, template: Path) -> None:
    content = json.loads(template.read_text())
    unknown = [name for name, resource in content["Resources"].items() if "Type" not in resource]
    if unknown:  # a misspelled name in `template/`
        report.add(f"template: {', '.join(unknown)}: Chalice has no resource of this name", is_problem=True)
    found = lint(template)
    report.add(
        f"template: {len(content['Resources'])} resources, cfn-lint found {'problems' if found else 'no problem'}"
    )
    if found:
        report.problems.append(found)


def _check_size(report: Report, deployment: Path) -> None:
    size = deployment.stat().st_size
    with zipfile.ZipFile(deployment) as packed:
        unzipped = sum(entry.file_size for entry in packed.infolist())
    fact = f"zip: {size / 1e6:.1f} MB, {unzipped / 1e6:.1f} MB unzipped (limit {LARGEST_ZIP / 1e6:.0f} MB zipped)"
    report.add(fact, is_problem=size >= LARGEST_ZIP)


def _check_requirements(report: Report, requirements: Path, unzipped: Path) -> None:
    problems = requirement_problems(requirements, unzipped)
    for problem in problems:
        report.add(f"requirements: {problem}", is_problem=True)
    if not problems:
        report.add("requirements: all are in the zip and can be imported from it alone")


def _check_handlers(report: Report, found: dict[str, str], unzipped: Path) -> None:
    for function, handler in found.items():
        error = import_error(handler, unzipped)
        result = f"cannot be imported from the zip alone: {error}" if error else "can be imported from the zip alone"
        report.add(f"{function}: {handler} {result}", is_problem=bool(error))


def import_error(handler: str, unzipped: Path) -> str:
    """Import a handler with only the standard library and the zip on the path; returns the error, or "" if it works."""
    module, _, name = handler.rpartition(".")
    program = f"import sys; sys.path.insert(0, {str(unzipped)!r}); import {module}; assert callable({module}.{name})"
    command = [sys.executable, "-I", "-S", "-B", "-c", program]
    done = subprocess.run(command, env=probe_settings(9), capture_output=True, text=True, check=False)  # noqa: S603 # our own words
    return done.stderr.strip() or f"exit code {done.returncode}" if done.returncode else ""


def _check_cold_start(report: Report, unzipped: Path) -> None:
    try:
        cold = measure(unzipped, enough=MOST_COLD_IMPORT)
    except StatusPathFailed as failed:
        report.add(f"status path: {failed}", is_problem=True)
        return
    check_cold_imports(report, cold)
    check_lightness(report, cold.modules)


def check_cold_imports(report: Report, cold: ColdStart) -> None:
    """Check the CPU of the cold imports, on a machine as fast as its reference says."""
    _check_cold_import(report, f"status path ({len(cold.modules)} modules)", cold.milliseconds, cold)
    _check_cold_import(report, "the same with a bearer token to verify", cold.by_bearer_milliseconds, cold)


def _check_cold_import(report: Report, path: str, milliseconds: float, cold: ColdStart) -> None:
    times = milliseconds / cold.reference_milliseconds
    reference = f"{times:.2f} x the reference of {cold.reference_milliseconds:.0f} ms; limit {MOST_COLD_IMPORT} x"
    report.add(f"cold import, {path}: {milliseconds:.0f} ms of CPU ({reference})", is_problem=times > MOST_COLD_IMPORT)
