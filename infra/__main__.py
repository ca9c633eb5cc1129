"""`python -m infra package | rehearse | python | policies`: the deployment package, a trial of it, and its policies.

`package` makes the package and `rehearse` deploys it into an embedded AWS. Both run on the Python of the target runtime
and restart themselves there; `python` prints the path of that Python, for other commands that must run on it.
`policies` writes `.chalice/policy-*.json` from the permissions that the code declares.
"""

import argparse
import os
import re
import subprocess
import sys
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from infra.gradual_rollout import ROLLOUTS
from infra.packaging import PACKAGE, PackageFailed, package
from infra.runtime import refusal, runtimes, this_runtime
from infra.runtime_environment import PythonNotFound, default_runtime, prepare_python


def _package(options: argparse.Namespace) -> str:
    report = package(target=options.into, rollout=options.rollout)
    return f"{report}\nDeploys: {options.into}/sam.json with deployment.zip next to it. infra/OPERATING.md says how."


def _rehearse(options: argparse.Namespace) -> str:
    from infra.deployment import DeploymentFailed
    from infra.rehearse import RehearsalFailed, rehearse
    from local.processes import PartFailed

    try:
        rehearse(options.into)
    except (RehearsalFailed, DeploymentFailed, PartFailed) as failed:
        sys.exit(f"The rehearsal failed.\n{failed}")
    return "The package deploys and works."


def _python(_: argparse.Namespace) -> str:
    return sys.executable


COMMANDS: dict[str, Callable[[argparse.Namespace], str]] = {
    "package": _package,
    "rehearse": _rehearse,
    "python": _python,
}


def main(arguments: Sequence[str]) -> None:
    options = _parser().parse_args(arguments)
    if options.command == "policies":
        from infra.iam_policies import write_policies

        print("\n".join(map(str, write_policies())))
        return
    runtime = options.runtime or default_runtime(os.environ)
    reason = refusal(runtime, datetime.now(UTC).date(), runtimes())
    if reason and not options.even_if_it_ends and options.command != "python":
        sys.exit(reason)
    try:
        if runtime != this_runtime():
            sys.exit(_restart_in(prepare_python(runtime), arguments, runtime))
        print(COMMANDS[options.command](options))
    except (PackageFailed, PythonNotFound) as failed:
        sys.exit(str(failed))


def _restart_in(python: Path, arguments: Sequence[str], runtime: str) -> int:
    command = [str(python), "-m", "infra", *arguments, "--runtime", runtime]
    return subprocess.run(command, check=False).returncode  # noqa: S603 # our own words


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m infra", description=__doc__)
    parser.add_argument("command", choices=[*COMMANDS, "policies"])
    parser.add_argument("--runtime", type=_runtime, help="the Lambda runtime; python3.13 by default")
    parser.add_argument("--rollout", choices=ROLLOUTS, help="shift traffic step by step, and back on an alarm")
    parser.add_argument("--into", type=Path, default=PACKAGE, metavar="DIR", help="the directory of the package")
    parser.add_argument(
        "--even-if-it-ends", action="store_true", help="for trials: allow a runtime that AWS soon stops maintaining"
    )
    return parser


def _runtime(text: str) -> str:
    name = f"python{text.removeprefix('python')}"
    if not re.fullmatch(r"python3\.\d+", name):
        raise argparse.ArgumentTypeError(f"{text} is not a runtime; an example is python3.13")
    return name


if __name__ == "__main__":
    main(sys.argv[1:])
