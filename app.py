"""Entry points of the Lambda functions: HTTP, queue messages and the schedule. Each calls one part of the wiring."""

import gc
import os

gc.disable()  # what is loaded here stays: looking through it for cycles takes a tenth of a cold start

from chalice.app import CloudWatchEvent, Rate, SQSEvent

from chalicelib.foundation import log
from chalicelib.foundation.json import Json
from chalicelib.foundation.router import App, Router
from chalicelib.wiring import Wiring


def create_app(wiring: Wiring) -> App:
    """The Chalice app with all routes."""
    created = App("contact-intake", configure_logs=False, env={})
    wiring.register(Router(created, wiring))
    return created


wiring = Wiring(os.environ)
app = create_app(wiring)
log.configure(os.environ.get("LOG_LEVEL") or "INFO")
if {"PUBLIC_URL", "AWS_LAMBDA_FUNCTION_NAME"} & set(os.environ):  # meant to serve, not merely to be packaged
    wiring.check()
gc.freeze()
gc.enable()


@app.schedule(Rate(1, unit=Rate.MINUTES))
def process_imports(event: CloudWatchEvent) -> Json:
    """The minute schedule: work on what is due, and find again what a crash left."""
    return wiring.on_schedule(event.context)


@app.on_sqs_message(queue="contact-intake-work", batch_size=1)
def start_job(event: SQSEvent) -> None:
    """The instant start: work on the job that a message names."""
    for record in event:
        wiring.on_message(record.body, event.context)
