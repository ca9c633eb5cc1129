"""`python -m local demo`: imports from the consent screens to the results, on this machine, in under two minutes.

Connects a Google and a Microsoft account, imports both, imports Google again in full and then incrementally, then a
backup of a phone, adds what the numbering plans say about phone numbers, and checks every number against the data in
the sandbox. A receiver of its own is told of each of these jobs. A wrong number ends it with an error.
"""

import hashlib
import json
import os
import signal
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

import boto3
from rich.console import Console

from chalicelib.foundation.settings import Settings
from chalicelib.providers.registry import TITLES
from local.demo_screen import Bars, Result, table
from local.enrich import OPERATOR, VENDORS, Enrich
from local.import_file import ImportFile, Options
from local.phone_backup import PhoneBackup
from local.processes import PartFailed
from local.receiver import Receiver
from local.sandbox.people import human
from local.sandbox_control import SandboxControl
from local.service_client import ServiceClient, Unexpected
from local.stack import Stack

PERSON = "ada"
PLAIN_WIDTH = 100  # columns without a terminal
GOOGLE_SEED, MICROSOFT_SEED, PHONE_SEED = 11, 12, 13  # of the generated people
CHANGED, ADDED, DELETED = 5, 3, 2  # contacts at Google, before the incremental import
EVENTS_WITHIN = 90.0  # seconds after the last job; the schedule hands out what a worker did not


@dataclass(frozen=True)
class Size:
    """How many contacts each account has, how many of Microsoft's are also at Google, and what the phone has."""

    google: int
    microsoft: int
    known: int
    phone: PhoneBackup


WHOLE = Size(google=2_500, microsoft=1_200, known=300, phone=PhoneBackup(contacts=800, known=200, conflicts=12))
SHORT = Size(google=500, microsoft=240, known=60, phone=PhoneBackup(contacts=160, known=40, conflicts=12))


