"""Imports of files, with a fault at every call: of the requests, the plan and the commit."""

import random
from collections.abc import Callable

import pytest

from chalicelib.books.intake import Limits
from chalicelib.contacts.source_record import ContactFields
from chalicelib.file_imports.planning.change_import import SettingChanges
from chalicelib.file_imports.planning.create_import import NewFile
from chalicelib.file_imports.storing.file_import import FileImport, FileImportState
from chalicelib.file_imports.storing.match_by import MatchBy
from chalicelib.files.mapping.column_mapping import ColumnMapping
from chalicelib.foundation.errors import Conflict
from tests.simulation.bulk import bulk_house, edit, lines_of, members
from tests.simulation.faults import Plan, fresh_house
from tests.simulation.file_imports import (
    blobs_of,
    confirmation,
    holds_at_rest,
    import_of,
    imports_in,
    kept_by,
    outcomes_of,
    planned_rows,
    request,
    rows_are_there,
    run_jobs,
    written,
)
from tests.simulation.file_stage import (
    FAULTS,
    OUTCOMES,
    ROWS,
    Staged,
    commit,
    file_of,
    known_house,
    stage_planned,
    start_commit,
    upload,
    whichever_call_goes_wrong,
)
from tests.simulation.house import OWNER, House, Parts
from tests.simulation.promises import contacts_in, keeps_own_words, nobody_twice
from tests.simulation.world import FOUR, Fault, Process


@pytest.fixture(scope="module")
def planned() -> Staged:
    return stage_planned()


class TestPlanning:
    def assert_planned(self, stage: House, plan: Plan) -> House:
        house = fresh_house(Staged(stage, imports_in(stage)[0]))
        before = written(house)
        request(house, plan, lambda parts: parts.file_imports.create.receive(OWNER, NewFile("l.csv"), file_of(ROWS)))
        run_jobs(house, plan)

        holds_at_rest(house)
        assert written(house) == before
        planned = [each for each in imports_in(house) if each.file_name == "l.csv"]
        assert planned
        for found in planned:  # several, if the person sent the file again
            assert found.state is FileImportState.PLANNED, found
            assert [row.outcome.value for row in planned_rows(house, found)] == [
                "update", "unchanged", "conflict", "new", "new", "skipped", "invalid", "new"
            ]  # fmt: skip
        return house

    @pytest.mark.parametrize("fault", FAULTS)
    def test_says_the_same_of_every_row_and_writes_nothing_to_the_book(self, fault):
        stage = known_house()
        whichever_call_goes_wrong(lambda plan: self.assert_planned(stage, plan), fault)


def change_settings(parts: Parts, import_id: str) -> FileImport:
    return parts.file_imports.change.settings(OWNER, import_id, SettingChanges(tag="iris-import"))


def leave_out(parts: Parts, import_id: str) -> FileImport:
    return parts.file_imports.change.leave_out(OWNER, import_id, [5])


def confirm_mapping(parts: Parts, import_id: str) -> FileImport:
    change, found = parts.file_imports.change, parts.file_imports.imports.get(OWNER, import_id)
    mapping = ColumnMapping.from_json(parts.file_imports.files.get(found, found.mapping))
    return change.mapping(OWNER, import_id, mapping)


def cancel(parts: Parts, import_id: str) -> FileImport:
    return parts.file_imports.cancel(OWNER, import_id)


