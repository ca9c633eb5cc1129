"""Imports over HTTP: how one is doing, all of mine, what became of each contact, and what a person may do about it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from chalicelib.foundation.bodies import read_body
from chalicelib.foundation.door import Access, Door, Query
from chalicelib.foundation.http import Answer, Asked, found, whole_number, word
from chalicelib.foundation.outcomes import Outcome
from chalicelib.jobs.job import Job
from chalicelib.jobs.waiting import retry_after
from chalicelib.provider_imports.follow_import import FollowImport
from chalicelib.provider_imports.provider import PROVIDERS
from chalicelib.provider_imports.status import Shown, status_body

if TYPE_CHECKING:
    from chalicelib.jobs.store import JobStore
    from chalicelib.provider_imports.bodies import RemovalsBody
    from chalicelib.provider_imports.cancel_import import CancelImport
    from chalicelib.provider_imports.list_imports import ListImports, ReadLedger
    from chalicelib.provider_imports.removals import DecideRemovals
    from chalicelib.provider_imports.retry_import import RetryImport

IMPORTS = "/api/v1/imports"
STATUS = "/api/v1/contacts/import/status/{job_id}"
CURSOR = Query("cursor", "Where the page starts; from `next_cursor` of the one before.")
LIMIT = Query("limit", "How many at most.", {"type": "integer", "minimum": 1, "maximum": 200})


class Parts(Protocol):
    @property
    def public_url(self) -> str: ...
    @property
    def jobs(self) -> JobStore: ...
    @property
    def follow_import(self) -> FollowImport: ...
    @property
    def list_imports(self) -> ListImports: ...
    @property
    def read_ledger(self) -> ReadLedger: ...
    @property
    def cancel_import(self) -> CancelImport: ...
    @property
    def retry_import(self) -> RetryImport: ...
    @property
    def decide_removals(self) -> DecideRemovals: ...


def routes(door: Door, parts: Parts) -> None:
    _status_routes(door, parts)
    _list_route(door, parts)
    _ledger_routes(door, parts)
    _deciding_routes(door, parts)


def accepted(parts: Parts, job: Job) -> Answer:
    """A job is on its way: its status, and where to ask for it again."""
    place = parts.public_url + STATUS.format(job_id=job.job_id)
    return Answer(parts.follow_import.body(job), 202, {"Location": place, "Retry-After": "1"})


def _status_routes(door: Door, parts: Parts) -> None:
    def status(asked: Asked, job_id: str) -> Answer:
        job = parts.follow_import.job(asked, job_id)
        around = parts.follow_import.around(job)
        return found(asked, status_body(job, around), retry_after(job, around))

    door.get(STATUS, Access.VIEWER, "How an import is doing", {200: "Status", 304: ""})(status)

    @door.get(f"{IMPORTS}/{{job_id}}", Access.VIEWER, "One import", {200: "Status", 304: ""})
    def get_import(asked: Asked, job_id: str) -> Answer:
        return status(asked, job_id)


def _list_route(door: Door, parts: Parts) -> None:
    @door.get(
        IMPORTS,
        Access.PERSON,
        "My imports, newest first",
        {200: "Imports"},
        query=[
            Query("state", "Only those in this state.", {"enum": list(Shown)}),
            Query("provider", "Only those of this provider.", {"enum": list(PROVIDERS)}),
            Query("connection", "Only those of this connected account."),
            CURSOR,
            LIMIT,
        ],
        only_known=True,
    )
    def list_imports(asked: Asked) -> Answer:
        from chalicelib.provider_imports.list_imports import Wish

        wish = Wish(
            state=word(asked, "state", Shown),
            provider=word(asked, "provider", PROVIDERS),
            connection_id=asked.query.get("connection") or None,
        )
        cursor, limit = asked.query.get("cursor") or None, whole_number(asked, "limit", 50, 1, 200)
        jobs, following = parts.list_imports(asked.owner, wish, cursor=cursor, limit=limit)
        return found(asked, {"imports": parts.follow_import.bodies(jobs), "next_cursor": following})


def _ledger_routes(door: Door, parts: Parts) -> None:
    @door.get(
        f"{IMPORTS}/{{job_id}}/ledger",
        Access.PERSON,
        "What became of each contact",
        {200: "Ledger"},
        query=[Query("outcome", "Only these lines.", {"enum": list(Outcome)}), CURSOR, LIMIT],
        only_known=True,
    )
    def read_ledger(asked: Asked, job_id: str) -> Answer:
        job = parts.follow_import.own(asked.owner, job_id)
        lines, following = parts.read_ledger(
            job,
            word(asked, "outcome", Outcome),
            cursor=asked.query.get("cursor") or None,
            limit=whole_number(asked, "limit", 100, 1, 200),
        )
        return found(asked, {"job_id": job_id, "lines": lines, "next_cursor": following})

    @door.get(f"{IMPORTS}/{{job_id}}/verify", Access.PERSON, "Count again, from the ledger", {200: "Verdict"})
    def verify_import(asked: Asked, job_id: str) -> Answer:
        from chalicelib.jobs.ledger import verify

        return Answer(verify(parts.jobs, parts.follow_import.own(asked.owner, job_id)).shown())


def _deciding_routes(door: Door, parts: Parts) -> None:
    @door.post(f"{IMPORTS}/{{job_id}}/cancel", Access.PERSON, "Cancel an import", {200: "Status"})
    def cancel_import(asked: Asked, job_id: str) -> Answer:
        return Answer(parts.follow_import.body(parts.cancel_import(asked.owner, job_id)))

    @door.post(f"{IMPORTS}/{{job_id}}/retry", Access.PERSON, "Run a finished import again", {202: "Status"})
    def retry_import(asked: Asked, job_id: str) -> Answer:
        job = parts.retry_import(asked.owner, job_id, once=asked.once, person=asked.signed_in.label)
        return accepted(parts, job)

    @door.post(
        f"{IMPORTS}/{{job_id}}/removals",
        Access.PERSON,
        "Decide on removals that were held back",
        {200: "Status", 202: "Status"},
        body=_removals_body,
    )
    def decide_removals(asked: Asked, job_id: str) -> Answer:
        decision = read_body(asked, _removals_body()).decision
        job = parts.decide_removals(asked.owner, job_id, decision, person=asked.signed_in.label)
        if job.job_id == job_id:
            return Answer(parts.follow_import.body(job))
        return accepted(parts, job)


def _removals_body() -> type[RemovalsBody]:
    from chalicelib.provider_imports.bodies import RemovalsBody

    return RemovalsBody
