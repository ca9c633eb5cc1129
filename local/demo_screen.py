"""The output of the demo: live bars on a terminal, plain lines elsewhere, and a table of results."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn
from rich.table import Table

Status = Mapping[str, Any]  # the published status
COUNTS = ("created", "updated", "unchanged", "skipped", "failed", "removed")
_PLAIN_STEP = 0.25  # without a terminal, print a line at each quarter
WIDE = 90  # columns of a screen
FINAL = ("completed", "failed", "canceled")


@dataclass(frozen=True)
class Result:
    """The result of one import."""

    name: str
    status: Status
    #: How long we watched it; used for an import that read nothing and so has no rate.
    watched_seconds: float

    def count(self, name: str) -> int:
        return int(self.status["failed_contacts" if name == "failed" else name])

    @property
    def read(self) -> int:
        return int(self.status["processed_contacts"])

    @property
    def rate(self) -> float:
        return float(self.status["rate"] or 0.0)

    @property
    def seconds(self) -> float:
        return self.read / self.rate if self.rate else self.watched_seconds


class Bars:
    """One progress bar per import; use it in a `with` statement."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._progress = Progress(
            TextColumn("{task.description:<17}"),
            BarColumn(bar_width=36),
            MofNCompleteColumn(),
            TextColumn("{task.fields[words]}", style="dim"),
            console=console,
            disable=not console.is_terminal,
        )
        self._bars: dict[str, TaskID] = {}
        self._printed: dict[str, float] = {}

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._progress.stop()

    def show(self, name: str, status: Status, words: str = "") -> None:
        """Show one import. Its `total_contacts` is None until it is known."""
        done, total = status["processed_contacts"], status["total_contacts"]
        total = None if total is None else max(total, 1)
        if self._console.is_terminal:
            if name not in self._bars:
                self._bars[name] = self._progress.add_task(name, total=total, words=words)
            # an import that read nothing is complete too
            shown = total if status["status"] == "completed" else done
            self._progress.update(self._bars[name], completed=shown, total=total, words=words or status["status"])
        else:
            self._print(name, status, done / total if total else 0.0)

    def _print(self, name: str, status: Status, share: float) -> None:
        """Print a line at each quarter. The last one is printed at the end, which comes later than the last contact."""
        is_final = status["status"] in FINAL
        quarter = 1.0 if is_final else share // _PLAIN_STEP * _PLAIN_STEP
        if quarter > self._printed.get(name, -1.0) and (is_final or quarter < 1.0):
            self._printed[name] = quarter
            total = status["total_contacts"]
            counted = f"{status['processed_contacts']:,}" + (" so far" if total is None else f" of {total:,}")
            self._console.print(f"  {name:<17} {counted}  {status['status']}".rstrip(), soft_wrap=True)


def table(results: Sequence[Result], *, width: int) -> Table:
    """One row per import; narrow screens omit removals."""
    counts = [name for name in COUNTS if name != "removed" or width >= WIDE]
    shown = Table(title="Contacts by outcome", title_justify="left", box=SIMPLE_HEAD, padding=(0, 1, 0, 0))
    shown.add_column("import", no_wrap=True)
    for name in ("read", *counts, "seconds", "per s"):
        shown.add_column(name, justify="right", no_wrap=True)
    for result in results:
        row = [f"{result.count(name):,}" for name in counts]
        shown.add_row(result.name, f"{result.read:,}", *row, f"{result.seconds:.1f}", f"{result.rate:,.0f}")
    return shown
