"""`python -m infra package`: make the zip and the template that CloudFormation deploys, and check them.

clean copy → chalice package, with our template merged in → prune → bytecode → check
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from infra.added_template import added_template
from infra.bytecode import CompilationFailed, add_bytecode
from infra.clean_copy import copy_what_ships
from infra.gradual_rollout import with_gradual_rollout
from infra.greedy_api import with_greedy_path
from infra.package_checks import Report, check_package
from infra.prune import prune

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "build" / "package"
STAGE = "prod"


class PackageFailed(Exception):
    """The package cannot be made, or has problems; the message says which."""


def package(root: Path = ROOT, target: Path = PACKAGE, *, rollout: str | None = None) -> Report:
    """Make `deployment.zip` and `sam.json` in `target`, for the runtime of the Python that runs this.

    Args:
        rollout: how traffic shifts to the new version, one of `ROLLOUTS`; None to replace the old one at once.

    Raises:
        PackageFailed: it cannot be made, or a check found a problem.
    """
    with tempfile.TemporaryDirectory(prefix="package-") as scratch:
        made = _run_chalice(copy_what_ships(root, Path(scratch) / "copy"), Path(scratch) / "out")
        shutil.rmtree(target, ignore_errors=True)
        target.mkdir(parents=True)
        prune(made / "deployment.zip", Path(scratch) / "pruned.zip")
        _add_bytecode(Path(scratch) / "pruned.zip", target / "deployment.zip")
        template = with_greedy_path(json.loads((made / "sam.json").read_text()))
        if rollout is not None:
            template = with_gradual_rollout(template, rollout)
        (target / "sam.json").write_text(json.dumps(template, indent=2))
    report = check_package(target / "sam.json", target / "deployment.zip", root / "requirements.txt")
    if report.problems:
        raise PackageFailed("\n".join([str(report), "", "This package must not be deployed:", *report.problems]))
    return report


def _run_chalice(copy: Path, out: Path) -> Path:
    added = copy.with_name("added.json")
    added.write_text(json.dumps(added_template()))
    chalice = Path(sys.executable).with_name("chalice")
    command = [str(chalice), "package", "--stage", STAGE, "--merge-template", str(added), str(out)]
    done = subprocess.run(command, cwd=copy, env=_environment(), capture_output=True, text=True, check=False)  # noqa: S603 # our own words
    if done.returncode or not (out / "sam.json").exists():
        raise PackageFailed(f"chalice package failed:\n{done.stdout}{done.stderr}")
    return out


def _add_bytecode(pruned: Path, target: Path) -> None:
    try:
        add_bytecode(pruned, target)
    except CompilationFailed as failed:
        raise PackageFailed(f"The package cannot be compiled:\n{failed}") from None


def _environment() -> dict[str, str]:
    """Packaging needs the name of a region, but neither credentials nor settings. It must not write bytecode."""
    removed = ("AWS_PROFILE", "AWS_ENDPOINT_URL", "AWS_LAMBDA_FUNCTION_NAME", "PUBLIC_URL")
    kept = {name: value for name, value in os.environ.items() if name not in removed}
    return {**kept, "AWS_DEFAULT_REGION": "us-east-1", "PYTHONDONTWRITEBYTECODE": "1"}
