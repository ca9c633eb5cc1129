"""Rows that a commit leaves as conflicts wait; a person decides about each once, and all counts follow."""

import pytest

from chalicelib.file_imports.deciding.reopen_rows import ReopenRows
from chalicelib.file_imports.job_kinds import FileOutcome
from chalicelib.file_imports.records.report import REPORTS, ImportReport
from chalicelib.file_imports.records.trace_records import TraceRecords
from chalicelib.file_imports.storing.row_decision import RowDecision, Verdict
from chalicelib.foundation.errors import Conflict, InvalidInput, NotFound
from chalicelib.jobs.job import JobState
from tests.file_imports.conftest import ANN, Room
from tests.file_imports.test_planning import card

HEADERS = "First Name,Last Name,Email Address,Mobile Phone\n"
KNOWN = card("Ada Lovelace", "TEL;TYPE=CELL:+49 170 1234567") + card("Bob Bit", "TEL;TYPE=CELL:+49 170 7654321")
ROWS = (
    "Grace,Hopper,grace@example.com,+49 170 1234567\n"  # row 2: this number is Ada's
    "Carl,Code,,+49 170 7654321\n"  # row 3: this number is Bob's
    "Dora,Dell,dora@example.com,\n"  # row 4, which is new, as are the others
    "Eve,Ek,eve@example.com,\n"
    "Fay,Fox,fay@example.com,\n"
)
WAITING = [2, 3]


def same(row: int, contact_id: str) -> RowDecision:
    return RowDecision(row, Verdict.SAME, contact_id)


def new(row: int) -> RowDecision:
    return RowDecision(row, Verdict.NEW)


def left_out(row: int) -> RowDecision:
    return RowDecision(row, Verdict.LEAVE_OUT)


@pytest.fixture
def committed(room: Room):
    """An import of five rows, two of which are in conflict."""
    room.commit(room.upload(KNOWN, "phone.vcf"))
    return room.commit(room.upload(HEADERS + ROWS, "list.csv"))


def contact_named(room: Room, name: str):
    return next(each for each in room.contacts.all(ANN) if each.shown.get("display") == name)


def counts(room: Room, found) -> dict[str, int]:
    return {outcome: count for outcome, count in room.follow(ANN, found.import_id).counts.items() if count}


def waiting(room: Room, found) -> list[int]:
    return [each.row for each in room.waiting.page(ANN, found.import_id).rows]


def is_verified(room: Room, found) -> bool:
    return room.verify(room.follow(ANN, found.import_id)).consistent


class TestConflictsOfACommit:
    def test_wait_with_what_the_row_says_and_the_contact_that_it_may_be(self, room, committed):
        first, second = room.waiting.page(ANN, committed.import_id).rows

        assert (first.row, first.why, first.fields["display"]) == (2, "other_name", "Grace Hopper")
        assert first.contact_id == contact_named(room, "Ada Lovelace").contact_id
        assert (first.source, first.source_id) == (committed.source.key, room.planned(committed)[0].key)
        assert second.row == 3

    def test_are_counted_for_each_import_without_reading_rows(self, room, committed):
        read = room.blobs.kept.copy()
        room.blobs.kept.clear()

        (found,) = room.waiting.imports(ANN)

        assert (found.import_id, found.file_name, found.rows) == (committed.import_id, "list.csv", 2)
        room.blobs.kept.update(read)

    def test_are_listed_in_pages(self, room, committed):
        first = room.waiting.page(ANN, committed.import_id, limit=1)
        last = room.waiting.page(ANN, committed.import_id, start=first.next_position, limit=1)

        assert [row.row for row in (*first.rows, *last.rows)] == WAITING
        assert last.next_position is None

    def test_are_nothing_to_others(self, room, committed):
        with pytest.raises(NotFound):
            room.waiting.page("bob", committed.import_id)
        with pytest.raises(NotFound):
            room.decide("bob", committed.import_id, [new(2)])

    def test_wait_in_the_latest_version_of_the_file_alone(self, room, committed):
        newer = room.commit(room.upload(HEADERS + ROWS + "Guy,Gray,guy@example.com,\n", "list (1).csv"))

        assert [each.import_id for each in room.waiting.imports(ANN)] == [newer.import_id]
        assert (waiting(room, newer), waiting(room, committed)) == (WAITING, [])
        with pytest.raises(Conflict, match="newer version"):
            room.decide(ANN, committed.import_id, [new(2)])

    def test_of_a_draft_wait_for_its_commit(self, room):
        room.commit(room.upload(KNOWN, "phone.vcf"))
        planned = room.upload(HEADERS + ROWS, "list.csv")

        assert not room.waiting.imports(ANN)
        with pytest.raises(Conflict, match="Commit the plan first"):
            room.decide(ANN, planned.import_id, [new(2)])


