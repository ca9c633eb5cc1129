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

from infra.environment import NoSuchPython, chosen_runtime, prepared
from infra.packaging import PACKAGE, PackageRefused, package
from infra.runtime import refusal, runtimes, this_runtime


def _package(asked: argparse.Namespace) -> str:
    report = package(target=asked.into)
    return f"{report}\nDeploys: {asked.into}/sam.json with deployment.zip beside it. infra/OPERATING.md says how."


def _rehearse(asked: argparse.Namespace) -> str:
    from infra.deployment import NotDeployed
    from infra.rehearse import Failed, rehearse
    from local.processes import PartFailed

    try:
        rehearse(asked.into)
    except (Failed, NotDeployed, PartFailed) as failed:
        sys.exit(f"The rehearsal failed.\n{failed}")
    return "The package deploys and works."


def _write_policies() -> list[Path]:
    from infra.iam_policies import write_policies

    return write_policies()


def _python(_: argparse.Namespace) -> str:
    return sys.executable


COMMANDS: dict[str, Callable[[argparse.Namespace], str]] = {
    "package": _package,
    "rehearse": _rehearse,
    "python": _python,
}


def main(arguments: Sequence[str]) -> None:
    asked = _parser().parse_args(arguments)
    if asked.command == "policies":
        print("\n".join(map(str, _write_policies())))
        return
    runtime = asked.runtime or chosen_runtime(os.environ)
    refused = refusal(runtime, datetime.now(UTC).date(), runtimes())
    if refused and not asked.even_if_it_ends and asked.command != "python":
        sys.exit(refused)
    try:
        if runtime != this_runtime():
            sys.exit(_again_in(prepared(runtime), arguments, runtime))
        print(COMMANDS[asked.command](asked))
    except (PackageRefused, NoSuchPython) as failed:
        sys.exit(str(failed))


def _again_in(python: Path, arguments: Sequence[str], runtime: str) -> int:
    command = [str(python), "-m", "infra", *arguments, "--runtime", runtime]
    return subprocess.run(command, check=False).returncode  # noqa: S603 # our own words


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m infra", description=__doc__)
    parser.add_argument("command", choices=[*COMMANDS, "policies"])
    parser.add_argument("--runtime", type=_runtime, help="the Lambda runtime, python3.13 by default")
    parser.add_argument("--into", type=Path, default=PACKAGE, metavar="DIR", help="where the package goes")
    parser.add_argument("--even-if-it-ends", action="store_true", help="for trials: allow a runtime that AWS ends soon")
    return parser


def _runtime(text: str) -> str:
    name = f"python{text.removeprefix('python')}"
    if not re.fullmatch(r"python3\.\d+", name):
        raise argparse.ArgumentTypeError(f"{text} is not a runtime; an example is python3.13")
    return name


if __name__ == "__main__":
    main(sys.argv[1:])
