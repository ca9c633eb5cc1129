"""Whether a package would deploy and work: runtime, lint, size, handlers, what the status path loads and costs."""

import json
import subprocess
import sys
import tempfile
import zipfile
from dataclasses import dataclass, field
from pathlib import Path

from chalicelib.foundation.json import Json
from infra.cold_start import StatusPathBroken, measure, probe_settings
from infra.runtime import Runtime, runtimes, this_runtime

LARGEST_ZIP = 20_000_000  # bytes
LONGEST_COLD_IMPORT_MS = 350.0  # CPU of the status path, without bytecode
PROVIDER_SDKS = ("googleapiclient", "google.auth", "google.oauth2", "msal")


@dataclass(frozen=True)
class Report:
    """What was found. A package with complaints must not be deployed."""

    facts: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def say(self, fact: str, *, wrong: bool = False) -> None:
        self.facts.append(fact)
        if wrong:
            self.complaints.append(fact)

    def __str__(self) -> str:
        return "\n".join(f"  {fact}" for fact in self.facts)


def judge(template: Path, deployment: Path) -> Report:
    report = Report()
    _judge_runtime(report, template)
    _judge_template(report, template)
    _judge_size(report, deployment)
    with tempfile.TemporaryDirectory(prefix="judge-") as scratch:
        unzipped = Path(scratch)
        with zipfile.ZipFile(deployment) as packed:
            packed.extractall(unzipped)
        _judge_handlers(report, handlers(json.loads(template.read_text())), unzipped)
        if not report.complaints:
            _judge_cold_start(report, unzipped)
    return report


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
    return sorted({str(properties.get("Runtime", "of no name")) for properties in found})


def lint(template: Path) -> str:
    """What cfn-lint has to say; empty when it is content."""
    tool = Path(sys.executable).with_name("cfn-lint")
    done = subprocess.run([str(tool), str(template)], capture_output=True, text=True, check=False)  # noqa: S603 # our own words
    return done.stdout + done.stderr if done.returncode else ""


def _judge_runtime(report: Report, template: Path) -> None:
    """What is imported and measured here must be the code that AWS will run."""
    known, named = runtimes(), named_runtimes(template)
    told = ", ".join(str(known.get(name, Runtime(name, None))) for name in named)
    report.say(f"runtime: {told or 'none'}", wrong=named != [this_runtime()])


def _judge_template(report: Report, template: Path) -> None:
    content = json.loads(template.read_text())
    nameless = [name for name, resource in content["Resources"].items() if "Type" not in resource]
    if nameless:  # what a misspelt name in `template/` leaves behind
        report.say(f"template: {', '.join(nameless)} belong to no resource of Chalice's", wrong=True)
    found = lint(template)
    report.say(f"template: {len(content['Resources'])} resources, cfn-lint {'complains' if found else 'is content'}")
    if found:
        report.complaints.append(found)


def _judge_size(report: Report, deployment: Path) -> None:
    size = deployment.stat().st_size
    with zipfile.ZipFile(deployment) as packed:
        unzipped = sum(entry.file_size for entry in packed.infolist())
    fact = f"zip: {size / 1e6:.1f} MB, {unzipped / 1e6:.1f} MB unzipped (limit {LARGEST_ZIP / 1e6:.0f} MB zipped)"
    report.say(fact, wrong=size >= LARGEST_ZIP)


def _judge_handlers(report: Report, found: dict[str, str], unzipped: Path) -> None:
    for function, handler in found.items():
        error = import_error(handler, unzipped)
        told = f"cannot be imported from the zip alone: {error}" if error else "imports from the zip alone"
        report.say(f"{function}: {handler} {told}", wrong=bool(error))


def import_error(handler: str, unzipped: Path) -> str:
    """Import a handler with nothing on the path but the standard library and the zip; empty when that works."""
    module, _, name = handler.rpartition(".")
    program = f"import sys; sys.path.insert(0, {str(unzipped)!r}); import {module}; assert callable({module}.{name})"
    command = [sys.executable, "-I", "-S", "-B", "-c", program]
    done = subprocess.run(command, env=probe_settings(9), capture_output=True, text=True, check=False)  # noqa: S603 # our own words
    return done.stderr.strip() or f"exit code {done.returncode}" if done.returncode else ""


def _judge_cold_start(report: Report, unzipped: Path) -> None:
    try:
        cold = measure(unzipped, enough=LONGEST_COLD_IMPORT_MS)
    except StatusPathBroken as broken:
        report.say(f"status path: {broken}", wrong=True)
        return
    fact = f"cold import of the status path: {cold.milliseconds:.0f} ms of CPU, {len(cold.modules)} modules"
    report.say(f"{fact} (limit {LONGEST_COLD_IMPORT_MS:.0f} ms)", wrong=cold.milliseconds > LONGEST_COLD_IMPORT_MS)
    report.say(f"the same with a bearer token to verify: {cold.by_bearer_milliseconds:.0f} ms of CPU")
    loaded = [sdk for sdk in PROVIDER_SDKS if sdk in cold.modules]
    report.say(f"provider SDKs on that path: {', '.join(loaded) or 'none'}", wrong=bool(loaded))
