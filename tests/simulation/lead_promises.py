"""What is true of leads and of what imports keep, whatever happened beside one another."""

import csv
import io
from collections import Counter
from collections.abc import Collection, Mapping

from chalicelib.leads.lead import Lead
from chalicelib.leads.store.entry import Entry
from chalicelib.leads.store.lead_rows import to_entry
from tests.simulation.house import House
from tests.simulation.lead_imports import OUTCOMES, leads_in


def entries_in(house: House) -> dict[str, Entry]:
    items = house.dynamo.tables["leads"].items.values()
    return {entry.key: entry for item in items if "n" in item for entry in [to_entry("acme", item)]}


def each_identity_has_one_lead(house: House) -> None:
    """Every identity belongs to the one lead that lists it, and no lead lists another."""
    leads = {lead.id: lead for lead in leads_in(house)}
    entries = entries_in(house)
    owners = {key: entry.owner for key, entry in entries.items() if entry.owner is not None}
    assert owners == {each.key: lead.id for lead in leads.values() for each in lead.identities}
    assert sum(len(lead.identities) for lead in leads.values()) == len(owners)
    assert all(lead.identities for lead in leads.values())


def lines_of(house: House, job_id: str) -> dict[str, list[dict[str, str]]]:
    """The lines of the result files of an import, by outcome; none of one that was canceled before it began."""
    folder = f"lead-imports/acme/{job_id}/results/"
    texts = {each: house.blobs.kept.get(f"{folder}{each}.csv", b"").decode("utf-8-sig") for each in OUTCOMES}
    return {each: list(csv.DictReader(io.StringIO(text, newline=""))) for each, text in texts.items()}


def each_row_has_one_line(house: House, job_id: str, rows: int) -> None:
    """Each row of the file is in one result file, and counted there."""
    lines = lines_of(house, job_id)
    numbers = [int(line["row"]) for each in lines.values() for line in each]
    assert sorted(numbers) == list(range(2, rows + 2))
    assert dict(house.outside.jobs.get(job_id).counts) == {each: len(found) for each, found in lines.items()}


def created_leads_are_those_that_are_named(house: House, job_id: str, gone: Collection[str] = ()) -> None:
    """Exactly the leads are there that the import says it created, but those that went since."""
    named = {line["lead_id"]: int(line["row"]) for line in lines_of(house, job_id)["created"]}
    stored = {lead.id: lead.created_by.row for lead in leads_in(house) if lead.created_by.source == job_id}
    assert stored == {lead_id: row for lead_id, row in named.items() if lead_id not in gone}


def nothing_holds(house: House, *traces: str) -> None:
    """Neither the bucket nor a table has any of these texts."""
    for key, content in house.blobs.kept.items():
        assert not [trace for trace in traces if trace.encode() in content], key
    for item in house.dynamo.tables["leads"].items.values():
        if "lead" in item:
            assert not [trace for trace in traces if trace in str(item)], item


def leads_by_form(house: House) -> Mapping[str, Lead]:
    found = [(each.form, lead) for lead in leads_in(house) for each in lead.identities]
    assert max(Counter(form for form, _ in found).values()) == 1
    return dict(found)
