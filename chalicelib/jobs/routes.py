"""The schedule's work by hand, for whoever knows the secret."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from chalicelib.foundation.door import Access, Door
from chalicelib.foundation.http import Answer, Asked

if TYPE_CHECKING:
    from chalicelib.jobs.run_now import RunNow

CRON = "/api/cron/process-imports"


class Parts(Protocol):
    @property
    def run_now(self) -> RunNow: ...


def routes(door: Door, parts: Parts) -> None:
    def process_imports_now(asked: Asked) -> Answer:
        return Answer(parts.run_now(asked.seconds_left))

    about, answers = "Run the schedule's work now", {200: "ScheduleRun"}
    door.get(CRON, Access.CRON, about, answers, head=lambda _: Answer({}))(process_imports_now)
    door.post(CRON, Access.CRON, about, answers)(process_imports_now)