class TestTheSame:
    def test_moves_the_row_into_the_contact(self, room, committed):
        ada = contact_named(room, "Ada Lovelace")

        job = room.decided(committed, same(2, ada.contact_id))

        merged = room.contacts.get(ANN, ada.contact_id)
        assert merged.shown["emails"] == [{"value": "grace@example.com"}]
        assert merged.shown["display"] == "Ada Lovelace"
        assert {each.source for each in merged.records} >= {committed.source.key}
        assert (job.state, job.kind) == (JobState.COMPLETED, "file-decision")

    def test_shows_what_is_chosen_for_each_field(self, room, committed):
        ada = contact_named(room, "Ada Lovelace")
        name = {"given": "Grace", "family": "Hopper", "display": "Grace Hopper"}

        room.decided(committed, same(2, ada.contact_id)._replace(choices={**name, "emails": []}))

        merged = room.contacts.get(ANN, ada.contact_id)
        assert (merged.shown["display"], merged.shown["family"], merged.shown.get("emails")) == (
            "Grace Hopper", "Hopper", None
        )  # fmt: skip
        assert is_verified(room, committed)

    def test_refuses_a_choice_that_no_contact_can_have(self, room, committed):
        ada = contact_named(room, "Ada Lovelace").contact_id

        with pytest.raises(InvalidInput, match="nonsense"):
            room.decide(ANN, committed.import_id, [same(2, ada)._replace(choices={"nonsense": "x"})])
        with pytest.raises(InvalidInput):
            room.decide(ANN, committed.import_id, [new(2)._replace(choices={"title": "x"})])

    def test_is_remembered_for_the_record(self, room, committed):
        ada = contact_named(room, "Ada Lovelace")
        key = room.planned(committed)[0].key

        room.decided(committed, same(2, ada.contact_id))

        assert room.contacts.read_book(ANN).same_as(committed.source.key, key) == ada.contact_id

    def test_says_where_the_record_comes_from(self, room, committed):
        ada = contact_named(room, "Ada Lovelace")
        room.decided(committed, same(2, ada.contact_id))

        traced = TraceRecords(room.imports, room.files, room.jobs)(ANN, room.contacts.get(ANN, ada.contact_id).records)

        assert (2, "decided") in [(each.row, each.rule) for each in traced.values()]

    def test_changes_nothing_shown_if_the_contact_has_it_all(self, room):
        room.commit(room.upload(KNOWN, "phone.vcf"))
        found = room.commit(room.upload(HEADERS + "Grace,Hopper,,+49 170 1234567\n", "list.csv"))

        room.decided(found, same(2, contact_named(room, "Ada Lovelace").contact_id))

        assert counts(room, found) == {"unchanged": 1}

    def test_needs_a_contact_of_the_book(self, room, committed):
        with pytest.raises(NotFound, match="Contact"):
            room.decide(ANN, committed.import_id, [same(2, "nobody")])
        with pytest.raises(InvalidInput):
            room.decide(ANN, committed.import_id, [RowDecision(2, Verdict.SAME)])

    def test_leaves_the_row_open_if_the_contact_was_deleted_before(self, room, committed):
        ada = contact_named(room, "Ada Lovelace")
        started = room.decide(ANN, committed.import_id, [same(2, ada.contact_id)])
        room.contacts.dynamo.commit([room.contacts.remove_write(ANN, ada)])

        job = room.run_job(started.job_id)

        assert job.state is JobState.PARTIAL
        assert [line.reason for chunk in room.jobs.ledger(job) for line in chunk.lines] == ["contact_gone"]
        assert waiting(room, committed) == WAITING
        room.decided(committed, new(2))
        assert (waiting(room, committed), is_verified(room, committed)) == ([3], True)


