"""Lambda's Python runtimes: which one a package is for, and until when AWS maintains it.

Chalice packages for the version of the Python that it runs on. The dates come from cfn-lint, which follows AWS's table
of runtimes; upgrade it for newer ones.
"""

import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from importlib.resources import files

PREFERRED = "python3.13"
SHORTEST = timedelta(days=183)  # AWS must maintain the runtime for at least another half year

OLDEST = (3, 11)  # that the service supports


@dataclass(frozen=True)
class Runtime:
    """A runtime of Lambda."""

    name: str
    #: The last day on which AWS maintains it; None if AWS's table does not have it.
    ends: date | None

    def __str__(self) -> str:
        return f"{self.name}, {f'maintained by AWS until {self.ends}' if self.ends else 'no end date known'}"

    def is_too_short(self, today: date) -> bool:
        return self.ends is None or self.ends - today < SHORTEST


def this_runtime() -> str:
    """The runtime that the current Python packages for."""
    return "python{}.{}".format(*sys.version_info)


def runtimes() -> dict[str, Runtime]:
    """The runtimes that the service can run on, by name, oldest first."""
    table = files("cfnlint.data.AdditionalSpecs").joinpath("LmbdRuntimeLifecycle.json").read_text()
    known = {name: Runtime(name, _last_day(dates)) for name, dates in json.loads(table).items() if _is_ours(name)}
    return {name: known[name] for name in sorted(known, key=_version)}


def refusal(name: str, today: date, known: Mapping[str, Runtime]) -> str:
    """Why a package must not be made for this runtime; "" if it may."""
    runtime = known.get(name, Runtime(name, None))
    if not runtime.is_too_short(today):
        return ""
    why = f"AWS maintains {name} until {runtime.ends}" if runtime.ends else f"AWS's table has no runtime {name}"
    longer = ", ".join(f"{each.name} (until {each.ends})" for each in known.values() if not each.is_too_short(today))
    return (
        f"{why}, and a package needs at least half a year. Choose another runtime: "
        f"make package RUNTIME={PREFERRED}. Maintained long enough: {longer or 'none that cfn-lint knows'}."
    )


def _last_day(dates: Mapping[str, str]) -> date | None:
    return date.fromisoformat(dates["deprecated"]) if dates.get("deprecated") else None


def _is_ours(name: str) -> bool:
    return name.startswith("python3.") and _version(name) >= OLDEST


def _version(name: str) -> tuple[int, int]:
    major, _, minor = name.removeprefix("python").partition(".")
    return int(major), int(minor)
