"""Commits one chunk while the next is planned: a step of a bulk job is bound by the two together, so they overlap."""

import contextlib
from collections.abc import Callable
from dataclasses import dataclass, field

from chalicelib.foundation.beside import Begun, Beside
from chalicelib.jobs.progress import Progress
from chalicelib.jobs.run import Run


@dataclass
class OneAhead:
    """At most one commit is under way."""

    run: Run
    beside: Beside
    _pending: "tuple[Begun[None], Callable[[], None]] | None" = field(default=None, init=False)

    def begin(self, progress: Progress, landed: Callable[[], None] = lambda: None) -> None:
        """Begin a commit once the one before has landed; `landed` is called when this one has."""
        self.settle()
        self._pending = self.beside.start(lambda: self.run.commit(progress)), landed

    def settle(self) -> None:
        """Wait for the commit under way. Raises what it raised; then nothing of it was written."""
        if self._pending is not None:
            (begun, landed), self._pending = self._pending, None
            begun.result()
            landed()

    def abandon(self) -> None:
        """Let it come to its end, whatever that is, before the job is put back, so that both do not meet."""
        if self._pending is not None:
            with contextlib.suppress(Exception):
                self._pending[0].result()
            self._pending = None