class TestANewContact:
    def test_is_created(self, room, committed):
        room.decided(committed, new(2))

        assert room.names_in_book() == [
            "Ada Lovelace", "Bob Bit", "Dora Dell", "Eve Ek", "Fay Fox", "Grace Hopper"
        ]  # fmt: skip

    def test_and_the_contact_that_it_is_not_are_remembered_as_different(self, room, committed):
        room.decided(committed, new(2))

        grace, ada = contact_named(room, "Grace Hopper"), contact_named(room, "Ada Lovelace")
        assert room.contacts.read_book(ANN).is_different(grace.contact_id, ada.contact_id)
        assert not grace.possible_duplicates

    def test_is_known_when_the_file_is_imported_again(self, room, committed):
        room.decided(committed, new(2))

        again = room.upload(HEADERS + ROWS, "list (1).csv")

        assert [row.outcome.value for row in room.planned(again)] == ["unchanged", "conflict", *["unchanged"] * 3]

    def test_joins_the_collection_of_the_import(self, room):
        friends = room.collections.add(ANN, "Friends").collection_id
        room.commit(room.upload(KNOWN, "phone.vcf"))
        found = room.commit(room.upload(HEADERS + ROWS, "list.csv", collection_id=friends))

        room.decided(found, new(2), new(3))

        names = {each.contact_id: each.shown["display"] for each in room.contacts.all(ANN)}
        assert sorted(names[each] for each in room.collections.member_ids(friends)) == [
            "Carl Code", "Dora Dell", "Eve Ek", "Fay Fox", "Grace Hopper"
        ]  # fmt: skip

    def test_is_created_although_the_collection_is_not_theirs_any_more(self, room):
        friends = room.collections.add(ANN, "Friends").collection_id
        room.commit(room.upload(KNOWN, "phone.vcf"))
        found = room.commit(room.upload(HEADERS + ROWS, "list.csv", collection_id=friends))
        room.collections.delete(ANN, friends)

        room.decided(found, new(2))

        assert counts(room, found) == {"created": 4, "conflict": 1}


class TestLeavingOut:
    def test_imports_nothing(self, room, committed):
        before = room.names_in_book()

        room.decided(committed, left_out(2))

        assert room.names_in_book() == before
        assert waiting(room, committed) == [3]

    def test_is_remembered_when_the_file_is_imported_again(self, room, committed):
        room.decided(committed, left_out(2))

        again = room.upload(HEADERS + ROWS, "list (1).csv")

        assert next((row.outcome.value, row.reason) for row in room.planned(again)) == ("skipped", "left_out")


class TestTheCountsOfTheImport:
    def test_are_its_ledger_and_the_decisions(self, room, committed):
        ledger = room.lines(committed)

        room.decided(committed, same(2, contact_named(room, "Ada Lovelace").contact_id))
        assert counts(room, committed) == {"created": 3, "updated": 1, "conflict": 1}
        assert room.follow(ANN, committed.import_id).state.value == "partial"
        assert is_verified(room, committed)

        room.decided(committed, left_out(3))
        assert counts(room, committed) == {"created": 3, "updated": 1, "skipped": 1}
        assert room.follow(ANN, committed.import_id).state.value == "completed"
        assert is_verified(room, committed)
        assert room.lines(committed) == ledger

    def test_do_not_agree_if_a_decision_was_counted_twice(self, room, committed):
        room.decided(committed, new(2))
        room.imports.save(room.imports.count_decided(ANN, committed.import_id, {"created": 1}))

        assert not is_verified(room, committed)

    def test_the_ledger_of_a_decision_names_the_import_and_the_row(self, room, committed):
        job = room.decided(committed, new(3))

        (line,) = [line for chunk in room.jobs.ledger(job) for line in chunk.lines]
        assert (line.source_id, line.outcome) == (f"{committed.import_id}#3", "created")

    def test_records_and_reports_have_the_outcome_that_was_decided(self, room, committed):
        room.decided(committed, new(2))
        followed = room.follow(ANN, committed.import_id)
        grace = contact_named(room, "Grace Hopper").contact_id

        created = room.list_records.page(followed, done=[FileOutcome.CREATED])
        header, rows = ImportReport(room.files, room.follow, room.results)(followed, REPORTS["created"])

        assert [(each.planned.number, each.result.reason) for each in created.records] == [
            (2, "decided_new"), (4, None), (5, None), (6, None)
        ]  # fmt: skip
        assert next(iter(rows))[-4:] == ["created", "You decided that this is a new contact.", "2", grace]
        assert list(header)[-1] == "contact_id"