class TestAChangeWhileItIsPlanned:
    """The plan of an import that was planned before is made again, and stopped at each of its calls."""

    @pytest.fixture
    def stage(self) -> Staged:
        staged = stage_planned()
        region = staged.house.outside.file_imports.change.settings(
            OWNER, staged.found.import_id, SettingChanges(region="AT")
        )
        return Staged(staged.house, region)

    def changed_house(self, stage: Staged, after: int, work: Callable[[Parts, str], FileImport], plan: Plan) -> House:
        house, import_id = fresh_house(stage), stage.found.import_id
        before = written(house)
        worker = house.process(lambda parts: parts.run_job(str(stage.found.job_id)))
        while not worker.is_over and house.world.calls < after:
            worker.step()
        later = {house.world.calls + call: fault for call, fault in plan.items()}
        request(house, later, lambda parts: work(parts, import_id), insists=True)
        while not worker.is_over:
            worker.step()
        run_jobs(house, {})
        holds_at_rest(house)
        assert written(house) == before
        return house

    @pytest.mark.parametrize("work", [change_settings, leave_out, confirm_mapping])
    def test_is_in_the_next_plan(self, stage, work):
        for after in range(self.changed_house(stage, 999, work, {}).world.calls):
            house = self.changed_house(stage, after, work, {})
            found = import_of(house, stage.found.import_id)
            assert (found.state, found.region) == (FileImportState.PLANNED, "AT"), (after, found)
            assert found.tag == ("iris-import" if work is change_settings else "")
            row = planned_rows(house, found)[3]
            assert row.reason == ("left_out" if work is leave_out else None)

    @pytest.mark.parametrize("fault", FAULTS)
    def test_is_in_the_next_plan_whichever_of_its_calls_goes_wrong(self, stage, fault):
        for after in (0, 5, 8, 11, 999):
            for call in range(after % 2, 16, 2):
                house = self.changed_house(stage, after, leave_out, {call: fault})
                found = import_of(house, stage.found.import_id)
                assert found.state is FileImportState.PLANNED, (after, call, found)
                assert planned_rows(house, found)[3].reason == "left_out", (after, call)

    def test_that_cancels_it_ends_it_and_deletes_what_is_stored_of_it(self, stage):
        for after in range(self.changed_house(stage, 999, change_settings, {}).world.calls):
            house = self.changed_house(stage, after, cancel, {})
            self.assert_next_cancel_deletes_all(house, stage)

    @pytest.mark.parametrize("fault", FAULTS)
    def test_that_cancels_it_does_so_whichever_of_its_calls_goes_wrong(self, stage, fault):
        for after in (0, 5, 8, 11, 999):
            for call in range(after % 2, 12, 2):
                self.assert_next_cancel_deletes_all(self.changed_house(stage, after, cancel, {call: fault}), stage)

    def assert_next_cancel_deletes_all(self, house: House, stage: Staged) -> None:
        found = import_of(house, stage.found.import_id)
        assert found.state is FileImportState.CANCELED, found
        cancel(house.outside, found.import_id)  # a worker may have stored something meanwhile
        assert blobs_of(house, found) == []


class TestCommitting:
    def assert_committed_as_planned(self, stage: Staged, plan: Plan) -> House:
        house = fresh_house(stage)
        request(
            house,
            plan,
            lambda parts: parts.file_imports.commit(OWNER, stage.found.import_id, confirmation(stage.found)),
        )
        run_jobs(house, plan)
        self.assert_is_committed(house, stage, OUTCOMES)
        return house

    def assert_is_committed(self, house: House, stage: Staged, outcomes: list[str]) -> FileImport:
        holds_at_rest(house)
        found = import_of(house, stage.found.import_id)
        assert found.state is FileImportState.COMMITTED, found
        assert outcomes_of(house, found) == outcomes
        rows_are_there(house, found)
        nobody_twice(contacts_in(house))
        assert members(house, stage.collection_id) == kept_by(
            lines_of(house, house.outside.jobs.get(str(found.job_id)))
        )
        return found

    @pytest.mark.parametrize("fault", FAULTS)
    def test_settles_every_row_once_as_planned(self, planned, fault):
        whichever_call_goes_wrong(lambda plan: self.assert_committed_as_planned(planned, plan), fault)

    def test_starts_one_job_however_often_it_is_confirmed(self, planned):
        for fault in FOUR:
            for call in range(12):
                house = self.assert_committed_as_planned(planned, {call: fault})
                assert len([job for job in house.outside.jobs.of_owner(OWNER)[0] if job.kind == "file-commit"]) == 2

    def test_keeps_the_edits_that_a_person_makes_meanwhile(self, planned):
        for after in range(self.assert_committed_as_planned(planned, {}).world.calls):
            house = fresh_house(planned)
            start_commit(house, planned.found)
            own = self.edit_between(house, after)
            run_jobs(house, {})
            self.assert_is_committed(house, planned, OUTCOMES)
            keeps_own_words(house, own)

    def edit_between(self, house: House, after: int) -> dict[str, ContactFields]:
        """The edits of Ada and Zoe, made once the worker has made that many calls."""
        job_id = next(str(each.job_id) for each in imports_in(house) if each.state is FileImportState.COMMITTING)
        worker = house.process(lambda parts: parts.run_job(job_id))
        while not worker.is_over and house.world.calls < after:
            worker.step()
        house.traffic.end_all()
        own = {}
        for contact in contacts_in(house):
            own[contact.contact_id] = ContactFields(nickname=f"n{after}")
            edit(house, contact, own[contact.contact_id])
        while not worker.is_over:
            worker.step()
        return own

    def test_goes_on_where_a_killed_worker_stopped(self, planned):
        """Killed at every twentieth call, it still makes progress: what was committed is not done again."""
        house = fresh_house(planned)
        start_commit(house, planned.found)
        run_jobs(house, dict.fromkeys(range(20, 400, 20), Fault.KILLED_BEFORE))

        self.assert_is_committed(house, planned, OUTCOMES)

    def test_of_a_row_that_kills_its_writer_fails_that_row_alone(self, planned):
        house = fresh_house(planned)
        house.poison = "Carl"
        start_commit(house, planned.found)
        run_jobs(house, {})

        self.assert_is_committed(house, planned, [*OUTCOMES[:4], "failed", *OUTCOMES[5:]])


