"""`python -m local import FILE …`: import a file of contacts into a running stack over HTTP, as any client would.

First it shows what was understood and what would happen to each row, then asks. Scripts pass `--yes`; without it and
without a terminal, nothing is imported. `--plan-only` shows the same, with the columns as suggested, and asks nothing.
"""

import argparse
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import requests
from rich.console import Console

from chalicelib.file_imports.storing.published_state import PublishedState
from chalicelib.files.mapping.suggest import LEAST
from local.bulk import DONE, FAILED, LONGEST_SECONDS, NOT_CONFIRMED, PARTLY
from local.checked_request import checked_request
from local.demo_screen import Bars
from local.import_screen import MOST_LISTED, ImportScreen
from local.processes import PartFailed
from local.running import find_running
from local.sandbox_control import SandboxControl
from local.service_client import ServiceClient

FILE_IMPORTS = "/api/v1/file-imports"
SENT_AT_ONCE = 4 * 1024 * 1024  # bytes; a larger file goes to the bucket
POLL_SECONDS = 0.25
PLAIN_WIDTH = 100  # columns without a terminal
UPLOAD_SECONDS = 300.0
WORKING = {
    PublishedState.READING: "Reading",
    PublishedState.PLANNING: "Planning",
    PublishedState.COMMITTING: "Importing",
}
_DATES = ("birthday", "events")  # fields
FileImport = dict[str, Any]  # as the API returns it


@dataclass(frozen=True)
class Options:
    """How a file is imported."""

    tag: str = ""
    #: What columns become, each as "HEADER=TARGET".
    maps: Sequence[str] = ()
    plan_only: bool = False
    #: Whether nothing is asked.
    yes: bool = False
    #: The country of phone numbers without a country code; "" for the default.
    region: str = ""
    #: The rule by which rows match contacts; "" for the one that suits the file.
    match_by: str = ""
    #: Of a text file; "" to find it.
    encoding: str = ""
    #: Of dates whose order the file does not show: "day_first" or "month_first"; "" to ask.
    date_order: str = ""

    @property
    def asks(self) -> bool:
        """Whether the person is asked. The columns of a plan that is only shown need no confirmation."""
        return not (self.yes or self.plan_only)


class NotConfirmed(Exception):
    """The person did not confirm; the message is the address of the page where the import waits."""


def upload_to_bucket(url: str, fields: Mapping[str, str], content: bytes) -> None:
    """Send a file as its import's presigned POST. Raises PartFailed."""
    response = requests.post(url, data=fields, files={"file": content}, timeout=UPLOAD_SECONDS)
    if not response.ok:
        raise PartFailed(f"The bucket refused the file ({response.status_code}).")


