"""The final state that a history must reach once no more faults happen."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from chalicelib.jobs.job import Job, JobState
from tests.simulation import promises
from tests.simulation.house import OWNER

if TYPE_CHECKING:
    from tests.simulation.fuzz import History


def judge(history: "History") -> None:
    house = history.house
    promises.holds_at_every_step(house)
    promises.keeps_tokens_secret(house)
    if history.theme == "erase" and history.frozen:
        return promises.nothing_left(house)
    promises.list_is_true(house)
    if history.theme == "disconnect" and history.frozen:
        return _judge_disconnect(history)
    if history.theme == "cancel" and history.frozen:
        assert history.stored("jobs", "contacts") == history.frozen
        return None
    return _judge_imports(history)


def _judge_disconnect(history: "History") -> None:
    contacts, before = history.frozen
    connection = history.house.outside.connections.get(OWNER, history.connection_id)
    disconnecting = [job for job in history.house.outside.jobs.of_owner(OWNER)[0] if job.kind == "disconnect"]
    if any(_was_given_up(job) for job in disconnecting):
        assert connection.state == "disconnecting"  # asking once more begins where it stood
        return
    assert (connection.state, connection.sealed, connection.sync) == ("disconnected", None, None)
    if contacts == "keep":
        assert history.stored("contacts") == before
    else:  # so many kills in a row look like a record that kills: those that were given up stay
        assert len(promises.contacts_in(history.house)) <= _poisonous(history, disconnecting)


def _poisonous(history: "History", jobs: Sequence[Job]) -> int:
    ledgers = [chunk.lines for job in jobs for chunk in history.house.outside.jobs.ledger(job)]
    return sum(line.reason == "poison" for lines in ledgers for line in lines)


def _judge_imports(history: "History") -> None:
    jobs = [history.house.outside.jobs.get(job_id) for job_id in history.jobs]
    if any(not _ended_well(job) for job in jobs):
        assert all(_ended_well(job) or _was_given_up(job) for job in jobs), jobs
        return
    reasons = {line.reason for job in jobs for chunk in history.house.outside.jobs.ledger(job) for line in chunk.lines}
    if "poison" in reasons:
        return  # so many kills in a row look like a record that kills
    buried = promises.buried_in(history.house)
    people = {key: person for key, person in history.scenario.latest_people().items() if key not in buried}
    skipped = promises.skipped_as_deleted(history.house, jobs, people)
    promises.holds_at_the_end(
        history.house, jobs[0], people, source=history.source, typed=history.typed, skipped=skipped
    )
    if history.theme != "line" and not history.edits:
        assert jobs[0].counts == history.scenario.counts(), (jobs[0].counts, history.scenario.counts())
    promises.keeps_own_words(history.house, history.own_words)
    for job in jobs:
        promises.ledger_agrees(history.house, job)
        assert job.counts.read == len(history.scenario.now) or history.theme == "line", job


def _ended_well(job: Job) -> bool:
    return job.state in (JobState.COMPLETED, JobState.PARTIAL)


def _was_given_up(job: Job) -> bool:
    """Enough went wrong in a row that giving up is what was promised."""
    error = job.error or ""
    return job.state is JobState.FAILED and ("We tried 8 times" in error or job.error_code in ("shifting", "crashed"))
