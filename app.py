"""The front door: every route, queue and schedule. No logic: each hands on to one part of the wiring."""

import os

from chalice.app import CloudWatchEvent, Rate, SQSEvent

from chalicelib.address_book import contact_pages, export_routes
from chalicelib.address_book import routes as book_routes
from chalicelib.bulk import graphql_routes
from chalicelib.bulk import routes as bulk_routes
from chalicelib.collecting import invitation_routes, sharing_pages
from chalicelib.collecting import routes as collecting_routes
from chalicelib.erasing import pages as erasing_pages
from chalicelib.erasing import routes as erasing_routes
from chalicelib.foundation import log
from chalicelib.foundation.door import Door, Front
from chalicelib.foundation.http import Json
from chalicelib.jobs import routes as job_routes
from chalicelib.operating import page_routes as operating_pages
from chalicelib.operating import routes as operating_routes
from chalicelib.provider_imports import (
    account_pages,
    connection_routes,
    consent_routes,
    import_pages,
    import_routes,
    ledger_routes,
)
from chalicelib.signing_in import routes as sign_in_routes
from chalicelib.web import routes as web_routes
from chalicelib.wiring import Wiring


def front(wiring: Wiring) -> Front:
    """The HTTP side of the service over these parts."""
    made = Front("contact-intake", configure_logs=False, env={})
    door = Door(made, wiring)
    web_routes.routes(door, wiring)
    sign_in_routes.routes(door, wiring)
    consent_routes.routes(door, wiring)
    import_routes.routes(door, wiring)
    import_pages.routes(door, wiring)
    ledger_routes.routes(door, wiring)
    connection_routes.routes(door, wiring)
    account_pages.routes(door, wiring)
    book_routes.routes(door, wiring)
    contact_pages.routes(door, wiring)
    export_routes.routes(door, wiring)
    bulk_routes.routes(door, wiring)
    graphql_routes.routes(door, wiring)
    collecting_routes.routes(door, wiring)
    invitation_routes.routes(door, wiring)
    sharing_pages.routes(door, wiring)
    job_routes.routes(door, wiring)
    erasing_routes.routes(door, wiring)
    erasing_pages.routes(door, wiring)
    operating_routes.routes(door, wiring)
    operating_pages.routes(door, wiring)
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
