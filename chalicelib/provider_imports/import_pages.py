"""The pages of imports: the list, one import, the outcomes of its contacts, and their buttons."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.foundation.forms import read_form
from chalicelib.foundation.http import Request, Response, choice, page, redirect
from chalicelib.foundation.outcomes import Outcome
from chalicelib.foundation.router import Access, Query, Router
from chalicelib.provider_imports import import_routes
from chalicelib.provider_imports.status import status_body
from chalicelib.providers.registry import TITLES

if TYPE_CHECKING:
    from chalicelib.jobs.job import Job
    from chalicelib.provider_imports.parts import ImportsParts

IMPORTS = "/imports"
ONE = f"{IMPORTS}/{{job_id}}"
ON_A_PAGE = 50


def routes(router: Router, parts: ImportsParts) -> None:
    _looking_routes(router, parts)
    _outcome_route(router, parts)
    _acting_routes(router, parts)


def import_page(parts: ImportsParts, job_id: str) -> Response:
    """Redirect to the page of a job."""
    return redirect(f"{parts.shared.public_url}{IMPORTS}/{job_id}")


def _looking_routes(router: Router, parts: ImportsParts) -> None:
    @router.page(IMPORTS, Access.PERSON, "Imports page", query=[import_routes.CURSOR])
    def imports_page(request: Request) -> Response:
        from chalicelib.provider_imports.list_imports import ImportFilter

        cursor = request.query.get("cursor") or None
        jobs, following = parts.list_imports(request.owner, ImportFilter(), cursor=cursor, limit=ON_A_PAGE)
        imports = parts.follow_import.statuses(jobs)
        html = parts.shared.pages.render(
            request, "imports/imports.html", imports=imports, following=following, titles=TITLES
        )
        return page(html)

    @router.page(
        ONE,
        Access.VIEWER,
        "Import page",
        query=[Query("return_to", "The name of the place to return to.")],
    )
    def one_import_page(request: Request, job_id: str) -> Response:
        from chalicelib.provider_imports.import_view import view

        job = parts.follow_import.viewable_job(request, job_id)
        context = parts.follow_import.wait_context(job)
        is_own = request.person is not None and request.person.sub == job.owner
        values = view(job, status_body(job, context), context, is_own=is_own)
        return_to = request.query.get("return_to")
        return page(parts.shared.pages.render(request, "imports/import.html", return_to=return_to, **values))


def _outcome_route(router: Router, parts: ImportsParts) -> None:
    @router.page(
        f"{ONE}/contacts",
        Access.PERSON,
        "Page of an import's contacts and their outcomes",
        query=[Query("outcome", "Only contacts with this outcome.", {"enum": list(Outcome)}), import_routes.CURSOR],
    )
    def outcomes_page(request: Request, job_id: str) -> Response:
        from chalicelib.provider_imports.import_view import OUTCOME_LABELS
        from chalicelib.provider_imports.outcome_reasons import describe_reason

        job = parts.follow_import.owned_job(request.owner, job_id)
        outcome = choice(request, "outcome", Outcome)
        cursor = request.query.get("cursor") or None
        lines, following = parts.read_ledger(job, outcome, cursor=cursor, limit=ON_A_PAGE)
        rows = [{**line, "explanation": describe_reason(line["reason"])} for line in lines]
        html = parts.shared.pages.render(
            request,
            "imports/contacts.html",
            heading=f"{OUTCOME_LABELS[outcome]} contacts" if outcome else "Outcomes",
            job_id=job_id,
            outcome=outcome or "",
            outcomes=_outcomes(job),
            words=OUTCOME_LABELS,
            lines=rows,
            following=following,
        )
        return page(html)


def _outcomes(job: Job) -> list[tuple[str, str, int]]:
    """The outcomes that occurred, with their counts; all outcomes together first."""
    from chalicelib.provider_imports.import_view import OUTCOME_LABELS

    counts: list[tuple[str, str, int]] = [
        (name, words, getattr(job.counts, name)) for name, words in OUTCOME_LABELS.items()
    ]
    return [("", "All", job.counts.read + job.counts.removed), *(each for each in counts if each[2])]


def _acting_routes(router: Router, parts: ImportsParts) -> None:
    @router.form_action(f"{ONE}/cancel", Access.PERSON, "Cancel an import from its page")
    def cancel_on_page(request: Request, job_id: str) -> Response:
        return import_page(parts, parts.cancel_import(request.owner, job_id).job_id)

    @router.form_action(f"{ONE}/retry", Access.PERSON, "Run a finished import again from its page")
    def retry_on_page(request: Request, job_id: str) -> Response:
        job = parts.retry_import(request.owner, job_id, person=request.signed_in.label)
        return import_page(parts, job.job_id)

    @router.form_action(f"{ONE}/removals", Access.PERSON, "Decide on held removals from the import's page")
    def decide_on_page(request: Request, job_id: str) -> Response:
        decision, person = read_form(request).text("decision"), request.signed_in.label
        return import_page(parts, parts.decide_removals(request.owner, job_id, decision, person=person).job_id)
