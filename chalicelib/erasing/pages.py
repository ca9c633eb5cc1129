"""The pages of one's own data: take all of it along, erase all of it, and watch it go."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from chalicelib.foundation.clock import Clock, rfc3339
from chalicelib.foundation.http import Cookie, Request, Response, page, redirect
from chalicelib.foundation.router import Access, Router, not_found, viewer_cookie
from chalicelib.foundation.session import COOKIE as SESSION
from chalicelib.jobs.viewers import get_viewable_job

if TYPE_CHECKING:
    from chalicelib.erasing.parts import ErasingParts
    from chalicelib.jobs.job import Job

ME = "/me"
VIEWED_SECONDS = 24 * 3600
SOON, LATER = 2, 60  # seconds until the page looks again


def routes(router: Router, parts: ErasingParts) -> None:
    _asking_routes(router, parts)
    _erasing_routes(router, parts)


def _asking_routes(router: Router, parts: ErasingParts) -> None:
    @router.page(ME, Access.PERSON, "The page of my data")
    def my_data_page(request: Request) -> Response:
        book = parts.count_contacts(request.owner)
        return page(parts.shared.pages.render(request, "me/me.html", total=book.total, as_of=rfc3339(book.as_of)))

    @router.page(f"{ME}/erase", Access.PERSON, "The page to erase everything kept of me")
    def erase_page(request: Request) -> Response:
        book = parts.count_contacts(request.owner)
        shown = parts.shared.pages.render(
            request,
            "me/erase.html",
            total=book.total,
            as_of=rfc3339(book.as_of),
            accounts=parts.count_accounts(request.owner),
            live=len(parts.shared.jobs.unfinished(request.owner)),
        )
        return page(shown)


def _erasing_routes(router: Router, parts: ErasingParts) -> None:
    @router.form_action(f"{ME}/erase", Access.PERSON, "Erase everything kept of me, from its page")
    def erase_on_page(request: Request) -> Response:
        """Whoever is erased is signed out everywhere; this browser may go on looking at the job."""
        from chalicelib.foundation.secret import fresh_secret, sha256_hex

        key = fresh_secret()
        job = parts.erase_person(request.owner, viewer=sha256_hex(key))
        parts.shared.work_queue.send(job.job_id)
        parts.sign_out(request.owner)
        cookies = [
            Cookie(viewer_cookie(job.job_id), f"{job.job_id}.{key}", VIEWED_SECONDS),
            Cookie(SESSION, "", 0),
        ]
        return redirect(f"{parts.shared.public_url}/erasing/{job.job_id}", cookies=cookies)

    @router.page("/erasing/{job_id}", Access.VIEWER, "The page of an erasure")
    def erasing_page(request: Request, job_id: str) -> Response:
        from chalicelib.erasing.erase_person import KIND

        job = get_viewable_job(parts.shared.jobs, request, job_id)
        if job.kind != KIND:
            raise not_found()
        return page(parts.shared.pages.render(request, "me/erasing.html", **_told(job, parts.shared.clock)))


def _told(job: Job, clock: Clock) -> dict[str, Any]:
    """What the page says of the job."""
    if job.is_finished:
        is_done = job.error is None
        says = "Nothing of you is left here." if is_done else f"{job.error} What was deleted by then is gone."
        return {"heading": "Erased" if is_done else "Not erased", "says": says, "again": None, "is_done": True}
    if isinstance(job.cursor, dict) and job.cursor.get("sweep") == 2:
        minutes = max(1, round(((job.not_before or clock.now()) - clock.now()).total_seconds() / 60))
        says = (
            f"Everything was deleted. In about {minutes} min a last sweep makes sure that nothing came in late, "
            "from an import that was still on its way."
        )
        return {"heading": "Erased, but for a last sweep", "says": says, "again": LATER, "is_done": False}
    return {
        "heading": "Erasing",
        "says": "Everything we keep of you is being deleted.",
        "again": SOON,
        "is_done": False,
    }
