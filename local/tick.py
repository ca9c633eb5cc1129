"""`python -m local tick`: run the schedule once against a running stack, in this process; prints what it did."""

import contextlib
import json
import os
import sys

from local.invocation import Lifetime, load_app, schedule_event, schedules
from local.running import find_running


def tick(port: int | None) -> None:
    """Run each scheduled function once.

    Raises:
        PartFailed: no stack is running.
    """
    os.environ.update(find_running(port).settings)
    for function in schedules(load_app()):
        with contextlib.redirect_stdout(sys.stderr):  # stdout has only the result
            did = function(schedule_event(function.name), Lifetime())
        print(json.dumps({"function": function.name, "did": did}, default=str))