class TestCancelingACommit:
    def assert_rest_is_committed(self, stage: Staged, after: int, plan: Plan) -> House:
        """The commit is canceled after some calls of its worker, and committed again."""
        house, import_id = fresh_house(stage), stage.found.import_id
        started = start_commit(house, stage.found)
        worker = house.process(lambda parts: parts.run_job(str(started.job_id)))
        while not worker.is_over and house.world.calls < after:
            worker.step()
        is_canceled = self.is_canceled(house, import_id, plan)
        while not worker.is_over:
            worker.step()
        run_jobs(house, plan)
        assert (import_of(house, import_id).state is FileImportState.COMMITTED) is not is_canceled
        holds_at_rest(house)
        request(house, plan, lambda parts: parts.file_imports.commit(OWNER, import_id, confirmation(stage.found)))
        run_jobs(house, plan)
        self.assert_is_whole(house, stage)
        return house

    def is_canceled(self, house: House, import_id: str, plan: Plan) -> bool:
        """Whether the person is told that it is, and not that it is committed."""
        try:
            request(house, plan, lambda parts: parts.file_imports.cancel(OWNER, import_id))
        except Conflict:
            return False
        return True

    def assert_is_whole(self, house: House, stage: Staged) -> None:
        holds_at_rest(house)
        found = import_of(house, stage.found.import_id)
        assert found.state is FileImportState.COMMITTED
        rows_are_there(house, found)
        nobody_twice(contacts_in(house))
        settled = [each if each in ("conflict", "skipped", "failed") else "kept" for each in outcomes_of(house, found)]
        assert settled == ["kept", "kept", "conflict", "kept", "kept", "skipped", "failed", "kept"]
        assert members(house, stage.collection_id) == kept_by(
            lines_of(house, house.outside.jobs.get(str(found.job_id)))
        )
        assert len(contacts_in(house)) == 5

    def test_in_the_middle_keeps_what_is_done_and_the_next_commit_does_the_rest(self, planned):
        for after in range(TestCommitting().assert_committed_as_planned(planned, {}).world.calls):
            self.assert_rest_is_committed(planned, after, {})

    @pytest.mark.parametrize("fault", FAULTS)
    def test_comes_out_right_whichever_call_goes_wrong(self, planned, fault):
        middle = TestCommitting().assert_committed_as_planned(planned, {}).world.calls // 2
        whichever_call_goes_wrong(
            lambda plan: self.assert_rest_is_committed(planned, middle, plan), fault, start=middle, every=2
        )


