"""Lambda's Python runtimes: which one a package is for, and until when AWS maintains it.

Chalice packages for the version of the Python it runs in. AWS's dates come from cfn-lint, which follows AWS's table of
runtimes; upgrade it for new ones.
"""

import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from importlib.resources import files

PREFERRED = "python3.13"
SHORTEST = timedelta(days=183)  # AWS must maintain the runtime for at least half a year more

OLDEST = (3, 11)  # that the service supports


@dataclass(frozen=True)
class Runtime:
    """One of Lambda's runtimes; `ends` is the last day AWS maintains it, None if AWS's table does not have it."""

    name: str
    ends: date | None

    def __str__(self) -> str:
        return f"{self.name}, {f'maintained by AWS until {self.ends}' if self.ends else 'of no date known'}"

    def is_too_short(self, today: date) -> bool:
        return self.ends is None or self.ends - today < SHORTEST


def this_runtime() -> str:
    """The runtime that the current Python packages for."""
    return "python{}.{}".format(*sys.version_info)


def runtimes() -> dict[str, Runtime]:
    """The runtimes that the service can run on, by name, the oldest first."""
    table = files("cfnlint.data.AdditionalSpecs").joinpath("LmbdRuntimeLifecycle.json").read_text()
    known = {name: Runtime(name, _last_day(dates)) for name, dates in json.loads(table).items() if _is_ours(name)}
    return {name: known[name] for name in sorted(known, key=_version)}


def refusal(name: str, today: date, known: Mapping[str, Runtime]) -> str:
    """Why nothing may be packaged for this runtime; empty when it may."""
    runtime = known.get(name, Runtime(name, None))
    if not runtime.is_too_short(today):
        return ""
    why = f"AWS maintains {name} until {runtime.ends}" if runtime.ends else f"AWS's table has no runtime {name}"
    longer = ", ".join(f"{each.name} (until {each.ends})" for each in known.values() if not each.is_too_short(today))
    return (
        f"{why}, and a package needs half a year at least. Choose another runtime, such as "
        f"make package RUNTIME={PREFERRED}. Those that last: {longer or 'none that cfn-lint knows'}."
    )


def _last_day(dates: Mapping[str, str]) -> date | None:
    return date.fromisoformat(dates["deprecated"]) if dates.get("deprecated") else None


def _is_ours(name: str) -> bool:
    return name.startswith("python3.") and _version(name) >= OLDEST


def _version(name: str) -> tuple[int, int]:
    major, _, minor = name.removeprefix("python").partition(".")
    return int(major), int(minor)
