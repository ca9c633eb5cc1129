"""The time to first byte of every page, requested with a session, over a large book."""

import os
from collections.abc import Iterator
from dataclasses import dataclass

from chalicelib.wiring import Wiring
from local.browser import Browser
from local.processes import ROOT
from local.sandbox_control import SandboxControl
from local.service_client import ServiceClient
from local.stack import Stack
from tests.bench.looking import CONTACTS, wait_for_index

ADDRESS, PERSON = "many@gmail.example", "olga"
TIMEOUT_SECONDS = 30.0
FAILED = 60  # contacts that cannot be imported, more than a page shows; the last ones of the import


@dataclass(frozen=True)
class Page:
    """The speed and the size of a page."""

    path: str
    #: From the request to the first byte of the response, of several requests.
    seconds: list[float]
    #: Bytes of the page with its style sheet and its script, uncompressed.
    size: int


def pages(contacts: int, repeats: int) -> list[Page]:
    """Every page of one person, who looks after the service too, with one finished import of that many contacts.

    Args:
        repeats: how often each page is requested.
    """
    with Stack(port=None, data_dir=None, environment={"PATH": "/usr/bin:/bin", "HOME": str(ROOT)}) as stack:
        sandbox = SandboxControl.of(stack.settings)
        sandbox.account("google", ADDRESS, contacts)
        sandbox.contacts(ADDRESS, "add", count=FAILED, odd="huge-note")
        client = ServiceClient(stack.url, sandbox.token(PERSON))
        job_id = client.connect("google", ADDRESS)
        client.wait_until_finished(job_id)
        os.environ.update({name: value for name, value in stack.settings.items() if name.startswith("AWS_")})
        wiring = Wiring(stack.settings)
        wait_for_index(wiring, wiring.shared.jobs.get(job_id).owner)
        browser = _signed_in(stack.url)
        executor = sum(len(browser.open(stack.url + name).text.encode()) for name in ("style.css", "page.js"))
        return [_measured(browser, stack.url, path, repeats, executor) for path in _paths(client, job_id)]


def _signed_in(url: str) -> Browser:
    browser = Browser()
    browser.press(browser.open(f"{url}sign-in"), "Sign in", tick_all=True, fill={"person": PERSON})
    return browser


def _paths(client: ServiceClient, job_id: str) -> Iterator[str]:
    connection_id = client.get("/api/v1/connections")["connections"][0]["connection_id"]
    contact = f"contacts/{client.get(CONTACTS)['contacts'][0]['contact_id']}"
    yield from ("accounts", f"accounts/{connection_id}/disconnect")
    yield from (
        "imports",
        f"imports/{job_id}",
        f"imports/{job_id}/contacts",
        f"imports/{job_id}/contacts?outcome=created",
        f"imports/{job_id}/contacts?outcome=failed",
    )
    yield from ("contacts", "contacts?page=400", "contacts?q=ann")
    yield from (contact, f"{contact}/edit", f"{contact}/delete")
    yield from ("shared", "me", "me/erase", "operator/jobs", "operator/health")


def _measured(browser: Browser, url: str, path: str, repeats: int, executor: int) -> Page:
    size = len(browser.open(url + path).text.encode())  # loads what a process loads once
    return Page(f"/{path}", [_first_byte(browser, url + path) for _ in range(repeats)], size + executor)


def _first_byte(browser: Browser, url: str) -> float:
    with browser.session.get(url, stream=True, allow_redirects=False, timeout=TIMEOUT_SECONDS) as answer:
        if answer.status_code != 200:
            raise RuntimeError(f"{url} answered {answer.status_code}")
        return answer.elapsed.total_seconds()
