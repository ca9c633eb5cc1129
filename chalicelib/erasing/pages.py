"""The pages of a person's own data: download it, erase it, and follow the erasure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from chalicelib.foundation.callers import viewer_cookie
from chalicelib.foundation.clock import Clock, rfc3339
from chalicelib.foundation.csrf import CSRF_FIELD
from chalicelib.foundation.forms import check_fields, read_form
from chalicelib.foundation.http import Cookie, Request, Response, page, redirect
from chalicelib.foundation.router import Access, Router, not_found
from chalicelib.foundation.session import COOKIE as SESSION
from chalicelib.jobs.viewers import get_viewable_job

if TYPE_CHECKING:
    from chalicelib.erasing.parts import ErasingParts
    from chalicelib.jobs.job import Job

ME = "/me"
VIEWED_SECONDS = 24 * 3600
SOON, LATER = 2, 60  # seconds until the page refreshes


def routes(router: Router, parts: ErasingParts) -> None:
    _data_routes(router, parts)
    _erasure_routes(router, parts)


def _data_routes(router: Router, parts: ErasingParts) -> None:
    @router.page(ME, Access.PERSON, "My data page")
    def my_data_page(request: Request) -> Response:
        book = parts.count_contacts(request.owner)
        text = parts.shared.pages.render(
            request,
            "me/me.html",
            total=book.total,
            as_of=rfc3339(book.as_of),
            enrichment=parts.enrichment_choice(request.owner),
            emails=parts.email_choices(request.owner),
            service_clients=parts.service_clients(request.owner),
        )
        return page(text)

    @router.page(f"{ME}/erase", Access.PERSON, "Page to confirm erasing all my data")
    def erase_page(request: Request) -> Response:
        book = parts.count_contacts(request.owner)
        text = parts.shared.pages.render(
            request,
            "me/erase.html",
            total=book.total,
            as_of=rfc3339(book.as_of),
            accounts=parts.count_accounts(request.owner),
            live=len(parts.shared.jobs.unfinished(request.owner)),
        )
        return page(text)


def _erasure_routes(router: Router, parts: ErasingParts) -> None:
    @router.form_action(f"{ME}/erase", Access.PERSON, "Erase all my data from its page")
    def erase_on_page(request: Request) -> Response:
        """Signs the person out everywhere; a cookie lets this browser follow the job."""
        from chalicelib.foundation.secret import fresh_secret, sha256_hex

        check_fields(read_form(request).fields, (CSRF_FIELD,))
        key = fresh_secret()
        job = parts.erase_person(request.owner, viewer=sha256_hex(key))
        parts.shared.work_queue.send(job.job_id)
        parts.sign_out(request.owner)
        cookies = [
            Cookie(viewer_cookie(job.job_id), f"{job.job_id}.{key}", VIEWED_SECONDS),
            Cookie(SESSION, "", 0),
        ]
        return redirect(f"{parts.shared.public_url}/erasing/{job.job_id}", cookies=cookies)

    @router.page("/erasing/{job_id}", Access.VIEWER, "Erasure progress page")
    def erasing_page(request: Request, job_id: str) -> Response:
        from chalicelib.erasing.erase_person import KIND

        job = get_viewable_job(parts.shared.jobs, request, job_id)
        if job.kind != KIND:
            raise not_found()
        return page(parts.shared.pages.render(request, "me/erasing.html", **_page_values(job, parts.shared.clock)))


def _page_values(job: Job, clock: Clock) -> dict[str, Any]:
    """The values of the page's template."""
    if job.is_finished:
        is_done = job.error is None
        message = (
            "All your data has been deleted."
            if is_done
            else f"{job.error} Data that was already deleted cannot be restored."
        )
        return {"heading": "Erased" if is_done else "Not erased", "message": message, "again": None, "is_done": True}
    if isinstance(job.cursor, dict) and job.cursor.get("sweep") == 2:
        minutes = max(1, round(((job.not_before or clock.now()) - clock.now()).total_seconds() / 60))
        message = (
            f"Your data has been deleted. A final check in about {minutes} min deletes anything that an import "
            "stored late."
        )
        return {"heading": "Erased, final check pending", "message": message, "again": LATER, "is_done": False}
    return {
        "heading": "Erasing",
        "message": "All your data is being deleted.",
        "again": SOON,
        "is_done": False,
    }
