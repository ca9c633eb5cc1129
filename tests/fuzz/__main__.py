"""`make fuzz`: sends a running stack what its description allows and what it forbids, and checks every answer.

Starts a stack and lets Schemathesis call every operation as an operator who is an admin of an organization, with the
checks that it has. Environment: FUZZ_SECONDS, FUZZ_SEED. `make fuzz` installs the tool, in an environment of its own.
"""

import os
import subprocess
import sys
from pathlib import Path

from local.processes import ROOT
from tests.journeys.world import World

HERE = Path(__file__).parent
TOOL = ROOT / ".venv" / "fuzz" / "bin" / "schemathesis"


def main() -> int:
    """The exit code: 0 if nothing was found."""
    world = World()
    world.start()
    try:
        token = world.sandbox.token("fuzz", operator=True, organizations={"acme": ["admin"]})
        return subprocess.run(_command(world.url, token), cwd=ROOT, check=False).returncode
    finally:
        world.stop()


def _command(url: str, token: str) -> list[str]:
    seconds, seed = os.environ.get("FUZZ_SECONDS", "600"), os.environ.get("FUZZ_SEED", "")
    command = [str(TOOL), "--config-file", str(HERE / "schemathesis.toml"), "run", f"{url}api/v1/openapi.json"]
    command += ["--header", f"Authorization: Bearer {token}", "--max-time", seconds, "--workers", "1"]
    return command + (["--seed", seed] if seed else [])


if __name__ == "__main__":
    sys.exit(main())
