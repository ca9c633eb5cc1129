"""Reading a large book over real HTTP and the whole stack: the sorted list, a search, and the cost of an edit."""

import os
import statistics
import time
from collections.abc import Iterator
from dataclasses import dataclass

from chalicelib.wiring import Wiring
from local.processes import ROOT
from local.sandbox_control import SandboxControl
from local.service_client import ServiceClient
from local.stack import Stack

ADDRESS = "many@gmail.example"
CONTACTS = "/api/v1/contacts"
LONGEST_WAIT = 60.0  # seconds, for the index that an import's worker prepares
TEXTS = ("ann", "example.com", "+49", "zzz", "o")  # from a handful to nearly everybody


@dataclass(frozen=True)
class Looks:
    """Seconds, from the request to the first byte of its answer.

    Args:
        lists, searches: of a process that has looked before. first: of one that has not, over a prepared index.
        rebuilt: over a book whose index must be rebuilt. edit: an edit, which brings the index along.
    """

    lists: list[float]
    searches: list[float]
    first: float
    rebuilt: float
    edit: float


def looks(contacts: int, repeats: int) -> Looks:
    with Stack(port=None, data_dir=None, environment={"PATH": "/usr/bin:/bin", "HOME": str(ROOT)}) as stack:
        sandbox = SandboxControl.of(stack.settings)
        sandbox.account("google", ADDRESS, contacts)
        client = ServiceClient(stack.url, sandbox.token("person"))
        os.environ.update({name: value for name, value in stack.settings.items() if name.startswith("AWS_")})
        wiring = Wiring(stack.settings)
        owner = wiring.shared.jobs.get(_imported(client)).owner
        wait_for_index(wiring, owner)
        first = _first_byte(client, CONTACTS)
        lists = list(_pages(client, repeats * 4))
        searches = [_first_byte(client, f"{CONTACTS}?q={text}") for text in TEXTS for _ in range(repeats)]
        edit = statistics.median(_edit(client, str(number)) for number in range(repeats))
        wiring.shared.books.commit_edit(owner, [], [])
        return Looks(lists, searches, first, _first_byte(client, CONTACTS), edit)


def _imported(client: ServiceClient) -> str:
    job_id = client.connect("google", ADDRESS)
    client.wait_until_finished(job_id)
    return job_id


def wait_for_index(wiring: Wiring, owner: str) -> None:
    until = time.monotonic() + LONGEST_WAIT
    while wiring.address_book.indexes.find_cached(owner) is None:
        if time.monotonic() > until:
            raise RuntimeError("no index was prepared after the import")
        time.sleep(0.1)


def _pages(client: ServiceClient, times: int) -> Iterator[float]:
    """Page after page."""
    path = CONTACTS
    for _ in range(times):
        yield _first_byte(client, path)
        path = f"{CONTACTS}?cursor={client.get(path)['next_cursor']}"


def _first_byte(client: ServiceClient, path: str) -> float:
    answer = client.ask("GET", path, stream=True)
    answer.raise_for_status()
    answer.close()
    return answer.elapsed.total_seconds()


def _edit(client: ServiceClient, title: str) -> float:
    contact_id = client.get(CONTACTS)["contacts"][0]["contact_id"]
    answer = client.ask("PATCH", f"{CONTACTS}/{contact_id}", json={"title": title})
    answer.raise_for_status()
    return answer.elapsed.total_seconds()
