"""`python -m infra package`: the zip and the template that CloudFormation deploys, and the proof that they would work.

clean copy → chalice package, with our template merged in → prune → judge
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from infra.added_template import added_template
from infra.clean_copy import copy_what_ships
from infra.judge import Report, judge
from infra.prune import prune

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "build" / "package"
STAGE = "prod"


class PackageRefused(Exception):
    """The package cannot be made, or would not work; the text says why."""


def package(root: Path = ROOT, target: Path = PACKAGE) -> Report:
    """Make `deployment.zip` and `sam.json` in `target`, for the runtime of the Python that runs this.

    Raises:
        PackageRefused: it cannot be made, or what was made would not deploy or not keep its limits.
    """
    with tempfile.TemporaryDirectory(prefix="package-") as scratch:
        made = _made_by_chalice(copy_what_ships(root, Path(scratch) / "copy"), Path(scratch) / "out")
        shutil.rmtree(target, ignore_errors=True)
        target.mkdir(parents=True)
        prune(made / "deployment.zip", target / "deployment.zip")
        shutil.copyfile(made / "sam.json", target / "sam.json")
    report = judge(target / "sam.json", target / "deployment.zip")
    if report.complaints:
        raise PackageRefused("\n".join([str(report), "", "This package is refused:", *report.complaints]))
    return report


def _made_by_chalice(copy: Path, out: Path) -> Path:
    added = copy.with_name("added.json")
    added.write_text(json.dumps(added_template()))
    chalice = Path(sys.executable).with_name("chalice")
    command = [str(chalice), "package", "--stage", STAGE, "--merge-template", str(added), str(out)]
    done = subprocess.run(command, cwd=copy, env=_environment(), capture_output=True, text=True, check=False)  # noqa: S603 # our own words
    if done.returncode or not (out / "sam.json").exists():
        raise PackageRefused(f"chalice package failed:\n{done.stdout}{done.stderr}")
    return out


def _environment() -> dict[str, str]:
    """Packaging needs a region's name, no credentials and no settings; it must leave no bytecode in the copy."""
    elsewhere = ("AWS_PROFILE", "AWS_ENDPOINT_URL", "AWS_LAMBDA_FUNCTION_NAME", "PUBLIC_URL")
    kept = {name: value for name, value in os.environ.items() if name not in elsewhere}
    return {**kept, "AWS_DEFAULT_REGION": "us-east-1", "PYTHONDONTWRITEBYTECODE": "1"}
