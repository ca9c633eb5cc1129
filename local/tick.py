"""`python -m local tick`: one run of the schedule against a running stack, in this process; prints what it did."""

import contextlib
import json
import os
import sys

from local.invocation import Lifetime, load_app, schedule_event, schedules
from local.running import find_running


def tick(port: int | None) -> None:
    """Run each scheduled function once.

    Raises:
        PartFailed: nothing runs.
    """
    os.environ.update(find_running(port).settings)
    for function in schedules(load_app()):
        with contextlib.redirect_stdout(sys.stderr):  # its log; what it did is told alone
            did = function(schedule_event(function.name), Lifetime())
        print(json.dumps({"function": function.name, "did": did}, default=str))