@dataclass
class Demo:
    """One run of the demo and its results."""

    console: Console
    client: ServiceClient
    sandbox: SandboxControl
    settings: dict[str, str]
    size: Size
    receiver: Receiver
    results: list[Result] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    def run(self) -> None:
        google, microsoft = self._accounts()
        self._register()
        self._say("Connecting and importing both accounts")
        jobs = {
            name: self.client.connect(name, address) for name, address in (("google", google), ("microsoft", microsoft))
        }
        first = self._watch({TITLES[name]: job_id for name, job_id in jobs.items()})
        self._check_first(*first)
        self._import_in_full()
        self._import_incrementally(google)
        self.console.print()
        self.console.print(table(self.results, width=self.console.width))
        self._import_phone()
        self._enrich()
        self._show_events()

    def _accounts(self) -> tuple[str, str]:
        google, microsoft = "ada.demo@gmail.example", "ada.demo@outlook.example"
        self.sandbox.account("google", google, self.size.google, seed=GOOGLE_SEED)
        more = {
            "seed": MICROSOFT_SEED,
            "folders": ["Work", "Work/Projects"],
            "known_from": google,
            "known": self.size.known,
        }
        self.sandbox.account("microsoft", microsoft, self.size.microsoft, **more)
        return google, microsoft

    def _register(self) -> None:
        """Have the receiver told of everything but single contacts."""
        endpoint = self.client.post("/api/v1/webhooks", {"url": self.receiver.url, "description": "The demo"})
        self.receiver.secret = endpoint["secret"]

    def _show_events(self) -> None:
        self._say(f"Events that arrived at {self.receiver.url}, each with a valid signature")
        imports = {str(result.status["job_id"]) for result in self.results}
        expected = {"import.started": imports, "import.completed": imports}
        end = time.monotonic() + EVENTS_WITHIN
        while time.monotonic() < end and not self._has_arrived(expected):
            time.sleep(0.2)
        for name, count in sorted(self.receiver.counts.items()):
            self.console.print(f"  {name:24} {count}")
        if not self._has_arrived(expected):
            self.wrong.append(f"Events: expected {len(imports)} imports, arrived {dict(self.receiver.counts)}.")
        if self.receiver.wrong:
            self.wrong.append(f"Events: {self.receiver.wrong} messages had a wrong signature.")

    def _has_arrived(self, expected: dict[str, set[str]]) -> bool:
        """Whether these jobs were told, and that the file was planned and committed and its conflicts wait."""
        counts = self.receiver.counts
        others = ("file_import.planned", "file_import.completed", "review.waiting", "enrichment.completed")
        return all(counts[name] for name in others) and all(
            jobs <= self.receiver.jobs(name) for name, jobs in expected.items()
        )

    def _check_first(self, google: Result, microsoft: Result) -> None:
        size = self.size
        self._expect(google, read=size.google, created=size.google)
        self._expect(microsoft, read=size.microsoft, created=size.microsoft - size.known, updated=size.known)

    def _import_in_full(self) -> None:
        self._say("Importing Google again in full; nothing has changed")
        before = self._book()
        again = self._import_again("Google, full", full=True)
        self._expect(again, read=self.size.google, unchanged=self.size.google)
        written = len(before.items() ^ self._book().items())
        if written:
            self.wrong.append(f"The second import wrote {written} contacts, although none had changed.")
        self.console.print(f"  {again.count('unchanged'):,} unchanged, {written} contacts written")

    def _import_incrementally(self, google: str) -> None:
        self._say(
            f"Changing {CHANGED} contacts at Google, adding {ADDED} and deleting {DELETED}; then an incremental import"
        )
        self.sandbox.contacts(google, "change", numbers=list(range(self.size.known, self.size.known + CHANGED)))
        self.sandbox.contacts(google, "add", count=ADDED)
        self.sandbox.contacts(google, "delete", numbers=[self.size.google - 1 - number for number in range(DELETED)])
        changed = self._import_again("Google, changes", full=False)
        self._expect(changed, read=CHANGED + ADDED, updated=CHANGED, created=ADDED, removed=DELETED)
        self._expect(self._import_again("Google, no change", full=False), read=0)

    def _import_phone(self) -> None:
        backup = self.size.phone
        self._say(f"Importing the backup of a phone: {backup.contacts:,} contacts, {backup.known:,} of them at Google")
        first = self.size.known + CHANGED  # of the people at Google who have not changed
        command = ImportFile(self.client, self.console)
        with tempfile.TemporaryDirectory(prefix="contact-intake-demo-") as directory:
            path = Path(directory) / "phone.vcf"
            backup.write(path, lambda index: human(GOOGLE_SEED, index), first=first, seed=PHONE_SEED)
            done = command.commit(command.plan(path, Options(tag="phone", yes=True)))
        unchanged = backup.known - backup.updates
        expected = {"created": backup.new, "updated": backup.updates, "unchanged": unchanged}
        found = {name: count for name, count in done["counts"].items() if count}
        if found != {**expected, "conflict": backup.conflicts}:
            self.wrong.append(f"Phone: expected {expected} and {backup.conflicts} conflicts, found {found}.")

    def _enrich(self) -> None:
        self._say("Adding what the numbering plans say about each phone number; nothing is sent to anyone")
        command = Enrich(ServiceClient(self.client.url, self.sandbox.token(OPERATOR, operator=True)), self.console)
        run = command.run("phone-metadata")
        counts = command.client.get(f"{VENDORS}/phone-metadata/counts")
        book, found = self._count_contacts(), run["counts"]
        tried = sum(found[name] for name in ("enriched", "failed", "ineligible"))
        if run["state"] != "completed" or not tried == counts["contacts"] == book:
            self.wrong.append(
                f"Enrichment: {run['state']}, {tried:,} statuses, {counts['contacts']:,} of {book:,} contacts."
            )

    def _count_contacts(self) -> int:
        found, cursor = 0, None
        while True:
            page = self.client.get("/api/v1/contacts", params={"limit": 100, **({"cursor": cursor} if cursor else {})})
            found, cursor = found + len(page["contacts"]), page["next_cursor"]
            if cursor is None:
                return found

    def _import_again(self, name: str, *, full: bool) -> Result:
        connections = self.client.get("/api/v1/connections")["connections"]
        connection_id = next(each["connection_id"] for each in connections if each["provider"] == "google")
        job = self.client.post(f"/api/v1/connections/{connection_id}/import", {"full": full})
        (result,) = self._watch({name: job["job_id"]})
        if result.status["mode"] != ("full" if full else "incremental"):
            self.wrong.append(f"{name}: the mode was {result.status['mode']}.")
        return result

    def _watch(self, jobs: dict[str, str]) -> list[Result]:
        """Show the progress of these imports until all have ended."""
        began, ended = time.monotonic(), {}
        watched = {name: self.client.watch(job_id) for name, job_id in jobs.items()}
        with Bars(self.console) as bars:
            while watched:
                for name in list(watched):
                    status = next(watched[name], None)
                    if status is None:
                        del watched[name]
                    else:
                        ended[name] = Result(name, status, time.monotonic() - began)
                        bars.show(name, status, status["waiting"] or "")
        self.results += [ended[name] for name in jobs]
        return [ended[name] for name in jobs]

    def _expect(self, result: Result, *, read: int, **counts: int) -> None:
        expected = dict.fromkeys(("created", "updated", "unchanged", "skipped", "failed", "removed"), 0) | counts
        found = {name: result.count(name) for name in expected}
        if (result.status["status"], result.read, found) != ("completed", read, expected):
            actual = {"status": result.status["status"], "read": result.read, **found}
            self.wrong.append(f"{result.name}: expected { ({'read': read} | counts) }, found {actual}.")

    def _book(self) -> dict[str, str]:
        """A hash of each stored contact by the hash of its key; any write changes it."""
        table, client = self.settings["CONTACTS_TABLE"], _dynamodb(self.settings)
        pages = client.get_paginator("scan").paginate(TableName=table)
        return {_digest([item["pk"], item["sk"]]): _digest(item) for page in pages for item in page["Items"]}

    def _say(self, words: str) -> None:
        self.console.print(f"\n{words}")


