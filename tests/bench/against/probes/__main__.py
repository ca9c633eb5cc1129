"""`python probes MODULE.PROBE CONTACTS`: runs one probe on the checkout in the working directory.

A probe is a context manager that prepares what it needs and gives a function that measures once. This process prints a
line of JSON as soon as the probe is prepared, and then one with a measurement for each line of its input. After a
failure, which is such a line too, and at the end of its input it stops.
"""

import os
import sys

sys.path.insert(0, os.getcwd())  # noqa: PTH109 # before this directory: its code is what is measured

import json
import traceback
from importlib import import_module
from typing import TextIO


def main(probe: str, contacts: int, answers: TextIO) -> None:
    module, _, name = probe.partition(".")
    try:
        with getattr(import_module(module), name)(contacts) as measure:
            print(json.dumps({}), file=answers, flush=True)
            for _ in sys.stdin:
                print(json.dumps(measure()), file=answers, flush=True)
    except Exception as error:
        traceback.print_exc()
        print(json.dumps({"failure": f"{type(error).__name__}: {error}"}), file=answers, flush=True)


def own_output() -> TextIO:
    """The standard output for this process alone: what others print there goes to the standard error, the log."""
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    return answers


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), own_output())
