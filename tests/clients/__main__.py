"""`make clients`: makes clients from the API's description as a frontend's developer would, and uses them.

Starts a stack, lints its description, generates a client in TypeScript and one in Python, compiles both strictly, and
runs journeys with each. `make clients` installs the tools, in an environment of their own.
"""

import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from tests.clients import build, typescript_person
from tests.journeys.world import World


def main() -> int:
    world = World()
    timed("start a stack", world.start)
    try:
        build.fetch_description(world)
        with ThreadPoolExecutor() as tools:
            each = [
                tools.submit(timed, "lint the description", build.lint),
                tools.submit(use_typescript, world),
                tools.submit(use_python, world),
            ]
        failures = [failure for one in each if (failure := one.exception()) is not None]
    finally:
        world.stop()
    for failure in failures:
        print(failure, file=sys.stderr)
    return 1 if failures else 0


def use_typescript(world: World) -> None:
    timed("generate and compile the TypeScript client", build.build_typescript)
    timed("run the ten lines of the documentation", lambda: typescript_person.run_ten_lines(world))
    timed("run the frontend with the TypeScript client", lambda: typescript_person.run_frontend(world))


def use_python(world: World) -> None:
    timed("generate and check the Python client", build.build_python)
    journeys = (build.HERE / "journey_with_python.py", "-q", "-p", "no:cacheprovider")
    command = (sys.executable, "-m", "pytest", *journeys)
    timed(
        "run the journeys with the Python client",
        lambda: build.run(*command, STACK_PORT=str(world.port), PYTHONPATH=str(build.PYTHON)),
    )


def timed(what: str, do: Callable[[], object]) -> None:
    began = time.monotonic()
    do()
    print(f"{time.monotonic() - began:6.1f} s to {what}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
