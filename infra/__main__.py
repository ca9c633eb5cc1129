"""`python -m infra package | rehearse`: make the deployment package; try it whole in an embedded AWS."""

import argparse
import sys
from collections.abc import Callable

from infra.packaging import PACKAGE, PackageRefused, package


def _package() -> str:
    report = package()
    return f"{report}\nDeploys: {PACKAGE}/sam.json with deployment.zip beside it. infra/OPERATING.md says how."


def _rehearse() -> str:
    from infra.deployment import NotDeployed
    from infra.rehearse import Failed, rehearse
    from local.processes import PartFailed

    try:
        rehearse()
    except (Failed, NotDeployed, PartFailed) as failed:
        sys.exit(f"The rehearsal failed.\n{failed}")
    return "The package deploys and works."


COMMANDS: dict[str, Callable[[], str]] = {"package": _package, "rehearse": _rehearse}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m infra", description=__doc__)
    parser.add_argument("command", choices=COMMANDS)
    try:
        print(COMMANDS[parser.parse_args().command]())
    except PackageRefused as refused:
        sys.exit(str(refused))


if __name__ == "__main__":
    main()
