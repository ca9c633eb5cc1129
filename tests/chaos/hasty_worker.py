"""The worker of `python -m local worker` in a hurry: a lease of a few seconds, and a schedule that runs every second.

A lease that short also runs out under workers that are alive and well, so that two of them meet on one job.
"""

import sys
from datetime import timedelta
from pathlib import Path

from chalicelib.jobs import store
from local import worker

if __name__ == "__main__":
    store.LEASE = timedelta(seconds=float(sys.argv[2]))
    worker.EVERY_SECONDS = 1.0
    worker.work(Path(sys.argv[1]))
