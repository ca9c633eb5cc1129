"""The upgrade in the rehearsal: the deployed service continues with items that earlier versions stored.

The items are stored before the first request, as after a real upgrade. The service finishes interrupted imports, shows,
edits and exports contacts of older forms, finishes erasures that had started and cleans up an older bulk run.
"""

from __future__ import annotations

import secrets
import time
from base64 import urlsafe_b64encode
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from hashlib import sha256
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

from chalicelib.accounts.token_encryption import StoredTokens, connection_context
from chalicelib.tables.keys import TABLES
from chalicelib.wiring import Wiring
from infra.earlier_items import ADDED, BEFORE, CHANGED, IMPORTING, SEED, EarlierItems, account_of, earlier_items
from local.browser import Browser
from local.embedded_aws.resources import Names
from local.service_client import ServiceClient

if TYPE_CHECKING:
    from infra.rehearse import Rehearsal

CONTACTS = "/api/v1/contacts"
CLEANUP = f"{CONTACTS}/bulk/cleanup"
LONGEST_SECONDS = 60.0
LOOK_SECONDS = 0.2


def put_earlier_items(rehearsal: Rehearsal) -> EarlierItems:
    """Store the items in the tables and the bucket of the stack, and create the people's accounts in the sandbox."""
    earlier = earlier_items(datetime.now(UTC))
    names, wiring = _names(rehearsal), _wiring(rehearsal)
    for person in IMPORTING:
        _make_account(rehearsal, person)
    for item in earlier.tables["people"]:
        owner = item["owner"]["S"]
        if owner in IMPORTING:
            tokens = _new_tokens(wiring, item["address"]["S"], rehearsal.sandbox.origin)
            sealed = wiring.accounts.tokens.encrypt(tokens, connection_context(owner, item["connection_id"]["S"]))
            item["sealed"] = {"B": sealed}
    dynamodb = rehearsal.deployment.client("dynamodb")
    for table in TABLES:
        for item in earlier.tables[table]:
            dynamodb.put_item(TableName=getattr(names, table), Item=item)
    for key, content in earlier.blobs.items():
        rehearsal.deployment.client("s3").put_object(Bucket=names.bucket, Key=key, Body=content)
    return earlier


def upgrade(rehearsal: Rehearsal, earlier: EarlierItems) -> None:
    """Check that the deployed service continues where the earlier versions stopped."""
    began = time.monotonic()
    people = {name: _client(rehearsal, name) for name in earlier.people}
    _run_schedule(rehearsal)
    for name in IMPORTING:
        _check_import(rehearsal, people[name], earlier.people[name])
        _check_contacts(rehearsal, people[name], earlier.people[name])
    _check_erasures(rehearsal, people["paul"])
    _check_cleanup(rehearsal, people["rosa"], earlier.people["rosa"])
    rehearsal.say(
        f"over items of earlier versions: {len(IMPORTING)} interrupted imports finished, contacts edited and exported, "
        f"2 erasures finished, a bulk run cleaned up, {time.monotonic() - began:.1f} s"
    )


def _check_import(rehearsal: Rehearsal, client: ServiceClient, known: Mapping[str, str]) -> None:
    status = client.wait_until_finished(known["job"])
    counts = {name: status[name] for name in ("status", "total_contacts", "created", "failed_contacts")}
    wanted = {"status": "completed", "total_contacts": BEFORE + ADDED, "created": ADDED, "failed_contacts": 0}
    rehearsal.expect(counts, wanted, "an import that an earlier version started")
    check = client.get(f"/api/v1/imports/{known['job']}/verify")
    rehearsal.expect(check["consistent"], True, "its counts and its ledger, written by both versions")


def _check_contacts(rehearsal: Rehearsal, client: ServiceClient, known: Mapping[str, str]) -> None:
    listed = client.get(CONTACTS, params={"limit": "50"})["contacts"]
    rehearsal.expect(len(listed), BEFORE + ADDED - 1, "contacts, without the deleted one")
    rehearsal.expect(known["deleted"] in {each["contact_id"] for each in listed}, False, "the deleted one is listed")
    edited, typed = (client.get(f"{CONTACTS}/{known[which]}") for which in ("edited", "typed"))
    rehearsal.expect(edited["title"], "Edited before", "a title that was edited by an earlier version")
    addresses = [email["value"] for email in typed["emails"]]
    rehearsal.expect(
        "typed@moved.example" in addresses,
        True,
        f"an address typed in an earlier version, among {addresses}",
    )
    answer = client.ask("PATCH", f"{CONTACTS}/{known['edited']}", json={"title": "Edited since"})
    rehearsal.expect(answer.status_code, 200, f"an edit ({answer.text[:200]})")
    found = client.get(CONTACTS, params={"q": "Edited since"})["contacts"]
    rehearsal.expect([each["contact_id"] for each in found], [known["edited"]], "a search for the new title")
    exported = client.ask("GET", f"{CONTACTS}/export?format=csv")
    rehearsal.expect(exported.text.count("Edited since"), 1, f"the edit in the export ({exported.status_code})")


