"""A person's change of an import does not fail because the job that plans it stores something at the same time."""

from dataclasses import dataclass, replace

import pytest

from chalicelib.file_imports.storing.file_import import FileImport
from chalicelib.file_imports.storing.import_store import ChangedMeanwhile
from tests.file_imports.conftest import ANN, Room

TABLE = "First Name,Email Address\nAda,ada@example.com\nAlan,alan@example.com\n"


@dataclass
class Overtaken:
    """Starts planning, but lets others change the import just before, so many times."""

    room: Room
    times: int

    def __call__(self, changed: FileImport) -> FileImport:
        if self.times:
            self.times -= 1
            other = self.room.imports.get(changed.owner, changed.import_id)
            self.room.imports.save(self.room.imports.write(other.changed(program=f"changed {self.times} more times")))
        return self.room.change.start_planning(changed)


@pytest.fixture
def planned(room) -> FileImport:
    return room.upload(TABLE)


def test_a_row_is_left_out_of_what_was_stored_meanwhile(room, planned):
    change = replace(room.change, start_planning=Overtaken(room, times=2))

    left_out = room.run(change.leave_out(ANN, planned.import_id, [2]))

    assert left_out.program == "changed 0 more times"
    assert [row.outcome.value for row in room.planned(left_out)] == ["skipped", "new"]


def test_a_change_that_is_always_overtaken_is_a_conflict(room, planned):
    change = replace(room.change, start_planning=Overtaken(room, times=100))

    with pytest.raises(ChangedMeanwhile):
        change.leave_out(ANN, planned.import_id, [2])