class TestARow:
    def test_is_decided_once(self, room, committed):
        room.decided(committed, new(2))

        with pytest.raises(Conflict, match="Row 2 was decided otherwise"):
            room.decide(ANN, committed.import_id, [left_out(2)])

    def test_that_two_decide_at_once_is_refused_to_the_second(self, room, committed):
        first = room.decide(ANN, committed.import_id, [new(2)])

        with pytest.raises(Conflict, match="Row 2 was decided otherwise"):
            room.decide(ANN, committed.import_id, [left_out(2)])
        assert waiting(room, committed) == [3]
        assert room.run_job(first.job_id).counts.created == 1

    def test_may_be_decided_so_again(self, room, committed):
        first = room.decide(ANN, committed.import_id, [new(2)])
        assert room.decide(ANN, committed.import_id, [new(2)]).job_id == first.job_id

        room.run_job(first.job_id)

        assert room.decide(ANN, committed.import_id, [new(2)]).job_id == first.job_id

    def test_can_be_decided_otherwise_after_its_job_was_canceled(self, room, committed):
        first = room.decide(ANN, committed.import_id, [new(2)])
        room.jobs.cancel(first.job_id)

        room.decided(committed, left_out(2))

        assert counts(room, committed) == {"created": 3, "conflict": 1, "skipped": 1}

    @pytest.mark.parametrize(("row", "error"), [(99, NotFound), (4, Conflict)])
    def test_that_is_not_there_or_not_in_conflict_cannot_be_decided(self, room, committed, row, error):
        with pytest.raises(error):
            room.decide(ANN, committed.import_id, [new(row)])


class TestManyRows:
    ROWS = "".join(f"Guy{number},No{number},,+49 170 1234567\n" for number in range(60))

    @pytest.fixture
    def many(self, room):
        room.commit(room.upload(KNOWN, "phone.vcf"))
        return room.commit(room.upload(HEADERS + self.ROWS, "list.csv"))

    def test_are_decided_by_one_job(self, room, many):
        job = room.decided(many, *map(new, range(2, 62)))

        assert (job.counts.created, job.state) == (60, JobState.COMPLETED)
        assert counts(room, many) == {"created": 60}
        assert is_verified(room, many)

    def test_of_which_one_is_decided_otherwise_meanwhile_are_decided_but_for_that(self, room, many):
        all_of_them = room.decide(ANN, many.import_id, list(map(new, range(2, 62))))
        room.decide(ANN, many.import_id, [left_out(9)])

        job = room.run_job(all_of_them.job_id)

        assert (job.counts.created, job.counts.skipped) == (59, 1)
        assert counts(room, many) == {"created": 59, "conflict": 1}
        assert is_verified(room, many)

    def test_are_refused_if_a_row_is_named_twice(self, room, many):
        with pytest.raises(InvalidInput, match="one row"):
            room.decide(ANN, many.import_id, [new(2), left_out(2)])


class TestADecisionThatIsUndone:
    """The undo of its job takes the record of the row out of the book; then the row waits again."""

    def reopen(self, room: Room, job) -> int:
        reopened = ReopenRows(room.imports, room.files, room.decisions, room.contacts, room.pairs)
        return reopened(job)

    def test_lets_its_row_wait_again_and_is_forgotten(self, room, committed):
        job = room.decided(committed, new(2))
        room.contacts.dynamo.commit([room.contacts.remove_write(ANN, contact_named(room, "Grace Hopper"))])

        assert self.reopen(room, job) == 1

        assert waiting(room, committed) == WAITING
        assert counts(room, committed) == {"created": 3, "conflict": 2}
        assert is_verified(room, committed)
        assert not room.pairs.all(ANN)
        assert self.reopen(room, job) == 0

    def test_stays_decided_if_the_record_of_the_row_was_kept(self, room, committed):
        job = room.decided(committed, new(2), left_out(3))

        assert self.reopen(room, job) == 1

        assert waiting(room, committed) == [3]
        assert is_verified(room, committed)

    def test_can_be_made_otherwise(self, room, committed):
        job = room.decided(committed, left_out(2))
        self.reopen(room, job)

        room.decided(committed, new(2))

        assert counts(room, committed) == {"created": 4, "conflict": 1}

    def test_is_nothing_to_a_job_of_another_kind(self, room, committed):
        assert self.reopen(room, room.job(committed)) == 0
