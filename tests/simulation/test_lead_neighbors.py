"""Requests, erasures and undos beside an import of the same people, with faults at their calls and at those of lanes.

Whatever the order of their calls, and whoever dies: each identity has one lead, and nothing is lost or comes back.
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import timedelta
from functools import cache
from typing import Any

import pytest

from chalicelib.foundation.errors import Conflict, NotFound
from chalicelib.jobs.job import JobState
from chalicelib.leads.importing.import_step import lanes_of_import
from chalicelib.leads.lead import Lead, LeadIdentity
from tests.simulation.house import House, Parts
from tests.simulation.lead_imports import MANY, Person, Stage, Storm, TryLater, leads_in, rows_of
from tests.simulation.lead_promises import (
    created_leads_are_those_that_are_named,
    each_identity_has_one_lead,
    each_row_has_one_line,
    entries_in,
    leads_by_form,
    nothing_holds,
)

RATE = 0.02  # of calls that go wrong
CALLS = 900  # of an import, about; people come at any time of it
SEEDS = range(8)
both_kinds = pytest.mark.parametrize("several", [False, True], ids=["one identity", "several identities"])

Sent = Mapping[str, Any]


@cache
def stage(several: bool) -> Stage:
    return Stage(several, MANY)


@cache
def impatient(several: bool) -> Stage:
    """Jobs give others their turn after each chunk."""
    return Stage(several, MANY, turn=timedelta())


def storm_of(several: bool, seed: int, works: Sequence[Callable[[Parts], Any]], *, rate: float = RATE) -> Storm:
    """An import, and people who come at any time of it."""
    storm = Storm(stage(several), seed, rate=rate)
    storm.people = [Person(work, begins=storm.chance.randrange(CALLS)) for work in works]
    return storm


def phone_of(person: int) -> str:
    return f"+49170{person:07d}"


def whatsapp(person: int, *telegram: int) -> Sent:
    more = [{"channel": "telegram", "channelIdentifier": str(10_000 + each)} for each in telegram]
    return {"channel": "whatsapp", "channelIdentifier": phone_of(person), "name": "Asked", "identities": more}


def identity_of(parts: Parts, person: int) -> LeadIdentity:
    return parts.wiring.leads.reader.identity_in("acme", {"channel": "whatsapp", "channelIdentifier": phone_of(person)})


def lead_of(parts: Parts, person: int) -> Lead:
    """The lead of a person; TryLater if there is none yet."""
    key = identity_of(parts, person).key
    stored = parts.wiring.leads.leads.find_many("acme", [key], consistent=True).get(key)
    if stored is None or stored.lead is None:
        raise TryLater
    return stored.lead


class TestRequests:
    """Batches of people who are in the file, too, in any order, and of others."""

    @both_kinds
    @pytest.mark.parametrize("seed", SEEDS)
    def test_get_true_answers_and_share_the_leads_of_the_import(self, several, seed):
        batches = self.batches(seed)
        storm = storm_of(several, seed, [self.asks(number, batch) for number, batch in enumerate(batches)])

        storm.run()

        house, job_id = storm.house, storm.staged.job_id
        each_identity_has_one_lead(house)
        each_row_has_one_line(house, job_id, MANY)
        created_leads_are_those_that_are_named(house, job_id)
        created: list[str] = []
        for batch, person in zip(batches, storm.people, strict=True):
            created += self.check_answers(house, batch, person.answer)
        by_requests = [lead.id for lead in leads_in(house) if lead.source == "api"]
        assert sorted(by_requests) == sorted(created)

    def batches(self, seed: int) -> list[list[Sent]]:
        numbers = [(seed + number * 7) % 17 for number in range(24)]
        sent = [whatsapp(each, *([each * 3 % 7] if each % 4 == 3 else [])) for each in numbers]
        sent.insert(5, {"channel": "whatsapp", "channelIdentifier": "911"})
        return [sent[start : start + 5] for start in range(0, 25, 5)]

    def asks(self, number: int, batch: Sequence[Sent]) -> Callable[[Parts], Any]:
        key = f"batch {number}"
        return lambda parts: parts.wiring.leads.resolve("acme", batch, person="ada", idempotency_key=key)

    def check_answers(self, house: House, batch: Sequence[Sent], answers: Sequence[Any]) -> list[str]:
        """Answers are in order, and what they say holds; the ids of the leads that they say were created."""
        leads = leads_by_form(house)
        assert [answer["index"] for answer in answers] == list(range(len(batch)))
        for sent, answer in zip(batch, answers, strict=True):
            forms = [sent["channelIdentifier"], *(each["channelIdentifier"] for each in sent.get("identities", ()))]
            owners = {leads[form].id for form in forms if form in leads}
            if answer["outcome"] == "ambiguous":
                assert set(answer["conflictingLeadIds"]) == owners
                assert len(owners) > 1
            elif answer["outcome"] == "invalid":
                assert forms == ["911"]
            else:
                assert owners == {answer["lead"]["leadId"]}
                assert all(form in leads for form in forms)
        return [answer["lead"]["leadId"] for answer in answers if answer["outcome"] == "created"]


class TestErasure:
    ERASED = 5  # a person of the file

    @both_kinds
    @pytest.mark.parametrize("seed", SEEDS)
    def test_leaves_no_trace_and_nobody_creates_the_lead_again(self, several, seed):
        def erase(parts: Parts) -> Any:
            return parts.wiring.leads.erase("acme", identity_of(parts, self.ERASED))

        def ask(parts: Parts) -> Any:
            return parts.wiring.leads.resolve("acme", [whatsapp(self.ERASED), whatsapp(40)], person="ada")

        storm = storm_of(several, seed, [erase, ask, ask])

        storm.run()

        house = storm.house
        each_identity_has_one_lead(house)
        key = identity_of(house.outside, self.ERASED).key
        assert entries_in(house)[key].gone.is_suppressed
        assert {answer["outcome"] for person in storm.people[1:] for answer in person.answer[:1]} <= {
            "created",
            "existing",
            "suppressed",
        }
        nothing_holds(house, phone_of(self.ERASED), storm.people[0].answer.erased.keys[0])
        assert sum(house.outside.jobs.get(storm.staged.job_id).counts[each] for each in ("created", "skipped"))


class TestDeletion:
    @both_kinds
    @pytest.mark.parametrize("seed", SEEDS)
    def test_of_a_lead_is_final_for_the_import_that_was_accepted_before(self, several, seed):
        deleted: list[str] = []

        def delete(parts: Parts) -> Any:
            lead = lead_of(parts, 5)
            deleted.append(lead.id)
            return parts.wiring.leads.change.delete("acme", lead.id)

        def delete_once(parts: Parts) -> Any:
            if deleted and all(lead.id != deleted[0] for lead in leads_in(storm.house)):
                return None  # the response was lost
            return delete(parts)

        storm = storm_of(several, seed, [delete_once])

        storm.run()

        each_identity_has_one_lead(storm.house)
        each_row_has_one_line(storm.house, storm.staged.job_id, MANY)
        assert phone_of(5) not in leads_by_form(storm.house)
        created_leads_are_those_that_are_named(storm.house, storm.staged.job_id, gone=deleted)


class TestAnIdentityThatMoves:
    @both_kinds
    @pytest.mark.parametrize("seed", SEEDS)
    def test_belongs_to_the_other_lead_and_no_identity_is_lost(self, several, seed):
        def move(parts: Parts) -> Any:
            """The number of person 8 goes to the lead of person 6; their lead keeps another one."""
            change, key = parts.wiring.leads.change, identity_of(parts, 8).key
            target, origin = lead_of(parts, 6), lead_of(parts, 8)
            if origin.id == target.id:
                return target.id
            change.add_identity("acme", origin.id, identity_of(parts, 50))
            try:
                change.move_identity("acme", origin.id, key, target.id)
            except (Conflict, NotFound):
                raise TryLater from None
            return target.id

        storm = storm_of(several, seed, [move])

        storm.run()

        house, job_id = storm.house, storm.staged.job_id
        each_identity_has_one_lead(house)
        each_row_has_one_line(house, job_id, MANY)
        created_leads_are_those_that_are_named(house, job_id)
        leads = leads_by_form(house)
        assert leads[phone_of(8)].id == leads[phone_of(6)].id == storm.people[0].answer
        assert {phone for phone, *_ in rows_of(MANY) if phone != "911"} <= leads.keys()


class TestCanceling:
    @both_kinds
    @pytest.mark.parametrize("seed", range(16))
    def test_leaves_no_lead_that_the_results_do_not_name(self, several, seed):
        def cancel(parts: Parts) -> Any:
            with suppress(Conflict):  # it has ended, or another try has canceled it
                parts.wiring.leads.control_imports.cancel("acme", stage(several).job_id)

        storm = storm_of(several, seed, [cancel], rate=0.04)

        storm.run()

        house, job_id = storm.house, storm.staged.job_id
        each_identity_has_one_lead(house)
        created_leads_are_those_that_are_named(house, job_id)
        assert house.outside.jobs.get(job_id).state in (JobState.CANCELED, JobState.PARTIAL)


class TestTwoImports:
    @both_kinds
    @pytest.mark.parametrize("seed", SEEDS[:6])
    def test_of_the_same_people_create_each_lead_once(self, several, seed):
        storm = storm_of(several, seed, [])
        second = storm.staged.start(storm.house)

        storm.run()

        house = storm.house
        each_identity_has_one_lead(house)
        for job_id in (storm.staged.job_id, second.job_id):
            each_row_has_one_line(house, job_id, MANY)
            created_leads_are_those_that_are_named(house, job_id)

    @both_kinds
    @pytest.mark.parametrize("seed", SEEDS[:4])
    def test_that_take_turns_after_each_chunk_are_as_exact(self, several, seed):
        staged = impatient(several)
        storm = Storm(staged, seed, rate=RATE)
        second = staged.start(storm.house)

        storm.run()

        house = storm.house
        each_identity_has_one_lead(house)
        turns = 0
        for job_id in (staged.job_id, second.job_id):
            each_row_has_one_line(house, job_id, MANY)
            created_leads_are_those_that_are_named(house, job_id)
            lanes = lanes_of_import(house.outside.jobs, house.outside.jobs.get(job_id))
            turns += sum(lane.attempts for lane in lanes)
        assert turns > 12


class TestAnUndo:
    @both_kinds
    @pytest.mark.parametrize("seed", SEEDS)
    def test_of_an_earlier_import_takes_nothing_from_the_one_that_runs(self, several, seed):
        first = stage(several).first_id

        def undo(parts: Parts) -> Any:
            return parts.wiring.leads.undo_imports.start("acme", first).job.job_id

        storm = storm_of(several, seed, [undo])

        storm.run()

        house, job_id = storm.house, storm.staged.job_id
        each_identity_has_one_lead(house)
        each_row_has_one_line(house, job_id, MANY)
        created_leads_are_those_that_are_named(house, job_id)
        assert house.outside.jobs.get(storm.people[0].answer).state is JobState.COMPLETED
        left = {lead.id for lead in leads_in(house) if lead.created_by.source == first}
        assert all(lead.change is not None for lead in leads_in(house) if lead.id in left)
