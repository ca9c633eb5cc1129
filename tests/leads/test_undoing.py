"""Undoing an import leaves the leads as they were before it, except what somebody has changed since."""

import csv
import io
import random
from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from chalicelib.foundation.clock import instant
from chalicelib.foundation.errors import Conflict, NotFound
from chalicelib.jobs.job import Job, JobState
from chalicelib.leads.importing.profiles import OnExisting
from chalicelib.leads.importing.result_blobs import folder_of, from_text
from chalicelib.leads.importing.superseding import Superseded
from chalicelib.leads.lead import Lead
from chalicelib.leads.undoing.reverse_rows import ReverseRows
from tests.leads.importing.import_desk import ImportDesk, csv_of, with_limits
from tests.leads.importing.test_importing import HEADERS, row
from tests.leads.making import lead_identity

SEVERAL = ("WhatsApp", "Telegram ID", "Name", "City")


@pytest.fixture
def desk() -> ImportDesk:
    return ImportDesk()


def imported(desk: ImportDesk, *rows: Any, headers: Any = HEADERS, **request: Any) -> Job:
    """An import, after which some time passes."""
    job = desk.imported(csv_of(headers, rows), **request)
    desk.clock.advance(seconds=60)
    return job


def undone(desk: ImportDesk, job: Job) -> dict[str, int]:
    """The counts of the undo of an import; they are as announced."""
    announced = desk.undo.get("acme", job.job_id).numbers
    undo = desk.undo.start("acme", job.job_id).job
    assert undo is not None
    ended = desk.run(undo)
    desk.clock.advance(seconds=60)
    assert ended.state is JobState.COMPLETED
    assert dict(ended.counts) == announced
    return dict(ended.counts)


def listed(desk: ImportDesk, job: Job, outcome: str) -> list[dict[str, str]]:
    content = desk.blobs.find(f"{folder_of('acme', job.job_id)}undo/{outcome}.csv") or b""
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def substance(leads: list[Lead]) -> list[Lead]:
    """The leads without what counts their writes and tells of the last import."""
    return [replace(lead, rev=0, changes=()) for lead in leads]


def random_cells(chance: random.Random, headers: Any) -> tuple[str, ...]:
    phone, name, city = f"+49170{chance.randrange(30):07d}", chance.choice("ABC"), chance.choice(["", "Lima"])
    second = str(10_000 + chance.randrange(20)) if headers is SEVERAL else name
    third = name if headers is SEVERAL else chance.choice(["", "a@x.example"])
    return phone, second, third, city


class TestALeadThatNobodyHasChangedSince:
    def test_goes_if_the_import_created_it_and_can_be_created_again(self, desk):
        job = imported(desk, row(1, "Ann"), row(2, "Bob"))

        assert undone(desk, job) == {"reversed": 2, "kept": 0, "failed": 0}
        assert desk.all_leads() == []
        assert imported(desk, row(1, "Ann")).counts["created"] == 1

    def test_gets_back_what_the_import_changed(self, desk):
        imported(desk, row(1, "Ann", "", "Lima"), row(2, "Bob"))
        before = desk.all_leads()
        job = imported(
            desk, row(1, "Anna", "a@x.example", "Oslo"), row(3), on_existing=OnExisting.OVERWRITE, tags=["t"]
        )

        assert undone(desk, job) == {"reversed": 2, "kept": 0, "failed": 0}
        assert substance(desk.all_leads()) == substance(before)
        assert [line["row"] for line in listed(desk, job, "reversed")] == ["2", "3"]

    def test_loses_the_identities_that_the_import_attached(self, desk):
        imported(desk, row(1, "Ann"))
        job = imported(desk, ("+491700000001", "12345", "", ""), headers=SEVERAL)
        assert len(desk.all_leads()[0].identities) == 2

        assert undone(desk, job)["reversed"] == 1
        assert len(desk.all_leads()[0].identities) == 1
        again = imported(desk, ("", "12345", "Bob", ""), headers=SEVERAL)
        assert again.counts["created"] == 1

    def test_takes_a_write_of_a_batch_and_no_transaction(self):
        desk = with_limits(chunk_rows=100, lanes=1)
        imported(desk, *[row(number, "") for number in range(40)])
        job = imported(desk, *[row(number, "Ann") for number in range(75)])
        before = Counter(desk.client.calls)

        assert undone(desk, job)["reversed"] == 75

        calls = Counter(desk.client.calls) - before
        assert calls["batch_execute_statement"] == 3
        assert calls["transact_write_items"] <= 4  # of the job


