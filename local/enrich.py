"""`python -m local enrich --vendor NAME`: run a vendor over the address books of a running stack, as an operator would.

A vendor that is off is turned on first, without a schedule, and the command says so.
"""

import argparse
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import requests
from rich.console import Console
from rich.table import Table

from local.bulk import DONE, FAILED, PARTLY
from local.checked_request import checked_request
from local.processes import PartFailed
from local.running import find_running
from local.sandbox_control import SandboxControl
from local.service_client import ServiceClient

VENDORS = "/api/v1/operator/enrichment"
OPERATOR = "oscar"  # whom the token names
LONGEST_SECONDS = 600.0
POLL_SECONDS = 0.5
NAMES = {"enriched": "Enriched", "failed": "Failed", "ineligible": "Not eligible", "never_tried": "Never tried"}
EndedRun = Mapping[str, Any]  # as the API returns it


@dataclass(frozen=True)
class Enrich:
    """The command over the client of an operator."""

    client: ServiceClient
    console: Console
    sleep: Callable[[float], None] = time.sleep

    def run(self, vendor: str) -> EndedRun:
        """Run the vendor, and return the run once it has ended.

        Raises:
            PartFailed: the service refuses, or the run does not end.
        """
        shown = self._json("GET", f"{VENDORS}/{vendor}")
        if not shown["enabled"] or shown["waits"]:
            self._json("PATCH", f"{VENDORS}/{vendor}", json={"enabled": True})
            self.console.print(
                f"{shown['title']} was off. It is on now{'' if shown['schedule'] else ', without a schedule'}."
            )
        run_id = self._json("POST", f"{VENDORS}/{vendor}/run")["job_id"]
        run = self._follow(vendor, run_id)
        self.show_counts(vendor)
        return run

    def show_counts(self, vendor: str) -> Mapping[str, Any]:
        """Print how many contacts have each status, and why."""
        counts: Mapping[str, Any] = self._json("GET", f"{VENDORS}/{vendor}/counts")
        table = Table("Status", "Reason", box=None, pad_edge=False)
        table.add_column("Contacts", justify="right")
        for status in counts["statuses"]:
            table.add_row(NAMES[status["status"]], "", f"{status['contacts']:,}")
            for reason in status["reasons"]:
                table.add_row("", reason["title"], f"{reason['contacts']:,}")
        table.add_row("All", "", f"{counts['contacts']:,}")
        self.console.print(table)
        return counts

    def _follow(self, vendor: str, run_id: str) -> EndedRun:
        until, looked_at = time.monotonic() + LONGEST_SECONDS, -1
        while True:
            run: EndedRun = self._json("GET", f"{VENDORS}/{vendor}/runs/{run_id}")
            if run["looked_at"] != looked_at:
                looked_at = run["looked_at"]
                self.console.print(f"  {looked_at:,} contacts looked at, {run['calls']:,} calls")
            if run["finished_at"] is not None:
                self.console.print(f"  {run['state']}" + (f": {run['words']}" if run["words"] else ""))
                return run
            if time.monotonic() > until:
                raise PartFailed(f"Run {run_id} did not finish within {LONGEST_SECONDS:.0f} s. It continues.")
            self.sleep(POLL_SECONDS)

    def _json(self, method: str, path: str, **more: Any) -> Any:
        response: requests.Response = checked_request(self.client, method, path, **more)
        return response.json()


def enrich(options: argparse.Namespace) -> int:
    """Run `python -m local enrich …`; returns the exit code.

    Raises:
        PartFailed: no stack is running, or the service refuses.
    """
    running = find_running(options.port)
    token = SandboxControl.of(running.settings).token(OPERATOR, operator=True)
    run = Enrich(ServiceClient(running.url, token), Console(highlight=False)).run(options.vendor)
    return {"completed": DONE, "partial": PARTLY, "canceled": PARTLY}.get(run["state"], FAILED)
