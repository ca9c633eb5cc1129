"""`python -m local bulk …`: look after bulk jobs of a running stack as any client would, over HTTP.

`delete` first runs dry and shows the numbers, then asks. A script says `--yes`; where nobody answers, nothing goes.
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
from local.processes import PartFailed
from local.running import find_running
from local.sandbox_control import SandboxControl
from local.service_client import ServiceClient

BULK = "/api/v1/contacts/bulk"
DONE, FAILED, PARTLY, NOT_CONFIRMED = 0, 1, 3, 4  # exit codes; 2 is the parser's, for a command that cannot be
LONGEST_SECONDS = 600.0
LONGEST_WAIT = 2.0  # seconds between two looks, whatever the service proposes
FINAL = (BulkState.COMPLETED, BulkState.PARTIAL, BulkState.FAILED, BulkState.CANCELED)
SHOWN_NAMED = 10  # contacts that are named one by one; of more, the number says enough
Job = dict[str, Any]  # as the API tells of it


@dataclass(frozen=True)
class Bulk:
    """Args:
    client: speaks for the person. say: writes a line. ask: puts a question and gives the answer, "" where nobody is.
    """

    client: ServiceClient
    say: Callable[[str], None] = print
    ask: Callable[[str], str] = lambda question: input(question) if sys.stdin.isatty() else ""
    sleep: Callable[[float], None] = time.sleep

    def show_all(self, kind: str | None, state: str | None) -> int:
        """All jobs that fit, newest first, a line each."""
        found = False
        for job in self._jobs({"kind": kind, "state": state}):
            found = True
            self.say(_line(job))
        if not found:
            self.say("There are no such bulk jobs.")
        return DONE

    def dry_run(self, run: str, contact_ids: list[str]) -> int:
        """What a cleanup of this run (a job's id or a tracking key) would do."""
        job = self._cleaned_up(run, contact_ids, dry_run=True)
        self._tell(job)
        return _exit_code(job)

    def delete(self, run: str, contact_ids: list[str], *, yes: bool) -> int:
        """The same, and then the cleanup itself, where somebody confirms it or there is nothing to confirm."""
        dry = self._cleaned_up(run, contact_ids, dry_run=True)
        self._tell(dry)
        if _exit_code(dry) == FAILED or not dry["candidate_contact_ids"]:
            return _exit_code(dry)
        if not (yes or self.ask(_question(dry)).strip().lower() in ("y", "yes")):
            self.say("Nothing was deleted.")
            return NOT_CONFIRMED
        done = self._cleaned_up(run, contact_ids, dry_run=False)
        self._tell(done)
        return _exit_code(done)

    def _jobs(self, wish: dict[str, str | None]) -> Iterator[Job]:
        cursor: str | None = ""
        while cursor is not None:
            page = self._told("GET", BULK, params={**wish, "cursor": cursor or None, "limit": 200})
            yield from page["jobs"]
            cursor = page["next_cursor"]

    def _cleaned_up(self, run: str, contact_ids: list[str], *, dry_run: bool) -> Job:
        """Begin a cleanup and follow it to its end."""
        which = "tracking_key" if Source.of(run).kind is SourceKind.BULK else "bulk_create_job_id"
        some = {"contact_ids": contact_ids} if contact_ids else {}
        begun = self._told("POST", f"{BULK}/cleanup", json={which: run, "dry_run": dry_run, **some})
        until = time.monotonic() + LONGEST_SECONDS
        while True:
            answer = self._answer("GET", f"{BULK}/cleanup/{begun['job_id']}")
            job: Job = answer.json()
            if job["status"] in FINAL:
                return job
            if time.monotonic() > until:
                told = f"Job {job['job_id']} did not end within {LONGEST_SECONDS:.0f} s; it goes on by itself."
                raise PartFailed(told)
            self.sleep(min(float(answer.headers.get("Retry-After", LONGEST_WAIT)), LONGEST_WAIT))

    def _tell(self, job: Job) -> None:
        verb = "would be deleted" if job["dry_run"] else "deleted"
        self.say(f"{job['tracking_key']}: {job['status']}" + (" (dry run)" if job["dry_run"] else ""))
        self.say(f"  {_goes(job):>7,} {verb}")
        for count, words in ((len(job["kept"]), "kept: others speak of them too"), *_others(job)):
            if count:
                self.say(f"  {count:>7,} {words}")
        for named in job["kept"][:SHOWN_NAMED]:
            self.say(f"          {named['contact_id']} stays: {named['reason']}")
        if job["error_message"]:
            self.say(f"  {job['error_message']}")

    def _told(self, method: str, path: str, **more: Any) -> Any:
        return self._answer(method, path, **more).json()

    def _answer(self, method: str, path: str, **more: Any) -> requests.Response:
        """Raises PartFailed, in the service's own words, for an answer that is no success."""
        answer = self.client.ask(method, path, **more)
        if not answer.ok:
            problem = answer.json() if "json" in answer.headers.get("Content-Type", "") else {}
            raise PartFailed(problem.get("detail") or f"{method} {path} answered {answer.status_code}.")
        return answer


def bulk(asked: argparse.Namespace) -> int:
    """What `python -m local bulk …` was asked; gives the exit code.

    Raises:
        PartFailed: nothing runs, or the service refuses.
    """
    running = find_running(asked.port)
    token = SandboxControl.of(running.settings).token(asked.person)
    made = Bulk(ServiceClient(running.url, token))
    match asked.what:
        case "list":
            return made.show_all(asked.kind, asked.state)
        case "dry-run":
            return made.dry_run(asked.run, asked.contact)
        case _:
            return made.delete(asked.run, asked.contact, yes=asked.yes)


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


def _goes(job: Job) -> int:
    """How many contacts a cleanup deleted, or would delete."""
    if not job["dry_run"]:
        return int(job["deleted_count"])
    return len(job["candidate_contact_ids"]) - len(job["kept"])


def _others(job: Job) -> Iterator[tuple[int, str]]:
    yield job["not_found_count"], "not found: gone, or not of this run"
    yield job["forbidden_count"], "forbidden: somebody else's"
    yield job["failed_count"], "failed"


def _exit_code(job: Job) -> int:
    return {BulkState.COMPLETED: DONE, BulkState.PARTIAL: PARTLY}.get(job["status"], FAILED)


def _question(dry: Job) -> str:
    goes, kept = _goes(dry), len(dry["kept"])
    stays = f", and forget this run in {kept:,} that stay" if kept else ""
    return f"Delete {goes:,} contact{'' if goes == 1 else 's'}{stays}? [y/N] "
