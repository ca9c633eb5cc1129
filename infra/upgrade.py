"""The part of the rehearsal that deploys over items of earlier versions: first the items, then the service finds them.

The items are there before anybody asks the deployed service, as after a real upgrade. It ends the interrupted imports,
shows, edits and exports contacts of older forms, ends the erasures that had begun and cleans up an older bulk run.
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

from chalicelib.accounts.tokens import StoredTokens, connection_context
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
    """Fill the tables and the bucket of the stack. The accounts of the people exist at the sandbox afterwards."""
    earlier = earlier_items(datetime.now(UTC))
    names, wiring = _names(rehearsal), _wiring(rehearsal)
    for person in IMPORTING:
        _make_account(rehearsal, person)
    for item in earlier.tables["people"]:
        owner = item["owner"]["S"]
        if owner in IMPORTING:
            tokens = _consented(wiring, item["address"]["S"], rehearsal.sandbox.origin)
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
    """Let the deployed service go on where the earlier versions stopped."""
    began = time.monotonic()
    people = {name: _client(rehearsal, name) for name in earlier.people}
    _run_schedule(rehearsal)
    for name in IMPORTING:
        _import_goes_on(rehearsal, people[name], earlier.people[name])
        _contacts_are_as_they_were(rehearsal, people[name], earlier.people[name])
    _erasures_go_on(rehearsal, people["paul"])
    _bulk_run_is_cleaned_up(rehearsal, people["rosa"], earlier.people["rosa"])
    rehearsal.say(
        f"over items of earlier versions: {len(IMPORTING)} interrupted imports ended, contacts edited and exported, "
        f"2 erasures went on, a bulk run cleaned up, {time.monotonic() - began:.1f} s"
    )


def _import_goes_on(rehearsal: Rehearsal, client: ServiceClient, known: Mapping[str, str]) -> None:
    status = client.finished(known["job"])
    told = {name: status[name] for name in ("status", "total_contacts", "created", "failed_contacts")}
    wanted = {"status": "completed", "total_contacts": BEFORE + ADDED, "created": ADDED, "failed_contacts": 0}
    rehearsal.expect(told, wanted, "an import that an earlier version began")
    verdict = client.get(f"/api/v1/imports/{known['job']}/verify")
    rehearsal.expect(verdict["consistent"], True, "its counts and its ledger, of both versions")


def _contacts_are_as_they_were(rehearsal: Rehearsal, client: ServiceClient, known: Mapping[str, str]) -> None:
    listed = client.get(CONTACTS, params={"limit": "50"})["contacts"]
    rehearsal.expect(len(listed), BEFORE + ADDED - 1, "contacts; one was deleted before")
    rehearsal.expect(known["deleted"] in {each["contact_id"] for each in listed}, False, "the deleted one is listed")
    edited, typed = (client.get(f"{CONTACTS}/{known[which]}") for which in ("edited", "typed"))
    rehearsal.expect(edited["title"], "Edited before", "a title that was edited before")
    addresses = [email["value"] for email in typed["emails"]]
    rehearsal.expect("typed@moved.example" in addresses, True, f"an address that was typed before, among {addresses}")
    answer = client.ask("PATCH", f"{CONTACTS}/{known['edited']}", json={"title": "Edited since"})
    rehearsal.expect(answer.status_code, 200, f"an edit ({answer.text[:200]})")
    found = client.get(CONTACTS, params={"q": "Edited since"})["contacts"]
    rehearsal.expect([each["contact_id"] for each in found], [known["edited"]], "a search for what was edited since")
    exported = client.ask("GET", f"{CONTACTS}/export?format=csv")
    rehearsal.expect(exported.text.count("Edited since"), 1, f"the edit in the export ({exported.status_code})")


def _erasures_go_on(rehearsal: Rehearsal, accepted: ServiceClient) -> None:
    """One had only been accepted: its first sweep is done now. Of the other, one sweep was left."""
    left = _Left(rehearsal)
    _wait(lambda: not left.of("contacts", "paul") and not left.of("people", "paul"), "an erasure's first sweep")
    rehearsal.expect(
        accepted.ask("POST", f"{CONTACTS}/bulk", json=_ONE_CONTACT).status_code, 409, "what begins meanwhile"
    )
    _wait(lambda: not left.of("jobs", "quin"), "the end of an erasure")
    rehearsal.expect(left.of("contacts", "quin"), [], "contacts of an erased person")


def _bulk_run_is_cleaned_up(rehearsal: Rehearsal, client: ServiceClient, known: Mapping[str, str]) -> None:
    job_id = client.post(CLEANUP, {"bulk_create_job_id": known["job"]})["job_id"]
    _wait(lambda: client.get(f"{CLEANUP}/{job_id}")["status"] not in ("QUEUED", "PROCESSING"), "a cleanup")
    kept = client.get(CONTACTS)["contacts"]
    rehearsal.expect([each["contact_id"] for each in kept], [known["edited"]], "contacts that the cleanup keeps")


_ONE_CONTACT = {"contacts": [{"given": "Nobody", "emails": [{"value": "nobody@moved.example"}]}]}


class _Left:
    """What the tables hold of a person."""

    def __init__(self, rehearsal: Rehearsal) -> None:
        self._names, self._client = _names(rehearsal), rehearsal.deployment.client("dynamodb")

    def of(self, table: str, owner: str) -> list[Any]:
        """Items whose key names the owner."""
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


def _consented(wiring: Wiring, address: str, sandbox: str) -> StoredTokens:
    """Tokens of a consent as the person gave it long ago; those of another sandbox could not be used in this one."""
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
    """The service's own parts, to seal tokens as it does."""
    return Wiring({**rehearsal.settings, **_names(rehearsal).settings("")}, clients=rehearsal.deployment.client)


def _client(rehearsal: Rehearsal, person: str) -> ServiceClient:
    return ServiceClient(rehearsal.settings["PUBLIC_URL"], rehearsal.sandbox.token(person))


def _wait(ready: Callable[[], bool], what: str) -> None:
    until = time.monotonic() + LONGEST_SECONDS
    while not ready():
        if time.monotonic() > until:
            raise TimeoutError(f"{what} did not come within {LONGEST_SECONDS:.0f} s")
        time.sleep(LOOK_SECONDS)