@dataclass(frozen=True)
class ImportFile:
    """The command over one person's client."""

    client: ServiceClient
    console: Console
    #: Asks a question and returns the reply; "" without a terminal.
    ask: Callable[[str], str] = lambda question: input(question) if sys.stdin.isatty() else ""
    sleep: Callable[[float], None] = time.sleep
    upload: Callable[[str, Mapping[str, str], bytes], None] = upload_to_bucket

    @property
    def screen(self) -> ImportScreen:
        return ImportScreen(self.console)

    def __call__(self, path: Path, options: Options) -> int:
        """Import a file; returns the exit code.

        Raises:
            PartFailed: the file cannot be read, or the service refuses.
        """
        try:
            planned = self.plan(path, options)
            plan = planned["plan"]
            if options.plan_only:
                self.screen.say(f"Nothing was imported. The plan waits at {_page(planned)}")
                return DONE
            if not any(plan[outcome] for outcome in ("new", "update", "unchanged", "conflict")):
                self.screen.say("There is nothing to import.")
                return PARTLY if plan["invalid"] else DONE
            question = _question(plan)
            if not (options.yes or self.ask(question).strip().lower() in ("y", "yes")):
                raise NotConfirmed(_page(planned))
        except NotConfirmed as declined:
            self.screen.say(f"Nothing was imported. The file waits at {declined}")
            return NOT_CONFIRMED
        return self._report(self.commit(planned), path)

    def plan(self, path: Path, options: Options) -> FileImport:
        """Send a file and show its plan. Returns the planned import.

        Raises:
            NotConfirmed: what the columns become was not confirmed.
            PartFailed: as a call does.
        """
        sent = self._send(path, options)
        if options.encoding:
            sent = self._json("PATCH", _path(sent), json={"encoding": options.encoding})
        found = self._follow(sent)
        fields = self._json("GET", f"{_path(found)}/fields")
        self.screen.detected(found, fields)
        if options.maps or found["state"] == PublishedState.NEEDS_MAPPING:
            columns = self._confirmed_columns(found, fields, options)
            chosen = {"columns": columns, "remember": not options.plan_only}
            found = self._follow(self._json("PUT", f"{_path(found)}/fields", json=chosen))
        plan = self._json("GET", f"{_path(found)}/plan")
        query = {"planned": "conflict", "limit": MOST_LISTED}
        conflicts = self._json("GET", f"{_path(found)}/records", params=query)["records"] if plan["conflict"] else []
        self.screen.plan(plan, conflicts)
        return found

    def commit(self, planned: FileImport) -> FileImport:
        """Import what was planned, and show what was done. Returns the import as it ended."""
        confirmed = {name: planned["plan"][name] for name in ("plan_id", "new", "update")}
        done = self._follow(self._json("POST", f"{_path(planned)}/commit", json=confirmed))
        self.screen.results(done["counts"])
        return done

    # ── sending and following

    def _send(self, path: Path, options: Options) -> FileImport:
        try:
            content = path.read_bytes()
        except OSError as error:
            raise PartFailed(f"{path} cannot be read: {error.strerror}.") from error
        settings = {"tag": options.tag, "region": options.region, "match_by": options.match_by}
        about = {"file_name": path.name, **{name: value for name, value in settings.items() if value}}
        if len(content) <= SENT_AT_ONCE:
            headers = {"Content-Type": "application/octet-stream"}
            received: FileImport = self._json("POST", FILE_IMPORTS, params=about, data=content, headers=headers)
            return received
        announced = self._json("POST", FILE_IMPORTS, json={**about, "size": len(content)})
        self.upload(announced["upload"]["url"], announced["upload"]["fields"], content)
        uploaded: FileImport = self._json("POST", f"{_path(announced)}/uploaded")
        return uploaded

    def _follow(self, found: FileImport) -> FileImport:
        """Show the progress until nothing more happens by itself. Raises PartFailed if the import failed."""
        until, shown = time.monotonic() + LONGEST_SECONDS, ""
        with Bars(self.console) as bars:
            while (state := found["state"]) in WORKING:
                if shown not in ("", state):
                    _show(bars, shown, found, "completed")
                shown = state
                _show(bars, state, found)
                if time.monotonic() > until:
                    raise PartFailed(f"The import did not finish within {LONGEST_SECONDS:.0f} s. It continues to run.")
                self.sleep(POLL_SECONDS)
                found = self._json("GET", _path(found))
            is_stopped = state in (PublishedState.FAILED, PublishedState.CANCELED)
            if shown:
                _show(bars, shown, found, state if is_stopped else "completed")
        if is_stopped:
            raise PartFailed((found["error"] or {}).get("detail") or f"The import is {state}.", FAILED)
        return found

    # ── columns

    def _confirmed_columns(self, found: FileImport, fields: FileImport, options: Options) -> list[dict[str, Any]]:
        """What all columns become, as the service takes it. Raises NotConfirmed, and PartFailed for a wrong header."""
        columns = fields["columns"]
        if columns is None:
            raise PartFailed("The columns of this file cannot be mapped: its format says what they mean.")
        for text in options.maps:
            columns = _with_target(columns, text)
        columns = _with_date_order(columns, options.date_order)
        self.screen.mapping(columns, fields["targets"])
        if not options.asks and found["state"] == PublishedState.NEEDS_MAPPING and self._says_what_is_open(columns):
            raise NotConfirmed(_page(found))
        if options.plan_only and not _are_settled(columns):
            self.screen.say("The plan uses these columns, which are not confirmed. Change them with --map.")
        while options.asks and not _are_settled(columns):
            reply = self.ask("Use these columns? [y/N, or HEADER=TARGET] ").strip()
            if reply.lower() in ("y", "yes"):
                break
            if "=" not in reply:
                raise NotConfirmed(_page(found))
            columns = _with_date_order(_with_target(columns, reply), options.date_order)
            self.screen.mapping(columns, fields["targets"])
        return [self._sent(column, options) for column in columns]

    def _says_what_is_open(self, columns: Sequence[Mapping[str, Any]]) -> bool:
        """Say which columns a script must choose, and how. Returns whether there are such columns."""
        unsure = [each["header"] for each in columns if not each.get("is_chosen") and each["confidence"] < LEAST]
        undated = [each["header"] for each in columns if _is_order_open(each)]
        for header in unsure:
            self.screen.say(f'What "{header}" becomes must be confirmed. Use --map "{header}=TARGET".')
        for header in undated:
            self.screen.say(
                f'Dates in "{header}" may begin with the day or the month. Use --date-order, or --map "{header}=" '
                "to ignore them."
            )
        return bool(unsure or undated)

    def _sent(self, column: Mapping[str, Any], options: Options) -> dict[str, Any]:
        order = column["date_order"]
        if _is_order_open(column) and options.asks:
            reply = self.ask(f"Do dates in {column['header']} begin with the day or the month? [d/m] ").strip().lower()
            order = {"d": "day_first", "m": "month_first"}.get(reply[:1], order)
        sent = {"header": column["header"], "target": column["target"]}
        return {**sent, "date_order": order} if order else sent

    # ── reporting

    def _report(self, done: FileImport, path: Path) -> int:
        if done["counts"]["failed"]:
            self.screen.say(f"The rows that failed: {self._store_failed(done, path)}")
        if done["counts"]["conflict"]:
            self.screen.say(f"The rows that wait for a decision: {_review(done)}")
        return {PublishedState.COMPLETED: DONE, PublishedState.PARTIAL: PARTLY}.get(done["state"], FAILED)

    def _store_failed(self, done: FileImport, path: Path) -> Path:
        """Store the rows that failed beside the file, which can be corrected and imported again."""
        response = self._request("GET", f"{_path(done)}/reports/failed.csv")
        if response.status_code == 303:  # too large for a response
            response = requests.get(response.headers["Location"], timeout=UPLOAD_SECONDS)
        names = (f"{path.stem}-failed{number}.csv" for number in ("", *(f"-{again}" for again in range(2, 1_000))))
        stored = next(each for each in map(path.with_name, names) if not each.exists())
        try:
            stored.write_bytes(response.content)
        except OSError as error:
            raise PartFailed(f"{stored} cannot be written: {error.strerror}.", PARTLY) from error
        return stored

    def _json(self, method: str, path: str, **more: Any) -> Any:
        return self._request(method, path, **more).json()

    def _request(self, method: str, path: str, **more: Any) -> requests.Response:
        return checked_request(self.client, method, path, **more)


