from chalicelib.jobs.job import JobState
from chalicelib.jobs.new_job import NewJob
from chalicelib.jobs.progress import Progress
from chalicelib.jobs.successive_jobs import latest_and_next


def created(store, job_id: str) -> str:
    return store.create(NewJob(job_id, "ann", "copy", {})).job_id


def end(store, clock, job_id: str) -> None:
    store.commit(store.claim(job_id, "worker", clock.now()), Progress(None, state=JobState.COMPLETED))


class TestJobsThatFollowEachOther:
    def test_begin_with_none(self, store):
        latest, next_id = latest_and_next(store, "undo", "run")

        assert latest is None
        assert store.find(next_id) is None

    def test_are_one_job_if_two_start_it_after_the_same_look(self, store):
        looks = [latest_and_next(store, "undo", "run") for _ in range(2)]

        assert len({created(store, next_id) for _, next_id in looks}) == 1
        assert len(store.unfinished("ann")) == 1

    def test_are_the_one_that_ended_between_the_look_and_the_start(self, store, clock):
        _, next_id = latest_and_next(store, "undo", "run")
        end(store, clock, created(store, next_id))

        assert store.create(NewJob(next_id, "ann", "copy", {})).is_finished

    def test_are_told_apart_once_the_latest_is_known(self, store):
        first = created(store, latest_and_next(store, "undo", "run")[1])

        latest, next_id = latest_and_next(store, "undo", "run")

        assert (latest.job_id, next_id == first) == (first, False)

    def test_about_something_else_are_others(self, store):
        assert latest_and_next(store, "undo", "run")[1] != latest_and_next(store, "undo", "another run")[1]