def demo(*, short: bool) -> None:
    """Run the demo.

    Raises:
        PartFailed: a part does not start, or a number is wrong.
    """
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # stops all parts and removes the data
    console, began = Console(highlight=False, width=None if sys.stdout.isatty() else PLAIN_WIDTH), time.monotonic()
    with _stack(console) as stack:
        sandbox = SandboxControl.of(stack.settings)
        client = ServiceClient(stack.url, sandbox.token(PERSON))
        try:
            with Receiver() as receiver:
                shown = Demo(console, client, sandbox, stack.settings, SHORT if short else WHOLE, receiver)
                shown.run()
        except (Unexpected, LookupError) as error:
            raise PartFailed(f"The demo stopped: {error}\n{stack.last_words()}") from error
    console.print(f"\nFinished in {time.monotonic() - began:.0f} s.")
    if shown.wrong:
        raise PartFailed("These numbers are wrong:\n" + "\n".join(f"  {each}" for each in shown.wrong))
    console.print("All numbers are correct.")


@contextmanager
def _stack(console: Console) -> Iterator[Stack]:
    with tempfile.TemporaryDirectory(prefix="contact-intake-demo-") as data_dir:
        console.print("Starting the embedded AWS, the sandbox of the providers, and the app …")
        with Stack(None, Path(data_dir), _environment()) as stack:
            yield stack


def _environment() -> dict[str, str]:
    """The environment without settings of the service: the demo always uses the sandbox."""
    settings = {member.name.upper() for member in fields(Settings)}
    return {name: value for name, value in os.environ.items() if name not in settings and not name.startswith("AWS_")}


def _dynamodb(settings: dict[str, str]) -> Any:
    return boto3.client(
        "dynamodb",
        endpoint_url=settings["AWS_ENDPOINT_URL"],
        region_name=settings["AWS_DEFAULT_REGION"],
        aws_access_key_id=settings["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=settings["AWS_SECRET_ACCESS_KEY"],
    )


def _digest(value: Any) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True, default=repr).encode()).hexdigest()