def _check_erasures(rehearsal: Rehearsal, accepted: ServiceClient) -> None:
    """The first erasure had only been accepted, so both its sweeps are left. The second had one sweep left."""
    left = _Left(rehearsal)
    _wait(lambda: not left.of("contacts", "paul") and not left.of("people", "paul"), "an erasure's first sweep")
    rehearsal.expect(
        accepted.ask("POST", f"{CONTACTS}/bulk", json=_ONE_CONTACT).status_code, 409, "a new job during the erasure"
    )
    _wait(lambda: not left.of("jobs", "quin"), "the end of an erasure")
    rehearsal.expect(left.of("contacts", "quin"), [], "contacts of an erased person")


def _check_cleanup(rehearsal: Rehearsal, client: ServiceClient, known: Mapping[str, str]) -> None:
    job_id = client.post(CLEANUP, {"bulk_create_job_id": known["job"]})["job_id"]
    _wait(lambda: client.get(f"{CLEANUP}/{job_id}")["status"] not in ("queued", "processing"), "a cleanup")
    kept = client.get(CONTACTS)["contacts"]
    rehearsal.expect([each["contact_id"] for each in kept], [known["edited"]], "contacts that the cleanup keeps")


_ONE_CONTACT = {"contacts": [{"given": "Nobody", "emails": [{"value": "nobody@moved.example"}]}]}


class _Left:
    """Finds the items of a person."""

    def __init__(self, rehearsal: Rehearsal) -> None:
        self._names, self._client = _names(rehearsal), rehearsal.deployment.client("dynamodb")

    def of(self, table: str, owner: str) -> list[Any]:
        """The items of a table whose key has the owner."""
        items = self._client.scan(TableName=getattr(self._names, table), ConsistentRead=True)["Items"]
        return [item for item in items if owner in item["pk"]["S"].replace("#", " ").split()]


def _run_schedule(rehearsal: Rehearsal) -> None:
    client = _client(rehearsal, "schedule")
    secret = {"x-cron-secret": rehearsal.settings["CRON_SECRET"]}
    for _ in range(3):  # two jobs at most each time
        answer = client.ask("POST", "/api/cron/process-imports", headers=secret)
        rehearsal.expect(answer.status_code, 200, f"the schedule ({answer.text[:500]})")


def _make_account(rehearsal: Rehearsal, person: str) -> None:
    address = account_of(person)
    rehearsal.sandbox.account("google", address, BEFORE, seed=SEED)
    rehearsal.sandbox.contacts(address, "change", numbers=list(range(CHANGED)))
    rehearsal.sandbox.contacts(address, "add", count=ADDED)


def _new_tokens(wiring: Wiring, address: str, sandbox: str) -> StoredTokens:
    """Tokens of a consent that the person gave in this sandbox; those of another one are not valid here."""
    google, browser, verifier, back = (
        wiring.providers.oauth_client("google"),
        Browser(),
        secrets.token_urlsafe(48),
        f"{sandbox}/back",
    )
    challenge = urlsafe_b64encode(sha256(verifier.encode()).digest()).decode().rstrip("=")
    url = google.authorization_url(state="s", code_challenge=challenge, redirect_uri=back, login_hint=address)
    page = browser.open(url)
    if not any("Continue" in form.buttons for form in page.forms):
        page = browser.press(page, address)
    page = browser.press(page, "Continue", tick_all=True)
    code = parse_qs(urlsplit(page.url).query)["code"][0]
    return StoredTokens.of(google.exchange(code=code, code_verifier=verifier, redirect_uri=back)[0])


def _names(rehearsal: Rehearsal) -> Names:
    ids = rehearsal.deployment.resources()
    return Names(
        **{table.name: ids[table.logical_id] for table in TABLES.values()},
        bucket=ids["BlobsBucket"],
        key_alias=ids["Key"],
    )


def _wiring(rehearsal: Rehearsal) -> Wiring:
    """The parts of the service, which seal tokens."""
    return Wiring({**rehearsal.settings, **_names(rehearsal).settings("")}, clients=rehearsal.deployment.client)


def _client(rehearsal: Rehearsal, person: str) -> ServiceClient:
    return ServiceClient(rehearsal.settings["PUBLIC_URL"], rehearsal.sandbox.token(person))


def _wait(ready: Callable[[], bool], what: str) -> None:
    until = time.monotonic() + LONGEST_SECONDS
    while not ready():
        if time.monotonic() > until:
            raise TimeoutError(f"{what} did not happen within {LONGEST_SECONDS:.0f} s")
        time.sleep(LOOK_SECONDS)
