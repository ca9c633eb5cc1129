"""`python -m local bulk …`: manage the bulk jobs of a running stack over HTTP, as any client would.

`delete` begins with a dry run, shows its numbers and asks for confirmation. Scripts pass `--yes`; without it and
without a terminal, nothing is deleted.
"""

import argparse
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import requests

from chalicelib.bulk.bulk_job import BulkState
from chalicelib.contacts.source import Source, SourceKind
from local.checked_request import checked_request
from local.processes import PartFailed
from local.running import find_running
from local.sandbox_control import SandboxControl
from local.service_client import ServiceClient

BULK = "/api/v1/contacts/bulk"
DONE, FAILED, PARTLY, NOT_CONFIRMED = 0, 1, 3, 4  # exit codes; 2 is argparse's, for an invalid command
LONGEST_SECONDS = 600.0
LONGEST_WAIT = 2.0  # seconds between two polls, whatever the service suggests
FINAL = (BulkState.COMPLETED, BulkState.PARTIAL, BulkState.FAILED, BulkState.CANCELED)
MOST_LISTED = 10  # kept contacts that are listed one by one
Job = dict[str, Any]  # as the API returns it


@dataclass(frozen=True)
class Bulk:
    """The commands over one person's client. Each returns its exit code."""

    client: ServiceClient
    #: Prints a line.
    say: Callable[[str], None] = print
    #: Asks a question and returns the reply; "" without a terminal.
    ask: Callable[[str], str] = lambda question: input(question) if sys.stdin.isatty() else ""
    sleep: Callable[[float], None] = time.sleep

    def show_all(self, kind: str | None, state: str | None) -> int:
        """List the matching jobs, newest first, one per line."""
        found = False
        for job in self._jobs({"kind": kind, "state": state}):
            found = True
            self.say(_line(job))
        if not found:
            self.say("No matching bulk jobs.")
        return DONE

    def dry_run(self, run: str, contact_ids: list[str]) -> int:
        """Show what a cleanup of this run (a job id or a tracking key) would delete."""
        job = self._clean_up(run, contact_ids, dry_run=True)
        self._report(job)
        return _exit_code(job)

    def delete(self, run: str, contact_ids: list[str], *, yes: bool) -> int:
        """Show it, then delete it after confirmation."""
        dry = self._clean_up(run, contact_ids, dry_run=True)
        self._report(dry)
        if _exit_code(dry) == FAILED or not dry["candidate_contact_ids"]:
            return _exit_code(dry)
        if not (yes or self.ask(_question(dry)).strip().lower() in ("y", "yes")):
            self.say("Nothing was deleted.")
            return NOT_CONFIRMED
        done = self._clean_up(run, contact_ids, dry_run=False)
        self._report(done)
        return _exit_code(done)

    def _jobs(self, filters: dict[str, str | None]) -> Iterator[Job]:
        cursor: str | None = ""
        while cursor is not None:
            page = self._json("GET", BULK, params={**filters, "cursor": cursor or None, "limit": 200})
            yield from page["jobs"]
            cursor = page["next_cursor"]

    def _clean_up(self, run: str, contact_ids: list[str], *, dry_run: bool) -> Job:
        """Start a cleanup and wait until it ends."""
        which = "tracking_key" if Source.of(run).kind is SourceKind.BULK else "bulk_create_job_id"
        some = {"contact_ids": contact_ids} if contact_ids else {}
        begun = self._json("POST", f"{BULK}/cleanup", json={which: run, "dry_run": dry_run, **some})
        until = time.monotonic() + LONGEST_SECONDS
        while True:
            response = self._request("GET", f"{BULK}/cleanup/{begun['job_id']}")
            job: Job = response.json()
            if job["status"] in FINAL:
                return job
            if time.monotonic() > until:
                raise PartFailed(
                    f"Job {job['job_id']} did not finish within {LONGEST_SECONDS:.0f} s. It continues to run."
                )
            self.sleep(min(float(response.headers.get("Retry-After", LONGEST_WAIT)), LONGEST_WAIT))

    def _report(self, job: Job) -> None:
        verb = "would be deleted" if job["dry_run"] else "deleted"
        self.say(f"{job['tracking_key']}: {job['status']}" + (" (dry run)" if job["dry_run"] else ""))
        self.say(f"  {_deletions(job):>7,} {verb}")
        for count, words in ((len(job["kept"]), "kept: also in other sources"), *_others(job)):
            if count:
                self.say(f"  {count:>7,} {words}")
        for named in job["kept"][:MOST_LISTED]:
            self.say(f"          {named['contact_id']} kept: {named['reason']}")
        if job["error_message"]:
            self.say(f"  {job['error_message']}")

    def _json(self, method: str, path: str, **more: Any) -> Any:
        return self._request(method, path, **more).json()

    def _request(self, method: str, path: str, **more: Any) -> requests.Response:
        return checked_request(self.client, method, path, **more)


def bulk(options: argparse.Namespace) -> int:
    """Run `python -m local bulk …`; returns the exit code.

    Raises:
        PartFailed: no stack is running, or the service refuses.
    """
    running = find_running(options.port)
    token = SandboxControl.of(running.settings).token(options.person)
    commands = Bulk(ServiceClient(running.url, token))
    match options.action:
        case "list":
            return commands.show_all(options.kind, options.state)
        case "dry-run":
            return commands.dry_run(options.run, options.contact)
        case _:
            return commands.delete(options.run, options.contact, yes=options.yes)


def _line(job: Job) -> str:
    numbers = f"{job['processed_count']:,} of {job['total_count']:,}"
    kind = job["kind"]
    if kind == "create":
        numbers += f", {job['success_count']:,} created"
    elif job["dry_run"]:
        kind = "dry run"
    else:
        numbers += f", {job['deleted_count']:,} deleted"
    return (
        f"{job['started_at'][:19]}  {kind:<8} {job['status']:<10} {numbers:<32} {job['tracking_key']}  {job['job_id']}"
    )


def _deletions(job: Job) -> int:
    """How many contacts a cleanup deleted, or would delete."""
    if not job["dry_run"]:
        return int(job["deleted_count"])
    return len(job["candidate_contact_ids"]) - len(job["kept"])


def _others(job: Job) -> Iterator[tuple[int, str]]:
    yield job["not_found_count"], "not found: deleted, or not from this run"
    yield job["forbidden_count"], "forbidden: owned by another person"
    yield job["failed_count"], "failed"


def _exit_code(job: Job) -> int:
    return {BulkState.COMPLETED: DONE, BulkState.PARTIAL: PARTLY}.get(job["status"], FAILED)


def _question(dry: Job) -> str:
    deletions, kept = _deletions(dry), len(dry["kept"])
    others = f", and remove this run's data from {kept:,} that are kept" if kept else ""
    return f"Delete {deletions:,} contact{'' if deletions == 1 else 's'}{others}? [y/N] "
