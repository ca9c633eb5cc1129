"""Decisions about rows in conflict, with a fault at every call: of the request and of its job."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from chalicelib.file_imports.job_kinds import DECISION
from chalicelib.file_imports.storing.match_by import MatchBy
from chalicelib.file_imports.storing.row_decision import RowDecision, Verdict
from chalicelib.foundation.errors import Conflict
from chalicelib.jobs.job import Job, JobState
from tests.simulation.bulk import lines_of, members
from tests.simulation.faults import Plan, fresh_house
from tests.simulation.file_imports import holds_at_rest, import_of, imports_in, request, run_jobs
from tests.simulation.file_stage import FAULTS, Staged, commit, known_house, upload, whichever_call_goes_wrong
from tests.simulation.house import OWNER, House, Parts
from tests.simulation.promises import contacts_in, holds_at_every_step, jobs_in

ROWS = (
    "Grace,Hopper,grace@example.com,+49 170 1234567\n"  # row 2; this number is Ada's, as are the next ones
    "Hedy,Lamarr,hedy@example.com,+49 170 1234567\n"
    "Ida,Rhodes,ida@example.com,+49 170 1234567\n"
    "Joan,Clarke,joan@example.com,+49 170 1234567\n"
)
NEW, OUT = RowDecision(2, Verdict.NEW), RowDecision(2, Verdict.LEAVE_OUT)


@pytest.fixture(scope="module")
def conflicts() -> Staged:
    """An import of four rows that all wait; its contacts are added to a collection."""
    house = known_house()
    friends = house.outside.collections.add(OWNER, "Friends").collection_id
    found = commit(house, upload(house, ROWS, collection_id=friends, match_by=MatchBy.NUMBER_AND_NAME))
    return Staged(house, found, friends)


def ada_of(house: House) -> str:
    return next(each.contact_id for each in contacts_in(house) if each.shown["display"] == "Ada Lovelace")


def all_four(house: House) -> Sequence[RowDecision]:
    """One of each kind, and another new contact."""
    same = RowDecision(3, Verdict.SAME, ada_of(house))
    return [NEW, same, RowDecision(4, Verdict.LEAVE_OUT), RowDecision(5, Verdict.NEW)]


def decide(parts: Parts, import_id: str, decided: Sequence[RowDecision], *, most_claimed: int = 9) -> Job:
    return replace(parts.file_imports.decide_rows, most_claimed=most_claimed)(OWNER, import_id, decided)


def shown(house: House, import_id: str) -> dict[str, int]:
    counts = house.outside.file_imports.follow(OWNER, import_id).counts
    return {outcome: count for outcome, count in counts.items() if count}


def decision_jobs(house: House) -> list[Job]:
    return [job for job in jobs_in(house) if job.kind == DECISION.name]


class TestDecisions:
    def assert_done_once(self, stage: Staged, plan: Plan, most_claimed: int) -> House:
        house, import_id = fresh_house(stage), stage.found.import_id
        decided = all_four(house)
        request(house, plan, lambda parts: decide(parts, import_id, decided, most_claimed=most_claimed))
        run_jobs(house, plan)

        holds_at_rest(house)
        assert shown(house, import_id) == {"created": 2, "updated": 1, "skipped": 1}
        names = sorted(contact.shown["display"] for contact in contacts_in(house))
        assert names == ["Ada Lovelace", "Grace Hopper", "Joan Clarke", "Zoe Zander"]
        added = {each.contact_id for each in contacts_in(house)} - {
            each.contact_id for each in contacts_in(house) if each.shown["display"] == "Zoe Zander"
        }
        assert members(house, stage.collection_id) == added
        return house

    @pytest.mark.parametrize("fault", FAULTS)
    @pytest.mark.parametrize("most_claimed", [9, 0])
    def test_are_carried_out_once_and_counted_once(self, conflicts, fault, most_claimed):
        whichever_call_goes_wrong(lambda plan: self.assert_done_once(conflicts, plan, most_claimed), fault, every=3)


class TestTwoWhoDecideAboutOneRow:
    def test_are_told_who_was_first_wherever_the_second_begins(self, conflicts):
        calls = self.assert_second_is_refused(conflicts, 999)
        for after in range(calls):
            self.assert_second_is_refused(conflicts, after)

    def assert_second_is_refused(self, stage: Staged, after: int) -> int:
        """The second decides once the request of the first has made that many calls. Returns how many it makes."""
        house, import_id = fresh_house(stage), stage.found.import_id
        first = house.process(lambda parts: decide(parts, import_id, [NEW]))
        while not first.is_over and house.world.calls < after:
            first.step()
        made = house.world.calls
        second = house.process(lambda parts: decide(parts, import_id, [OUT]))
        second.run({}.get)
        first.run({}.get)
        holds_at_every_step(house)
        errors = [process.main.error for process in (first, second)]
        assert sorted(type(error) for error in errors if error is not None) == [Conflict]

        run_jobs(house, {})

        holds_at_rest(house)
        (job,) = decision_jobs(house)
        assert job.state is JobState.COMPLETED
        assert shown(house, import_id) == {"conflict": 3, "created" if errors[0] is None else "skipped": 1}
        return made

    def test_are_both_answered_if_one_decides_about_many_and_the_row_is_decided_once(self, conflicts):
        """The job of the many has no claims; the other one claims the row while it runs."""
        calls = self.assert_decided_once_beside_many(conflicts, 999)
        for after in range(calls):
            self.assert_decided_once_beside_many(conflicts, after)

    def assert_decided_once_beside_many(self, stage: Staged, after: int) -> int:
        house, import_id = fresh_house(stage), stage.found.import_id
        many = decide(house.outside, import_id, all_four(house), most_claimed=0)
        worker = house.process(lambda parts: parts.run_job(many.job_id))
        while not worker.is_over and house.world.calls < after:
            worker.step()
        made = house.world.calls
        one = house.process(lambda parts: decide(parts, import_id, [OUT]))
        one.run({}.get)
        worker.run({}.get)
        run_jobs(house, {})

        holds_at_rest(house)
        is_refused = isinstance(one.main.error, Conflict)
        assert is_refused or one.main.error is None, one.main.error
        skipped = [line.reason for line in lines_of(house, house.outside.jobs.get(many.job_id))].count("decided_before")
        assert skipped == (0 if is_refused else 1)
        expected = (
            {"created": 2, "updated": 1, "skipped": 1} if is_refused else {"created": 1, "updated": 1, "skipped": 2}
        )
        assert shown(house, import_id) == expected
        return made


class TestTheUndoOfDecisions:
    def assert_rows_wait_again(self, stage: Staged, plan: Plan) -> House:
        house, import_id = fresh_house(stage), stage.found.import_id
        before = sorted(contact.shown["display"] for contact in contacts_in(house))
        job = decide(house.outside, import_id, all_four(house))
        run_jobs(house, {})
        undoing = house.outside.wiring.undoing
        undoing.start_undo(OWNER, job.job_id, undoing.preview_undo(OWNER, job.job_id).numbers)
        run_jobs(house, plan)

        assert sorted(contact.shown["display"] for contact in contacts_in(house)) == before
        assert shown(house, import_id) == {"conflict": 4}
        waiting = house.outside.file_imports.waiting_rows
        assert [row.row for row in waiting.page(OWNER, import_id).rows] == [2, 3, 4, 5]
        assert house.outside.file_imports.verify(house.outside.file_imports.follow(OWNER, import_id)).consistent
        return house

    @pytest.mark.parametrize("fault", FAULTS)
    def test_lets_their_rows_wait_again(self, conflicts, fault):
        whichever_call_goes_wrong(lambda plan: self.assert_rows_wait_again(conflicts, plan), fault, every=4)


def test_the_commit_of_the_import_stays_as_it_was(conflicts):
    house, import_id = fresh_house(conflicts), conflicts.found.import_id
    before = lines_of(house, house.outside.jobs.get(str(conflicts.found.job_id)))

    decide(house.outside, import_id, all_four(house))
    run_jobs(house, {})

    assert lines_of(house, house.outside.jobs.get(str(conflicts.found.job_id))) == before
    assert import_of(house, import_id).version == conflicts.found.version
    assert len(imports_in(house)) == 2
