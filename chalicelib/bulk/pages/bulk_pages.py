"""The pages of bulk creates and cleanups: send a file, follow a job, and see what became of each contact."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

from chalicelib.bulk.bulk_job import CLEANUP_KIND, CREATE_KIND, CreateDetails
from chalicelib.bulk.own_jobs import own_job
from chalicelib.foundation.http import Request, Response, choice, page
from chalicelib.foundation.outcomes import Outcome
from chalicelib.foundation.router import Access, Query, Router

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from chalicelib.bulk.check_contacts import ContactError
    from chalicelib.bulk.parts import BulkParts
    from chalicelib.collections.collection import Collection
    from chalicelib.foundation.errors import CallerError
    from chalicelib.jobs.job import Job

PAGE = "/bulk"
ONE = f"{PAGE}/{{job_id}}"
ON_A_PAGE, ITEMS_ON_A_PAGE = 20, 100
FORM_FIELDS = ("on_existing", "update", "region", "collection_id", "client_source", "dry_run")
MOST_ERRORS = 20  # of a file, on the page
_CURSOR = Query("cursor", "Where the page begins.")
_OUTCOMES = [outcome.value for outcome in Outcome if outcome is not Outcome.REMOVED]


def routes(router: Router, parts: BulkParts) -> None:
    @router.page(PAGE, Access.PERSON, "Page of bulk runs", query=[_CURSOR])
    def bulk_page(request: Request) -> Response:
        return list_page(parts, request)

    @router.page(
        ONE,
        Access.PERSON,
        "Page of a bulk create or a cleanup",
        query=[Query("outcome", "Only contacts with this outcome.", {"enum": _OUTCOMES}), _CURSOR],
    )
    def bulk_run_page(request: Request, job_id: str) -> Response:
        return page(show_job(parts, request, job_id))


def list_page(
    parts: BulkParts,
    request: Request,
    *,
    problem: CallerError | None = None,
    given: Mapping[str, str] | None = None,
) -> Response:
    """The form to send a file, and the jobs, newest first.

    Args:
        problem: what is wrong with what was sent.
        given: what was sent.
    """
    from chalicelib.bulk.pages.bulk_view import POLICIES, UPDATES, heading
    from chalicelib.contacts.countries import countries

    jobs, cursor = parts.list_jobs(request.owner, cursor=request.query.get("cursor") or None, limit=ON_A_PAGE)
    html = parts.shared.pages.render(
        request,
        "bulk/bulk_runs.html",
        jobs=[{**each, "heading": heading(each)} for each in parts.job_reader.bodies(jobs)],
        next_url=f"{parts.shared.public_url}{PAGE}?{urlencode({'cursor': cursor})}" if cursor else None,
        policies=POLICIES,
        updates=UPDATES,
        countries=countries(),
        default_region=parts.shared.settings.default_region,
        collections=[each for each in parts.shared.collections.of_person(request.owner) if _may_add(each, request)],
        given={**dict.fromkeys(FORM_FIELDS, ""), **(given or {})},
        has_chosen=bool(given),
        problem=problem.detail if problem else "",
        errors=_errors(problem),
    )
    return page(html, problem.status if problem else 200)


def _may_add(collection: Collection, request: Request) -> bool:
    role = collection.role_of(request.owner)
    return role is not None and role.may_edit


def _errors(problem: CallerError | None) -> Sequence[ContactError]:
    errors: Sequence[ContactError] = problem.members.get("errors", []) if problem else []  # type: ignore[assignment]
    return errors[:MOST_ERRORS]


def show_job(parts: BulkParts, request: Request, job_id: str, *, problem: str = "") -> str:
    """The page of a job, which follows its state."""
    job = own_job(parts.job_reader.jobs, request.owner, job_id, CREATE_KIND, CLEANUP_KIND)
    return (_show_cleanup if job.kind == CLEANUP_KIND else _show_create)(parts, request, job, problem)


def _show_create(parts: BulkParts, request: Request, job: Job, problem: str) -> str:
    from chalicelib.bulk.pages.bulk_view import POLICIES, UPDATES, heading, outcomes_of, progress_view

    body, details = {"kind": "create", **parts.follow_create.summary(job)}, CreateDetails.of(job)
    outcome = choice(request, "outcome", _OUTCOMES)
    items, cursor = parts.list_items.page(
        request.signed_in,
        job.job_id,
        outcome=outcome,
        cursor=request.query.get("cursor") or None,
        limit=ITEMS_ON_A_PAGE,
    )
    more = {**({"outcome": outcome} if outcome else {}), "cursor": cursor or ""}
    return parts.shared.pages.render(
        request,
        "bulk/create.html",
        job=body,
        heading=heading(body),
        outcomes=outcomes_of(job.counts),
        chosen=outcome,
        items=items,
        next_url=f"{parts.shared.public_url}{PAGE}/{job.job_id}?{urlencode(more)}" if cursor else None,
        policy=POLICIES[details.on_existing],
        update=UPDATES[details.update],
        problem=problem,
        **progress_view(body),
    )


def _show_cleanup(parts: BulkParts, request: Request, job: Job, problem: str) -> str:
    from chalicelib.bulk.pages.bulk_view import cleanup_numbers, heading, progress_view

    body = {"kind": "cleanup", **parts.follow_cleanup(request.owner, job.job_id).body}
    return parts.shared.pages.render(
        request,
        "bulk/cleanup.html",
        job=body,
        heading=heading(body),
        problem=problem,
        **cleanup_numbers(body),
        **progress_view(body),
    )
