"""When a claim of a lane ends before the lane has done all its work."""

from datetime import timedelta

from chalicelib.jobs.run import Run
from chalicelib.leads.importing.import_details import ImportDetails
from chalicelib.leads.importing.import_parts import ImportParts

LOOK_EVERY = timedelta(seconds=2)  # whether the import is to stop


class WhenToEnd:
    """Tells one claim of a lane when to end."""

    def __init__(self, parts: ImportParts, run: Run, details: ImportDetails, import_id: str) -> None:
        self._parts, self._run, self._details, self._import_id = parts, run, details, import_id
        self._began = parts.clock.now()
        self._looked_at, self._is_stopped = self._began - LOOK_EVERY, False

    def is_to_pause(self) -> bool:
        """Whether other jobs are to get their turn."""
        return self._run.out_of_time() or self._parts.clock.now() - self._began >= self._parts.limits.turn

    def is_to_stop(self) -> bool:
        """Whether the import is to end."""
        now = self._parts.clock.now()
        if not self._is_stopped and now - self._looked_at >= LOOK_EVERY:
            self._looked_at = now
            self._is_stopped = self._parts.is_stopped(self._details, self._import_id)
        return self._is_stopped
