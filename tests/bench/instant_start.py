"""From the callback to the first status that says `processing`, over real HTTP and the whole stack, queue on."""

import time
from collections.abc import Iterator

from local.processes import ROOT
from local.sandbox.walk import consent
from local.sandbox_control import SandboxControl
from local.service_client import FINAL, ServiceClient
from local.stack import Stack

CONTACTS = 2_000  # enough that an import does not end between two looks at its status
LOOK_SECONDS = 0.02


def seconds_to_processing(times: int) -> list[float]:
    """One person and account after the other."""
    with Stack(port=None, data_dir=None, environment={"PATH": "/usr/bin:/bin", "HOME": str(ROOT)}) as stack:
        sandbox = SandboxControl.of(stack.settings)
        return list(_measured(stack, sandbox, times))


def _measured(stack: Stack, sandbox: SandboxControl, times: int) -> Iterator[float]:
    for number in range(times):
        address = f"instant-{number}@gmail.example"
        sandbox.account("google", address, CONTACTS)
        client = ServiceClient(stack.url, sandbox.token(f"person-{number}"))
        begun = client.begin("google")
        callback = consent(begun["authorization_url"], address)
        began = time.perf_counter()
        client.browser.session.get(callback, allow_redirects=False, timeout=30).raise_for_status()
        while client.status(begun["job_id"])["status"] == "fetching":
            time.sleep(LOOK_SECONDS)
        yield time.perf_counter() - began
        while client.status(begun["job_id"])["status"] not in FINAL:
            time.sleep(LOOK_SECONDS)