class TestABookThatChangesSinceThePlan:
    """Another file makes Bob, and somebody else with Carl's number, before the commit."""

    OTHER = "Bob,Bit,bob@example.com,+49 170 2222222\nOtto,Other,,+49 170 1111111\n"
    OUTCOMES = ("updated", "unchanged", "conflict", "unchanged", "conflict", "skipped", "failed", "created")

    @pytest.fixture
    def stage(self) -> Staged:
        staged = stage_planned()
        upload(staged.house, self.OTHER, "other.csv", match_by=MatchBy.NUMBER_AND_NAME)
        return staged

    def assert_committed_once(self, stage: Staged, plan: Plan) -> House:
        house = fresh_house(stage)
        other = next(each for each in imports_in(house) if each.file_name == "other.csv")
        start_commit(house, other)
        run_jobs(house, plan)
        request(
            house,
            plan,
            lambda parts: parts.file_imports.commit(OWNER, stage.found.import_id, confirmation(stage.found)),
        )
        run_jobs(house, plan)
        found = TestCommitting().assert_is_committed(house, stage, list(self.OUTCOMES))
        lines = lines_of(house, house.outside.jobs.get(str(found.job_id)))
        assert [line.reason for line in lines][3:5] == ["changed_since_plan", "other_name"]
        return house

    @pytest.mark.parametrize("fault", FAULTS)
    def test_makes_no_contact_twice_and_a_row_that_disagrees_now_waits(self, stage, fault):
        whichever_call_goes_wrong(lambda plan: self.assert_committed_once(stage, plan), fault, every=2)


class TestANewerVersion:
    """Of a file of which one row has changed, two are gone and one has come; an edit keeps one of those gone."""

    FIRST = "Ann,A,a@x.org,\nBen,B,b@x.org,\nCid,C,c@x.org,\nDan,D,d@x.org,\nEve,E,e@x.org,\nFay,F,f@x.org,\n"
    SECOND = "Ann,A,a@x.org,+49 170 1\nBen,B,b@x.org,\nCid,C,c@x.org,\nFay,F,f@x.org,\nGus,G,g@x.org,\n"

    @pytest.fixture
    def stage(self) -> Staged:
        house = bulk_house(random.Random(0), Limits(contacts=2, lines=2))
        commit(house, upload(house, self.FIRST))
        dan = next(contact for contact in contacts_in(house) if contact.shown["display"] == "Dan D")
        edit(house, dan, ContactFields(nickname="D."))
        found = upload(house, self.SECOND)
        assert found.plan is not None
        assert (found.plan.gone, bool(found.newer_than)) == (2, True)
        return Staged(house, found)

    def assert_taken_away_once(self, stage: Staged, plan: Plan) -> House:
        house = fresh_house(stage)
        wanted = confirmation(stage.found, remove=2)
        request(house, plan, lambda parts: parts.file_imports.commit(OWNER, stage.found.import_id, wanted))
        run_jobs(house, plan)
        holds_at_rest(house)
        found = import_of(house, stage.found.import_id)
        assert outcomes_of(house, found) == [
            "updated",
            "unchanged",
            "unchanged",
            "unchanged",
            "created",
            "removed",
            "removed",
        ]
        assert sorted(contact.shown["display"] for contact in contacts_in(house)) == [
            "Ann A", "Ben B", "Cid C", "Dan D", "Fay F", "Gus G"
        ]  # fmt: skip
        rows_are_there(house, found)
        return house

    @pytest.mark.parametrize("fault", FAULTS)
    def test_takes_away_the_rows_that_are_gone_once_and_keeps_what_a_person_edited(self, stage, fault):
        whichever_call_goes_wrong(lambda plan: self.assert_taken_away_once(stage, plan), fault)

    def test_takes_them_away_although_workers_that_do_so_are_killed_again_and_again(self, stage):
        """Unlike a row, a removal is never taken for poison and left undone."""
        house = fresh_house(stage)
        started = start_commit(house, stage.found, remove=2)
        while len(outcomes_of(house, started)) < 5:
            self.kill_after_a_commit(house, started)
        for _ in range(12):
            self.kill_after(house, started, calls=3)
        run_jobs(house, {})

        found = import_of(house, started.import_id)
        assert found.state is FileImportState.COMMITTED
        assert outcomes_of(house, found)[5:] == ["removed", "removed"]

    def kill_after_a_commit(self, house: House, started: FileImport) -> None:
        before = len(outcomes_of(house, started))
        worker = self.worker(house, started)
        while len(outcomes_of(house, started)) == before:
            worker.step()
        worker.kill()

    def kill_after(self, house: House, started: FileImport, *, calls: int) -> None:
        worker = self.worker(house, started)
        for _ in range(calls):
            worker.step()
        worker.kill()

    def worker(self, house: House, started: FileImport) -> Process:
        house.world.now += 61
        return house.process(lambda parts: parts.run_job(str(started.job_id)))
