"""Rows of a plan are found by their outcome or their problem, and are mended together."""

import pytest

from chalicelib.file_imports.planning.change_import import SettingChanges
from chalicelib.file_imports.planning.plan_rows import RowOutcome
from chalicelib.file_imports.storing.file_import import FileImportState
from chalicelib.foundation.errors import InvalidInput

TABLE = (
    "First Name,Last Name,Email Address,Mobile Phone\n"
    "Ada,Lovelace,ada@example.com,0170 1234567\n"
    "Alan,Turing,alan at example,+44 20 7946 0018\n"
    "Grace,Hopper,not an address,0171 7654321\n"
)
EMAIL = 2  # the place of its column


@pytest.fixture
def planned(room):
    return room.upload(TABLE)


def rows_with(room, found, code, column):
    page = room.list_records.page(room.follow.of(found), problem=(code, column))
    return [record.planned.number for record in page.records]


def test_rows_with_a_problem(room, planned):
    assert rows_with(room, planned, "not_an_email", "Email Address") == [3, 4]
    assert rows_with(room, planned, "not_an_email", "Mobile Phone") == []


def test_rows_with_a_problem_are_found_without_reading_the_plan_of_other_rows(room):
    rows = "".join(f"P{number},X,{'nothing' if number == 1500 else f'p{number}@x.org'},\n" for number in range(2500))
    planned = room.upload(TABLE.partition("\n")[0] + "\n" + rows)
    for key in [key for key in room.blobs.kept if key.endswith(("rows-000000", "rows-000002")) and "/plan-" in key]:
        del room.blobs.kept[key]

    assert rows_with(room, planned, "not_an_email", "Email Address") == [1502]


def test_a_plan_of_an_earlier_version_is_searched_for_rows_with_a_problem(room, planned):
    for key in [key for key in room.blobs.kept if key.endswith("problem-rows")]:
        del room.blobs.kept[key]

    assert rows_with(room, planned, "not_an_email", "Email Address") == [3, 4]


def test_cells_of_several_rows_are_fixed_in_one_plan(room, planned):
    fixed = {3: {EMAIL: "alan@example.com"}, 4: {EMAIL: ""}}

    found = room.run(room.change.fix_cells("ann", planned.import_id, fixed))

    assert found.state is FileImportState.PLANNED
    assert rows_with(room, found, "not_an_email", "Email Address") == []


def test_only_cells_of_its_columns_can_be_fixed(room, planned):
    with pytest.raises(InvalidInput):
        room.change.fix_cells("ann", planned.import_id, {3: {4: "x"}})


def test_a_country_mends_all_numbers_without_one(room):
    american = TABLE.replace("0170 1234567", "(212) 555-0199").replace("0171 7654321", "(917) 555-0142")
    planned = room.upload(american)
    assert rows_with(room, planned, "phone_without_country", "Mobile Phone") == [2, 4]

    found = room.run(room.change.settings("ann", planned.import_id, SettingChanges(region="US")))

    assert rows_with(room, found, "phone_without_country", "Mobile Phone") == []


def test_numbers_of_the_rows_with_an_outcome(room, planned):
    left_out = room.run(room.change.leave_out("ann", planned.import_id, [3]))

    assert room.list_records.numbers(room.follow.of(left_out), [RowOutcome.SKIPPED]) == [3]
    assert room.list_records.numbers(room.follow.of(left_out), [RowOutcome.NEW]) == [2, 4]


def test_the_sample_is_the_first_rows_as_they_were_written(room, planned):
    sample = room.list_records.sample(planned, 2)

    assert [row.cells[0] for row in sample] == ["Ada", "Alan"]


def test_progress_counts_the_rows_that_the_job_has_planned_or_committed(room, planned):
    assert room.follow.of(planned).progress == (3, 3)

    assert room.follow.of(room.start_commit(planned)).progress == (0, 3)
