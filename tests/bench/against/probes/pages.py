"""The time to first byte of every page, over real HTTP and the whole stack, after one large import with a failure."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from adapter import owner_of, wait_until_finished
from measuring import Measure

from chalicelib.wiring import Wiring
from local.browser import Browser
from local.processes import ROOT
from local.sandbox_control import SandboxControl
from local.service_client import ServiceClient
from local.stack import Stack
from tests.bench.looking import wait_for_index
from tests.bench.pages import ADDRESS, PERSON, _first_byte, _paths, _signed_in

REQUESTS = 20  # for each page
OUTCOMES_OF_FAILED = "/contacts?outcome=failed"


@contextmanager
def first_byte(contacts: int) -> Iterator[Measure]:
    with Stack(port=None, data_dir=None, environment={"PATH": "/usr/bin:/bin", "HOME": str(ROOT)}) as stack:
        client = ServiceClient(stack.url, SandboxControl.of(stack.settings).token(PERSON))
        job_id = _import(stack, client, contacts)
        browser, paths = _signed_in(stack.url), list(_paths(client, job_id))
        for path in paths:
            _first_byte(browser, stack.url + path)  # loads what a process loads once
        yield lambda: _measured(browser, stack.url, paths)


def _import(stack: Stack, client: ServiceClient, contacts: int) -> str:
    """Import the account, and wait until its contacts are indexed."""
    sandbox = SandboxControl.of(stack.settings)
    sandbox.account("google", ADDRESS, contacts)
    sandbox.contacts(ADDRESS, "add", count=1, odd="huge-note")  # fails, at the very end of the import
    job_id = client.connect("google", ADDRESS)
    status = wait_until_finished(client, job_id)
    if not status["failed_contacts"]:
        raise RuntimeError(f"no contact failed, so the page of failed contacts is empty: {status}")
    os.environ.update({name: value for name, value in stack.settings.items() if name.startswith("AWS_")})
    wiring = Wiring(stack.settings)
    wait_for_index(wiring, owner_of(wiring, job_id))
    return job_id


def _measured(browser: Browser, url: str, paths: list[str]) -> dict[str, Any]:
    """Milliseconds."""
    by_path = {path: _p95(browser, url + path) * 1000 for path in paths}
    slowest = max(by_path, key=by_path.__getitem__)
    [failed] = [path for path in paths if path.endswith(OUTCOMES_OF_FAILED)]
    return {
        "slowest": by_path[slowest],
        "failed": by_path[failed],
        "note": f"the slowest of {len(paths)} pages is /{slowest}",
        "by_path": by_path,
    }


def _p95(browser: Browser, url: str) -> float:
    seconds = sorted(_first_byte(browser, url) for _ in range(REQUESTS))
    return seconds[round(0.95 * REQUESTS) - 1]
