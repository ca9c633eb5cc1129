"""Journeys with the generated Python client. `make clients` runs them.

Every response is checked against the description all the same.
"""

import time
from collections.abc import Callable, Iterator
from typing import Any, TypeVar

import httpx
import pytest
from contact_intake_client import AuthenticatedClient
from contact_intake_client.api.bulk_runs import (
    get_bulk_cleanup,
    get_bulk_create,
    list_bulk_jobs,
    start_bulk_cleanup,
    start_bulk_create,
)
from contact_intake_client.api.collections import create_collection, list_members
from contact_intake_client.api.consents import start_consent
from contact_intake_client.api.contacts import edit_contact, get_contact, list_contacts
from contact_intake_client.api.imports import status
from contact_intake_client.models import (
    BulkCleanupBody,
    BulkCleanupInFull,
    BulkCreate,
    BulkCreateBody,
    BulkCreateInFull,
    BulkJobs,
    Collection,
    CollectionBody,
    ConsentStarted,
    ContactInFull,
    ContactsResponse,
    EditContactBody,
    InputCreateContact,
    InputEmail,
    ListedContact,
    MembersResponse,
    Problem,
    StatusResponse,
)
from contact_intake_client.types import Response

from chalicelib.providers.registry import PROVIDERS
from tests.journeys.world import PersonHere, World, adds_up

FINAL = ("completed", "partial", "failed", "canceled")
LONGEST_SECONDS = 60
Parsed = TypeVar("Parsed")


@pytest.fixture
def client(world: World, anna: PersonHere) -> Iterator[AuthenticatedClient]:
    """A client with Anna's token."""

    def check(answer: httpx.Response) -> None:
        world.description.check(
            answer.request.method, answer.url.path, answer.status_code, answer.headers, answer.read()
        )

    hooks = {"event_hooks": {"response": [check]}}
    with AuthenticatedClient(world.url.rstrip("/"), world.sandbox.token(anna.name), httpx_args=hooks) as client:
        yield client


def got(answer: Response[Any], kind: type[Parsed]) -> Parsed:
    """What was asked for, and not a problem."""
    assert isinstance(answer.parsed, kind), f"{answer.status_code}: {answer.content!r}"
    return answer.parsed


def followed(ask: Callable[[], Response[Any]], kind: type[Parsed]) -> Parsed:
    """The last status of a job, polled as often as its answers ask for."""
    until = time.monotonic() + LONGEST_SECONDS
    while True:
        answer = ask()
        status: Any = got(answer, kind)
        if status.status in FINAL:
            return got(answer, kind)
        assert time.monotonic() < until, answer.content
        time.sleep(min(0.3, float(answer.headers.get("Retry-After", "0.3"))))


def book(client: AuthenticatedClient) -> list[ListedContact]:
    """Every contact, through every page."""
    page = got(list_contacts.sync_detailed(client=client, limit=50), ContactsResponse)
    found = page.contacts
    while page.next_cursor is not None:
        more = list_contacts.sync_detailed(client=client, limit=50, cursor=page.next_cursor)
        page = got(more, ContactsResponse)
        found += page.contacts
    return found


def imported(client: AuthenticatedClient, anna: PersonHere, provider: str, address: str) -> StatusResponse:
    """Connect an account as Anna, and wait for its import."""
    started = got(start_consent.sync_detailed(provider, client=client), ConsentStarted)
    question = anna.browser.press(anna.consent_page(started.authorization_url, address), "Continue", tick_all=True)
    assert anna.browser.press(question, "Yes").url.endswith(f"/imports/{started.job_id}")
    return followed(lambda: status.sync_detailed(started.job_id, client=client), StatusResponse)


def people(number: int) -> list[InputCreateContact]:
    return [
        InputCreateContact(
            given=f"Given{each}", family=f"Family{each}", emails=[InputEmail(value=f"p{each}@x.example")]
        )
        for each in range(number)
    ]


@pytest.mark.parametrize("provider", PROVIDERS)
def test_every_contact_of_an_account_arrives_and_the_numbers_add_up(world, anna, client, provider):
    folders = ["Work"] if provider == "microsoft" else []

    status = imported(client, anna, provider, world.account(provider, contacts=60, folders=folders))

    assert (status.status, status.created, status.mode) == ("completed", 60, "full")
    assert adds_up(status.to_dict())
    assert len(book(client)) == 60


def test_an_edit_changes_what_it_names_and_nothing_else(world, anna, client):
    imported(client, anna, "google", world.account("google", contacts=5))
    contact_id = book(client)[0].contact_id
    before = got(get_contact.sync_detailed(contact_id, client=client), ContactInFull)

    body = EditContactBody(version=before.version, nickname="Countess")
    edited = got(edit_contact.sync_detailed(contact_id, client=client, body=body), ContactInFull)
    again = got(edit_contact.sync_detailed(contact_id, client=client, body=body), Problem)

    assert edited.nickname == "Countess"
    assert (edited.display, edited.emails, edited.phones) == (before.display, before.emails, before.phones)
    assert (again.type_, again.status) == ("/problems/conflict", 409)


def test_a_phone_pushes_its_address_book_and_a_test_run_is_cleaned_up_after(client):
    """Accepted at once, created in the background, shown in the book and the collection; listed dry; gone."""
    named = CollectionBody(name="Friends")
    friends = got(create_collection.sync_detailed(client=client, body=named), Collection).collection_id
    wanted = BulkCreateBody(
        contacts=[*people(150), InputCreateContact(display="Nobody's duplicate"), people(1)[0]],
        collection_id=friends,
        client_source="ios-sim",
        client_reference_id="run 1",
    )

    begun = got(start_bulk_create.sync_detailed(client=client, body=wanted), BulkCreate)
    job = followed(lambda: get_bulk_create.sync_detailed(begun.job_id, client=client), BulkCreateInFull)
    assert (job.status, job.success_count, job.skipped_count) == ("completed", 151, 1)
    assert job.tracking_key == f"bcc:j:{job.job_id}:s:ios-sim:r:run-1"
    assert {each.external_source for each in book(client)} == {job.tracking_key}
    assert members(client, friends) == sorted(job.contact_ids)

    dry = cleaned_up(client, BulkCleanupBody(tracking_key=job.tracking_key, dry_run=True))
    assert (dry.deleted_count, sorted(dry.candidate_contact_ids)) == (0, sorted(job.contact_ids))
    assert len(book(client)) == 151

    real = cleaned_up(client, BulkCleanupBody(bulk_create_job_id=job.job_id))
    assert (real.status, real.deleted_count, real.total_count) == ("completed", 151, 151)
    assert (book(client), members(client, friends)) == ([], [])
    jobs = got(list_bulk_jobs.sync_detailed(client=client), BulkJobs).jobs
    assert [each.kind for each in jobs] == ["cleanup", "cleanup", "create"]


def cleaned_up(client: AuthenticatedClient, body: BulkCleanupBody) -> BulkCleanupInFull:
    begun: Any = start_bulk_cleanup.sync_detailed(client=client, body=body).parsed
    return followed(lambda: get_bulk_cleanup.sync_detailed(begun.job_id, client=client), BulkCleanupInFull)


def members(client: AuthenticatedClient, collection_id: str) -> list[str]:
    listed = list_members.sync_detailed(collection_id, client=client, limit=200)
    return sorted(each.contact_id for each in got(listed, MembersResponse).members)
