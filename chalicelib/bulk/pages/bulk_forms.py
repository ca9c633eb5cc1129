"""What the forms on the pages of bulk runs do: send a file, create after a dry run, cancel, and clean up."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from chalicelib.bulk.bulk_job import CLEANUP_KIND, CREATE_KIND, CleanupDetails, CreateDetails, Update
from chalicelib.bulk.own_jobs import own_job
from chalicelib.bulk.pages.bulk_pages import FORM_FIELDS, ONE, PAGE, list_page, show_job
from chalicelib.contacts.on_existing import OnExisting
from chalicelib.foundation.errors import CallerError, Conflict, InvalidInput
from chalicelib.foundation.http import Request, Response, page, redirect
from chalicelib.foundation.router import Access, Router

if TYPE_CHECKING:
    from chalicelib.bulk.parts import BulkParts
    from chalicelib.bulk.start_bulk_create import CreateRequest
    from chalicelib.foundation.multipart import FileForm
    from chalicelib.jobs.job import Job

CHANGED = {303: "", 409: "page"}


def routes(router: Router, parts: BulkParts) -> None:
    _send_route(router, parts)
    _create_routes(router, parts)
    _cleanup_routes(router, parts)


def _send_route(router: Router, parts: BulkParts) -> None:
    @router.form_action(PAGE, Access.PERSON, "Send a file of contacts (form)", {303: "", 413: "page", 422: "page"})
    def send_bulk_on_page(request: Request) -> Response:
        from chalicelib.foundation.multipart import read_multipart

        given: Mapping[str, str] = {}
        try:
            sent = read_multipart(request)
            given = {name: sent.form.text(name) for name in FORM_FIELDS}
            job = parts.start_create(request.owner, _create_request(parts, sent, given))
        except CallerError as error:
            return list_page(parts, request, problem=error, given=given)
        return _see(parts, job)


def _create_routes(router: Router, parts: BulkParts) -> None:
    @router.form_action(f"{ONE}/create", Access.PERSON, "Create the contacts of a dry run (form)", CHANGED)
    def create_bulk_on_page(request: Request, job_id: str) -> Response:
        def create() -> Job:
            dry = own_job(parts.job_reader.jobs, request.owner, job_id, CREATE_KIND)
            return parts.start_create(request.owner, _request_of(parts, dry), idempotency_key=f"after-{job_id}")

        return _done(parts, request, job_id, create)

    @router.form_action(f"{ONE}/cancel", Access.PERSON, "Cancel a bulk create or a cleanup (form)", CHANGED)
    def cancel_bulk_on_page(request: Request, job_id: str) -> Response:
        return _done(parts, request, job_id, lambda: parts.cancel(request.owner, job_id))


def _cleanup_routes(router: Router, parts: BulkParts) -> None:
    @router.form_action(f"{ONE}/clean-up", Access.PERSON, "Count what a cleanup would delete (form)", CHANGED)
    def count_bulk_cleanup_on_page(request: Request, job_id: str) -> Response:
        from chalicelib.bulk.start_bulk_cleanup import CleanupRequest

        def count() -> Job:
            return parts.start_cleanup(request.owner, CleanupRequest(bulk_create_job_id=job_id, dry_run=True))

        own_job(parts.job_reader.jobs, request.owner, job_id, CREATE_KIND)
        return _done(parts, request, job_id, count)

    @router.form_action(f"{ONE}/delete", Access.PERSON, "Delete what a dry run has counted (form)", CHANGED)
    def clean_up_bulk_on_page(request: Request, job_id: str) -> Response:
        """Only contacts that the dry run counted are deleted, whatever has become of the others since."""
        from chalicelib.bulk.start_bulk_cleanup import CleanupRequest

        def clean_up() -> Job:
            dry = own_job(parts.job_reader.jobs, request.owner, job_id, CLEANUP_KIND)
            details = CleanupDetails.of(dry)
            if not (details.dry_run and dry.is_finished):
                raise Conflict("This is no dry run that has ended. Count what would be deleted again.")
            counted = parts.follow_cleanup(request.owner, job_id).body["candidate_contact_ids"]
            if not counted:
                raise Conflict("There is nothing to delete.")
            cleanup = CleanupRequest(tracking_key=details.tracking_key, contact_ids=counted)
            return parts.start_cleanup(request.owner, cleanup, idempotency_key=f"after-{job_id}")

        return _done(parts, request, job_id, clean_up)


def _create_request(parts: BulkParts, sent: FileForm, given: Mapping[str, str]) -> CreateRequest:
    """The request that the form stands for. Raises InvalidInput."""
    from chalicelib.bulk.pages.sent_file import contacts_in
    from chalicelib.bulk.start_bulk_create import CreateRequest
    from chalicelib.contacts.countries import countries

    file = sent.files.get("file")
    if file is None:
        raise InvalidInput("Choose a file first.", field="file")
    region = given["region"] if given["region"] in countries() else parts.shared.settings.default_region
    on_existing, update = given["on_existing"] or OnExisting.CREATE, given["update"] or Update.FILL
    if on_existing not in tuple(OnExisting) or update not in tuple(Update):
        raise InvalidInput("Choose what becomes of contacts that there are.", field="on_existing")
    return CreateRequest(
        contacts_in(file.content, file.name, region),
        given["collection_id"] or None,
        given["client_source"].strip() or None,
        on_existing=OnExisting(on_existing),
        update=Update(update),
        dry_run=given["dry_run"] == "yes",
    )


def _request_of(parts: BulkParts, dry: Job) -> CreateRequest:
    """The request that a dry run tried. Raises Conflict."""
    from chalicelib.bulk.start_bulk_create import CreateRequest
    from chalicelib.bulk.submitted_lists import ListExpired
    from chalicelib.contacts.stored_names import from_stored

    details = CreateDetails.of(dry)
    if not (details.dry_run and dry.is_finished):
        raise Conflict("This is no dry run that has ended.")
    try:
        contacts = [from_stored(each) for each in parts.submitted_lists.get(dry.owner, details.contacts)]
    except ListExpired:
        raise Conflict("The file is no longer stored. Send it again.") from None
    return CreateRequest(
        contacts,
        details.collection_id,
        details.client_source,
        details.client_reference_id,
        details.on_existing,
        details.update,
        client=details.client,
    )


def _done(parts: BulkParts, request: Request, job_id: str, change: Callable[[], Job]) -> Response:
    """Leads to the page of the job that the change returns; a problem is shown on that of this one."""
    own_job(parts.job_reader.jobs, request.owner, job_id, CREATE_KIND, CLEANUP_KIND)
    try:
        following = change()
    except Conflict as refused:
        return page(show_job(parts, request, job_id, problem=refused.detail), refused.status)
    return _see(parts, following)


def _see(parts: BulkParts, job: Job) -> Response:
    return redirect(f"{parts.shared.public_url}{PAGE}/{job.job_id}")