class TestALeadThatWasChangedSince:
    def test_stays_if_the_import_created_it_and_its_fields_are_named(self, desk):
        job = imported(desk, row(1, "Ann", "", "Lima"))
        lead = desk.all_leads()[0]
        edited = desk.change.edit("acme", lead.id, lambda before: replace(before, name="Anna"))

        assert undone(desk, job) == {"reversed": 0, "kept": 1, "failed": 0}
        assert desk.all_leads() == [edited]
        (line,) = listed(desk, job, "kept")
        assert (line["lead_id"], line["reason"], line["kept_fields"]) == (lead.id, "changed_since", "name")
        assert datetime.fromisoformat(line["changed_at"]) == instant(edited.changed_at)

    @pytest.mark.parametrize("seconds", [60, 61, 3600])
    def test_stays_also_if_the_clock_that_noted_the_change_is_behind(self, desk, seconds):
        job = imported(desk, row(1, "Ann"))
        desk.clock.advance(seconds=-seconds)  # to the instant of the import, or before
        edited = desk.change.edit("acme", desk.all_leads()[0].id, lambda before: replace(before, name="Anna"))
        desk.clock.advance(seconds=seconds)

        assert undone(desk, job)["kept"] == 1
        assert desk.all_leads() == [edited]

    def test_that_got_a_tag_since_names_its_tags(self, desk):
        job = imported(desk, row(1, "Ann"), tags=["expo"])
        desk.change.edit("acme", desk.all_leads()[0].id, lambda before: replace(before, tags=("expo", "vip")))

        assert undone(desk, job)["kept"] == 1
        assert [line["kept_fields"] for line in listed(desk, job, "kept")] == ["tags"]

    def test_keeps_that_and_gets_the_rest_back(self, desk):
        imported(desk, row(1, "Ann", "", "Lima"))
        job = imported(desk, row(1, "Anna", "a@x.example", "Oslo"), on_existing=OnExisting.OVERWRITE)
        desk.change.edit("acme", desk.all_leads()[0].id, lambda before: replace(before, name="Annabel"))

        assert undone(desk, job)["kept"] == 1
        (lead,) = desk.all_leads()
        assert (lead.profile.name, lead.profile.email, lead.profile.custom) == ("Annabel", "", {"City": "Lima"})
        assert [line["kept_fields"] for line in listed(desk, job, "kept")] == ["name"]

    def test_is_reversed_if_the_change_is_about_something_else(self, desk):
        imported(desk, row(1, "Ann"))
        job = imported(desk, row(1, "", "a@x.example"))
        lead = desk.change.add_identity("acme", desk.all_leads()[0].id, lead_identity(9))

        assert undone(desk, job)["reversed"] == 1
        (after,) = desk.all_leads()
        assert (after.profile.email, after.identities) == ("", lead.identities)

    def test_by_a_later_import_is_kept_until_that_is_undone(self, desk):
        first = imported(desk, row(1, "Ann"))
        second = imported(desk, row(1, "", "a@x.example"))

        assert desk.undo.get("acme", first.job_id).numbers == {"reversed": 0, "kept": 1, "failed": 0}
        undone(desk, second)
        assert undone(desk, first) == {"reversed": 1, "kept": 0, "failed": 0}
        assert desk.all_leads() == []

    def test_cannot_be_reversed_if_it_is_gone(self, desk):
        job = imported(desk, row(1, "Ann"), row(2, "Bob"))
        ann, bob = desk.all_leads()
        desk.change.delete("acme", ann.id)
        desk.run(desk.erase("acme", bob.id).job)
        desk.clock.advance(seconds=60)

        assert undone(desk, job) == {"reversed": 0, "kept": 0, "failed": 2}
        assert {line["reason"] for line in listed(desk, job, "failed")} == {"lead_gone"}


