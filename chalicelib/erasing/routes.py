"""Erasing oneself over HTTP."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from chalicelib.foundation.door import Access, Door
from chalicelib.foundation.http import Answer, Asked

if TYPE_CHECKING:
    from chalicelib.erasing.erase_person import ErasePerson


class Kicks(Protocol):
    def send(self, job_id: str) -> None: ...


class Parts(Protocol):
    @property
    def erase_person(self) -> ErasePerson: ...
    @property
    def kicks(self) -> Kicks: ...


def routes(door: Door, parts: Parts) -> None:
    @door.delete("/api/v1/me", Access.PERSON, "Erase everything we keep of me", {202: "Erasing"})
    def erase_me(asked: Asked) -> Answer:
        job = parts.erase_person(asked.owner)
        parts.kicks.send(job.job_id)
        return Answer({"job_id": job.job_id, "status": job.state.value}, 202)
