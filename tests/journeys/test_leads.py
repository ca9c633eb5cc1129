"""The people of an organization and their leads: resolved, found again, exported, erased."""

import csv
import io
import time
from typing import Any

import pytest
import requests

from tests.journeys.world import PersonHere, World

LEADS = "/api/v1/organizations/acme/leads"
MARIA = {"channel": "whatsapp", "channelIdentifier": "+55 11 8765-4321", "name": "Maria"}
MAIL = {"channel": "email", "channelIdentifier": "maria@x.example"}


@pytest.fixture
def ines(world: World) -> PersonHere:
    return PersonHere(world, "ines", organizations={"acme": ["admin"]})


def exported(ines: PersonHere, **wanted: str) -> str:
    """The text of an exported file."""
    job_id, until = ines.post(f"{LEADS}/exports", wanted)["jobId"], time.monotonic() + 60
    while True:
        export: Any = ines.get(f"{LEADS}/exports/{job_id}")
        if export["status"] == "completed":
            return requests.get(export["downloadUrl"], timeout=30).content.decode("utf-8-sig")
        assert export["status"] in ("queued", "processing"), export
        assert time.monotonic() < until, export
        time.sleep(0.2)


def test_an_organization_resolves_finds_exports_and_erases_its_leads(ines, bert):
    batch = [{**MARIA, "identities": [MAIL]}, *({**MAIL, "channelIdentifier": f"p{n}@x.example"} for n in range(120))]

    first = ines.post("/organizations/acme/leads/resolve-batch", batch)["results"]
    again = ines.post(f"{LEADS}/resolve-batch", batch)["results"]

    assert {each["outcome"] for each in first} == {"created"}
    assert [(each["outcome"], each["lead"]) for each in again] == [("existing", each["lead"]) for each in first]
    lead_id = first[0]["lead"]["leadId"]
    query = {"channel": "whatsapp", "channelIdentifier": "+5511987654321"}
    assert [each["leadId"] for each in ines.get(LEADS, params=query)["leads"]] == [lead_id]
    assert bert.ask("GET", f"{LEADS}/{lead_id}").status_code == 404

    rows = list(csv.DictReader(io.StringIO(exported(ines, format="csv"))))
    assert len(rows) == 121
    assert {row["leadId"]: row["identity email"] for row in rows}[lead_id] == "maria@x.example"

    erased = ines.post(f"{LEADS}/erase", {"identity": MAIL})
    assert (erased["leadId"], len(erased["suppressedIdentityKeys"]), len(erased["deletedExports"])) == (lead_id, 2, 1)
    assert ines.post(f"{LEADS}/resolve-batch", [MARIA])["results"][0]["outcome"] == "suppressed"
