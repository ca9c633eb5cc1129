"""The histories, steered by Hypothesis, which finds the shortest way to break an invariant."""

import random
from datetime import timedelta
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from chalicelib.books.intake import Limits
from chalicelib.foundation.errors import Conflict
from chalicelib.jobs.job import JobState
from tests.simulation import promises
from tests.simulation.faults import check_error, delete_by_hand
from tests.simulation.house import House
from tests.simulation.scenario import KINDS, scenario
from tests.simulation.world import FOUR, Fault, Process, World

MOST_WORKERS = 4
faults = st.none() | st.none() | st.sampled_from([*FOUR, Fault.REFUSED])


class Imports(RuleBasedStateMachine):
    """One import waits; workers come and go, calls fail, time passes, people meddle; in the end everybody is there."""

    def __init__(self) -> None:
        super().__init__()
        self.workers: list[Process] = []
        self.buried: set[str] = set()
        self.canceled: Any = None
        self.meddled = False

    @initialize(
        kinds=st.lists(st.sampled_from(KINDS), max_size=8),
        page_size=st.integers(1, 4),
        contacts=st.integers(1, 3),
        lines=st.integers(1, 4),
    )
    def stage(self, kinds: list[str], page_size: int, contacts: int, lines: int) -> None:
        self.scenario = scenario(("new", *kinds))
        self.world = World(random.Random(0))
        self.house = House(self.world, self.scenario.account(page_size), Limits(contacts=contacts, lines=lines))
        connection_id = self.house.connect()
        self.source = f"google:{connection_id}"
        self.house.outside.run_job("import-1")
        self.scenario.turn(self.house.account)
        for source_id in self.scenario.buried:
            delete_by_hand(self.house, source_id)
        self.job_id = self.house.outside.import_again(connection_id, full=True).job_id

    @precondition(lambda self: len(self.workers) < MOST_WORKERS)
    @rule(skew=st.sampled_from([0, 0, 0, -120, -60, 60, 120]), seconds=st.sampled_from([15.5, 20, 600]))
    def kick(self, skew: float, seconds: float) -> None:
        within = timedelta(seconds=seconds)
        self.workers.append(self.house.process(lambda parts: parts.run_job(self.job_id, within=within), skew=skew))

    @precondition(lambda self: self.workers)
    @rule(which=st.integers(0, MOST_WORKERS - 1), calls=st.integers(1, 12), fault=faults)
    def go_on(self, which: int, calls: int, fault: Fault | None) -> None:
        """One worker makes some calls; the last of them meets the fault."""
        process = self.workers[which % len(self.workers)]
        for left in range(calls, 0, -1):
            if process.is_over:
                break
            process.step(fault if left == 1 else None)
        if process.is_over:
            self.workers.remove(process)
            check_error(None if process.dead else process.main.error)

    @rule(seconds=st.sampled_from([1, 10, 61, 300]))
    def time_passes(self, seconds: float) -> None:
        self.world.now += seconds

    @rule()
    def pages_expire(self) -> None:
        if self.house.account.listing < 4:  # an import gives up on a list that never holds still
            self.house.account.expire_pages()

    @rule()
    def a_page_is_shuffled(self) -> None:
        self.house.account.shuffle_pages()

    @rule(which=st.integers(0, 8))
    def the_person_deletes(self, which: int) -> None:
        self.house.traffic.end_all()  # it would be buried with what it was given at this moment
        contacts = promises.contacts_in(self.house)
        if contacts and self.canceled is None:
            ids = sorted(record.source_id for contact in contacts for record in contact.records)
            self.meddled = True
            source_id = ids[which % len(ids)]
            self.buried |= next(
                same for contact in contacts if source_id in (same := {each.source_id for each in contact.records})
            )
            delete_by_hand(self.house, source_id)

    @rule()
    def the_person_cancels(self) -> None:
        try:
            self.house.outside.jobs.cancel(self.job_id)
        except Conflict:
            return
        self.canceled = self.stored()

    @invariant()
    def promises_hold(self) -> None:
        if hasattr(self, "house"):
            promises.holds_at_every_step(self.house)
            assert self.canceled is None or self.canceled == self.stored()

    def stored(self) -> Any:
        return {table: dict(self.house.dynamo.tables[table].items) for table in ("jobs", "contacts")}

    def teardown(self) -> None:
        if not hasattr(self, "house"):
            return
        for process in self.workers:
            process.run()
            check_error(process.main.error)
        for _ in range(60):
            job = self.house.outside.jobs.get(self.job_id)
            if job.is_finished:
                break
            self.world.now += 61
            self.house.process(lambda parts: parts.run_schedule()).run()
        self.judge()

    def judge(self) -> None:
        job = self.house.outside.jobs.get(self.job_id)
        if self.canceled is not None:
            assert job.state is JobState.CANCELED
            assert {**self.canceled["contacts"]} == self.stored()["contacts"]
            return
        if job.state is JobState.FAILED:
            assert "8 times" in str(job.error), job
            return
        assert job.is_finished, job
        people = {key: who for key, who in self.scenario.latest_people().items() if key not in self.buried}
        poisoned = any(line.reason == "poison" for chunk in self.house.outside.jobs.ledger(job) for line in chunk.lines)
        if not poisoned:
            promises.holds_at_the_end(self.house, job, people, source=self.source)
            assert self.meddled or job.counts == self.scenario.counts()


TestImports = Imports.TestCase
TestImports.settings = settings(
    max_examples=200, stateful_step_count=40, deadline=None, suppress_health_check=list(HealthCheck)
)
