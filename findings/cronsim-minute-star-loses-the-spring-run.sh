#!/usr/bin/env bash
# cronsim 2.8 (the cron expressions of Healthchecks).
#
# Expected: a schedule at a given hour runs once on the night that skips this hour, and on the night that has it twice
#           as often as on others, however its minutes are written: "0,30 2 * * *" and "*/30 2 * * *" are the same times.
# Happens:  the library follows Debian's cron, where a field that begins with * turns the rule for changed clocks off.
#           "0,30 2 * * *" runs once at the end of the skipped hour and twice in autumn; "*/30 2 * * *" does not run at
#           all on the spring night, and four times on the autumn night. "*/2" as the hour loses a run the same way.
# Seen:     cronsim 2.8, Europe/Berlin, runs on the day: ordinary, 28 March 2027, 25 October 2026
#           0,30 2 * * *   2  1  2
#           */30 2 * * *   2  0  4
#           30 */2 * * *  12 11 13
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
"${PYTHON:-python3}" -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check cronsim==2.8 tzdata==2026.6
"$place/venv/bin/python" - <<'PYTHON'
import sys
from datetime import datetime, timedelta
from importlib.metadata import version
from itertools import takewhile
from zoneinfo import ZoneInfo

from cronsim import CronSim

BERLIN = ZoneInfo("Europe/Berlin")
DAYS = (datetime(2027, 6, 1), datetime(2027, 3, 28), datetime(2026, 10, 25))


def runs(expression: str, day: datetime) -> int:
    start = (day - timedelta(seconds=1)).replace(tzinfo=BERLIN)
    return len(list(takewhile(lambda run: run.date() == day.date(), CronSim(expression, start))))


print("cronsim", version("cronsim"))
seen = {}
for expression in ("0,30 2 * * *", "*/30 2 * * *", "30 */2 * * *"):
    seen[expression] = [runs(expression, day) for day in DAYS]
    print(f"{expression:<14}", *(f"{count:>2}" for count in seen[expression]))
expected = {"0,30 2 * * *": [2, 1, 2], "*/30 2 * * *": [2, 0, 4], "30 */2 * * *": [12, 11, 13]}
sys.exit(0 if seen == expected else 1)
PYTHON
