"""The front door: every route, queue and schedule. No logic: each hands on to one part of the wiring."""

import os

from chalice.app import CloudWatchEvent, Rate, SQSEvent

from chalicelib.accounts import consent_routes
from chalicelib.address_book import contact_pages, export_routes
from chalicelib.address_book import routes as book_routes
from chalicelib.bulk import room as bulk_room
from chalicelib.erasing import pages as erasing_pages
from chalicelib.erasing import routes as erasing_routes
from chalicelib.foundation import log
from chalicelib.foundation.json import Json
from chalicelib.foundation.router import App, Router
from chalicelib.jobs import routes as job_routes
from chalicelib.operating import page_routes as operating_pages
from chalicelib.operating import routes as operating_routes
from chalicelib.provider_imports import account_pages, account_routes, import_pages, import_routes, ledger_routes
from chalicelib.sharing import invitation_routes, sharing_pages
from chalicelib.sharing import routes as sharing_routes
from chalicelib.signing_in import routes as sign_in_routes
from chalicelib.web import routes as web_routes
from chalicelib.wiring import Wiring


def front(wiring: Wiring) -> App:
    """The HTTP side of the service over these parts."""
    made = App("contact-intake", configure_logs=False, env={})
    router = Router(made, wiring)
    web_routes.routes(router, wiring)
    sign_in_routes.routes(router, wiring)
    consent_routes.routes(router, wiring)
    import_routes.routes(router, wiring)
    import_pages.routes(router, wiring)
    ledger_routes.routes(router, wiring)
    account_routes.routes(router, wiring)
    account_pages.routes(router, wiring)
    book_routes.routes(router, wiring)
    contact_pages.routes(router, wiring)
    export_routes.routes(router, wiring)
    for register in bulk_room.ROOM.routes:
        register(router, wiring.bulk)
    sharing_routes.routes(router, wiring)
    invitation_routes.routes(router, wiring)
    sharing_pages.routes(router, wiring)
    job_routes.routes(router, wiring)
    erasing_routes.routes(router, wiring)
    erasing_pages.routes(router, wiring)
    operating_routes.routes(router, wiring)
    operating_pages.routes(router, wiring)
    return made


wiring = Wiring(os.environ)
app = front(wiring)
log.configure(os.environ.get("LOG_LEVEL") or "INFO")
if {"PUBLIC_URL", "AWS_LAMBDA_FUNCTION_NAME"} & set(os.environ):  # meant to serve, not merely to be packaged
    wiring.check()


@app.schedule(Rate(1, unit=Rate.MINUTES))
def process_imports(event: CloudWatchEvent) -> Json:
    """The minute schedule: work on what is due, and find again what a crash left."""
    return wiring.on_schedule(event.context)


@app.on_sqs_message(queue="contact-intake-work", batch_size=1)
def start_job(event: SQSEvent) -> None:
    """The instant start: work on the job that a message names."""
    for record in event:
        wiring.on_message(record.body, event.context)