class TestTwoImportsOfOneLead:
    """Each of them keeps its own words, so they can be undone in any order."""

    def test_the_earlier_one_loses_what_stands_and_what_the_later_one_wrote_is_named(self, desk):
        imported(desk, row(1, "Ann"))
        before = desk.all_leads()
        first = imported(desk, row(1, "Anna", "a@x.example", "Oslo"), on_existing=OnExisting.OVERWRITE)
        second = imported(desk, row(1, "Annabel", "", "Oslo"), on_existing=OnExisting.OVERWRITE)

        assert undone(desk, first) == {"reversed": 0, "kept": 1, "failed": 0}
        (lead,) = desk.all_leads()
        assert (lead.profile.name, lead.profile.email, lead.profile.custom) == ("Annabel", "", {})
        (line,) = listed(desk, first, "kept")
        assert (line["reason"], line["kept_fields"]) == ("changed_by_later_import", "name")

        assert undone(desk, second)["reversed"] == 1
        assert [lead.profile for lead in desk.all_leads()] == [lead.profile for lead in before]

    def test_of_more_imports_than_a_lead_remembers_the_earliest_is_kept_and_named(self, desk):
        imported(desk, row(1, "Ann"))
        jobs = [imported(desk, row(1, f"Ann {number}"), on_existing=OnExisting.OVERWRITE) for number in range(4)]

        assert undone(desk, jobs[0]) == {"reversed": 0, "kept": 1, "failed": 0}
        (line,) = listed(desk, jobs[0], "kept")
        assert (line["reason"], "name" in line["kept_fields"]) == ("changed_by_later_import", True)

    def test_a_lead_that_the_earlier_one_created_and_the_later_one_changed_stays(self, desk):
        first = imported(desk, row(1, "Ann"))
        second = imported(desk, row(1, "", "a@x.example"))

        undone(desk, first)
        assert [line["reason"] for line in listed(desk, first, "kept")] == ["changed_by_later_import"]
        undone(desk, second)

        assert [lead.profile.name for lead in desk.all_leads()] == ["Ann"]

    @pytest.mark.parametrize("headers", [HEADERS, SEVERAL], ids=["one identity", "several identities"])
    @pytest.mark.parametrize("is_earlier_first", [False, True], ids=["later first", "earlier first"])
    @pytest.mark.parametrize("seed", range(4))
    def test_after_both_undos_the_leads_from_before_are_as_they_were(self, seed, is_earlier_first, headers):
        chance, desk = random.Random(seed), with_limits(lanes=3)
        imported(desk, *[random_cells(chance, headers) for _ in range(20)], headers=headers)
        before = desk.all_leads()
        jobs = [
            imported(
                desk,
                *[random_cells(chance, headers) for _ in range(40)],
                headers=headers,
                on_existing=chance.choice([OnExisting.FILL, OnExisting.OVERWRITE]),
                tags=[f"import {number}"],
            )
            for number in range(2)
        ]

        counts = [undone(desk, job) for job in (jobs if is_earlier_first else reversed(jobs))]

        after = {lead.id: lead for lead in substance(desk.all_leads())}
        for lead in substance(before):
            assert replace(after[lead.id], changed_at=lead.changed_at) == lead
        left = after.keys() - {lead.id for lead in before}
        assert all(after[each].created_by.source == jobs[0].job_id for each in left)
        assert not left or (is_earlier_first and counts[0]["kept"])
        assert not counts[0]["failed"] + counts[1]["failed"] + counts[1]["kept"]


class TestAnUndo:
    def test_happens_once(self, desk):
        job = imported(desk, row(1, "Ann"))
        first, again = (desk.undo.start("acme", job.job_id).job for _ in range(2))
        assert first is not None
        assert again is not None
        assert first.job_id == again.job_id

        desk.run(first)
        desk.clock.advance(seconds=60)
        imported(desk, row(1, "Ann"))

        assert desk.undo.start("acme", job.job_id).job == desk.jobs.get(first.job_id)
        assert len(desk.all_leads()) == 1

    def test_that_was_canceled_goes_on_where_it_stopped(self, desk):
        imported(desk, *[row(number, "") for number in range(3)])
        before = desk.all_leads()
        job = imported(desk, *[row(number, "Ann") for number in range(12)])
        first = desk.undo.start("acme", job.job_id).job
        blobs = [key for key in desk.blobs.kept if key.startswith(f"{folder_of('acme', job.job_id)}rows/")]
        reverse = ReverseRows(desk.parts, job, first.details["at"], Superseded())
        reverse(reverse.find(from_text(desk.blobs.kept[blobs[0]])))
        desk.jobs.cancel(first.job_id)
        desk.clock.advance(seconds=60)

        again = desk.undo.start("acme", job.job_id).job

        assert again.job_id != first.job_id
        assert dict(desk.run(again).counts) == {"reversed": 12, "kept": 0, "failed": 0}
        assert substance(desk.all_leads()) == substance(before)

    def test_waits_for_the_end_of_the_import(self, desk):
        job = desk.start(csv_of(HEADERS, [row(1, "Ann")]))

        with pytest.raises(Conflict, match="still running"):
            desk.undo.start("acme", job.job_id)

    def test_is_refused_for_a_trial_and_after_thirty_days(self, desk):
        trial, job = imported(desk, row(1), dry_run=True), imported(desk, row(1))
        with pytest.raises(Conflict, match="trial"):
            desk.undo.start("acme", trial.job_id)

        desk.clock.advance(timedelta(days=30))

        with pytest.raises(Conflict, match="30 days"):
            desk.undo.get("acme", job.job_id)

    def test_does_not_exist_for_other_organizations(self, desk):
        job = imported(desk, row(1))

        with pytest.raises(NotFound):
            desk.undo.start("other", job.job_id)


@pytest.mark.parametrize("headers", [HEADERS, SEVERAL], ids=["several lanes", "several identities"])
@pytest.mark.parametrize("seed", range(6))
def test_import_and_undo_leave_the_leads_as_they_were(seed, headers):
    chance, desk = random.Random(seed), with_limits(lanes=3)

    policy = chance.choice([OnExisting.FILL, OnExisting.OVERWRITE])
    imported(desk, *[random_cells(chance, headers) for _ in range(20)], headers=headers)
    before = desk.all_leads()
    job = imported(
        desk, *[random_cells(chance, headers) for _ in range(60)], headers=headers, on_existing=policy, tags=["new"]
    )
    assert job.counts["created"]
    assert job.counts["updated"]

    counts = undone(desk, job)

    assert counts == {"reversed": job.counts["created"] + job.counts["updated"], "kept": 0, "failed": 0}
    assert substance(desk.all_leads()) == substance(before)
