"""Who follows an import sees what its job left, never the end of a job beside a state from before it."""

from chalicelib.file_imports.records.follow_file_import import FollowFileImports
from tests.file_imports.conftest import ANN
from tests.file_imports.test_planning import ADA


class EarlierImports:
    """The imports, of which the first reading is from before the job ended."""

    def __init__(self, imports, before) -> None:
        self._imports, self._before = imports, before

    def get(self, owner, import_id):
        return self._before

    def find(self, owner, import_id):
        return self._imports.find(owner, import_id)


class TestAJobThatEndsWhileTheImportIsRead:
    def test_is_followed_to_its_plan(self, room):
        planned = room.upload(ADA, "phone.vcf")
        started = room.start_commit(planned)
        room.run(started)
        follow = FollowFileImports(EarlierImports(room.imports, started), room.files, room.jobs, room.clock)

        assert follow(ANN, started.import_id).state.value == "completed"

    def test_is_followed_to_the_job_that_came_next(self, room):
        found = room.upload(ADA, "phone.vcf")
        reading = found.changed(state="mapped")
        follow = FollowFileImports(EarlierImports(room.imports, reading), room.files, room.jobs, room.clock)
        started = room.start_commit(found)

        followed = follow(ANN, found.import_id)

        assert (followed.state.value, followed.job.job_id) == ("committing", started.job_id)