def import_file(options: argparse.Namespace) -> int:
    """Run `python -m local import …`; returns the exit code.

    Raises:
        PartFailed: no stack is running, the file cannot be read, or the service refuses.
    """
    running = find_running(options.port)
    client = ServiceClient(running.url, SandboxControl.of(running.settings).token(options.person))
    console = Console(highlight=False, width=None if sys.stdout.isatty() else PLAIN_WIDTH)
    command = ImportFile(client, console)
    how = Options(
        tag=options.tag,
        maps=options.map,
        plan_only=options.plan_only,
        yes=options.yes,
        region=options.region,
        match_by=options.match_by,
        encoding=options.encoding,
        date_order=options.date_order,
    )
    return command(options.file, how)


def _path(found: FileImport) -> str:
    return f"{FILE_IMPORTS}/{found['id']}"


def _page(found: FileImport) -> str:
    return str(found["links"]["page"])


def _review(found: FileImport) -> str:
    """The address of the page where all that waits for a decision is listed."""
    return urljoin(_page(found), "/review")


def _question(plan: Mapping[str, Any]) -> str:
    """What a person is asked before the plan is committed."""
    waiting = plan["conflict"]
    later = f", and decide about {waiting:,} row{'s' if waiting > 1 else ''} later" if waiting else ""
    return f"Import {plan['new']:,} new, change {plan['update']:,}{later}? [y/N] "


def _show(bars: Bars, working: str, found: FileImport, status: str = "") -> None:
    """Show how far an import is in this state, as soon as there is a number to show.

    Args:
        status: how the state ended; "" while it lasts.
    """
    done, words = found["progress"]["done"], found["waiting"]["sentence"] if found["waiting"] else ""
    total = found["progress"]["total"] or None  # unknown while the file is read
    if status == "completed":
        done = total = total or done
    if done or total or words:
        progress = {"processed_contacts": done, "total_contacts": total, "status": status}
        bars.show(WORKING[PublishedState(working)], progress, words)


def _with_target(columns: Sequence[Mapping[str, Any]], text: str) -> list[dict[str, Any]]:
    """The columns after "HEADER=TARGET". Raises PartFailed if no column has the header."""
    headers = {each["header"] for each in columns if text.startswith(f"{each['header']}=")}
    if not headers:
        known = ", ".join(each["header"] for each in columns)
        raise PartFailed(f'No column of the file is meant by "{text}". Its columns: {known}.')
    header = max(headers, key=len)  # a header may contain an equals sign itself
    target = text.removeprefix(f"{header}=")
    chosen = {"target": target, "title": "", "is_chosen": True}
    return [{**each, **chosen} if each["header"] == header else dict(each) for each in columns]


def _with_date_order(columns: Sequence[Mapping[str, Any]], order: str) -> list[dict[str, Any]]:
    """The columns with this order of dates where theirs is open; "" leaves it open."""
    return [{**each, "date_order": order} if order and _is_order_open(each) else dict(each) for each in columns]


def _are_settled(columns: Sequence[Mapping[str, Any]]) -> bool:
    """Whether each column is certain, or was chosen."""
    return all(each["is_certain"] or each.get("is_chosen") for each in columns)


def _is_order_open(column: Mapping[str, Any]) -> bool:
    """Whether nobody said yet if the dates that a column becomes begin with the day or the month."""
    has_dates = column["target"].partition(".")[0] in _DATES
    return has_dates and column["asks_date_order"] and not column["date_order"]
