"""Whoever follows a book has the same book in the end: whatever changes it, and whatever happens to the calls."""

import random
from contextlib import suppress

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from chalicelib.books.intake import Limits
from chalicelib.foundation.errors import CallerError, NotFound
from tests.simulation.editing import in_order
from tests.simulation.faults import check_error
from tests.simulation.following import Follower, Walker, book_of
from tests.simulation.house import OWNER, House
from tests.simulation.merging import merge_two, split_one, unmerge_one
from tests.simulation.promises import jobs_in
from tests.simulation.scenario import scenario
from tests.simulation.world import FOUR, Fault, Process, World

KINDS = ("new", "same", "changed", "gone", "twin", "again")
SHARED = [{"value": "office@example.org"}]  # by which contacts become possible duplicates of each other
EDITS = {"edit": {"title": "Boss"}, "share": {"emails": SHARED}, "stop sharing": {"emails": None}}
ACTS = [*EDITS, "create", "delete", "delete", "merge", "unmerge", "split", "restore"]
faults = st.none() | st.none() | st.none() | st.sampled_from(FOUR)


def comes_to_rest(house: House) -> None:
    """Everything that was begun ends, and workers have indexed the book."""
    for _ in range(60):
        house.world.now += 61
        house.process(lambda parts: parts.run_schedule()).run()
        if all(job.is_finished for job in jobs_in(house)):
            break
    house.world.now += 400  # whoever died while indexing the book is given up by then
    house.outside.address_book.indexes.build(OWNER)
    house.world.now += 3


class Books(RuleBasedStateMachine):
    """An import runs, its person edits, merges, deletes and undoes; two follow the book by calls that fail."""

    @initialize(
        kinds=st.lists(st.sampled_from(KINDS), max_size=6), limit=st.integers(1, 3), large=st.sampled_from([1, 3_000])
    )
    def stage(self, kinds: list[str], limit: int, large: int) -> None:
        made = scenario(("new", "same", *kinds))
        self.world = World(random.Random(0))
        self.house = House(self.world, made.account(3), Limits(contacts=2, lines=3), large=large)
        connection_id = self.house.connect()
        self.house.outside.run_job("import-1")
        made.turn(self.house.account)
        self.job_id = self.house.outside.import_again(connection_id, full=True).job_id
        self.worker: Process | None = None
        self.followers = [Follower(self.house, limit), Walker(self.house, limit)]

    @rule(calls=st.integers(1, 20), fault=faults)
    def the_import_goes_on(self, calls: int, fault: Fault | None) -> None:
        worker = self.worker or self.house.process(lambda parts: parts.run_job(self.job_id))
        for left in range(calls, 0, -1):
            if not worker.is_over:
                worker.step(fault if left == 1 else None)
        self.worker = None if worker.is_over else worker
        if worker.is_over:
            check_error(None if worker.dead else worker.main.error)

    @rule(which=st.integers(0, 1), calls=st.integers(1, 9), fault=faults)
    def somebody_follows(self, which: int, calls: int, fault: Fault | None) -> None:
        for left in range(calls, 0, -1):
            self.followers[which].go_on(fault if left == 1 else None)

    @rule(pages=st.integers(1, 2))
    def somebody_walks_again(self, pages: int) -> None:
        self.followers[1] = Walker(self.house, self.followers[1].limit)
        for _ in range(pages):
            self.followers[1].go_on()

    @rule(which=st.integers(0, 1))
    def somebody_catches_up(self, which: int) -> None:
        follower = self.followers[which]
        follower.is_done = False
        for _ in range(100):
            follower.go_on()
            if follower.is_done:
                break

    @rule(which=st.integers(0, 5), act=st.sampled_from(ACTS))
    def the_person_acts(self, which: int, act: str) -> None:
        self.house.traffic.end_all()
        with suppress(CallerError, NotFound):
            self._act(act, which)

    def _act(self, act: str, which: int) -> None:
        parts, contacts = self.house.outside, in_order(self.house)
        if act == "merge":
            merge_two(parts, self.house, which)
        elif act == "unmerge":
            unmerge_one(parts)
        elif act == "split":
            split_one(parts, self.house)
        elif act == "restore":
            for deleted in parts.wiring.undoing.deleted_contacts(OWNER)[:1]:
                parts.wiring.undoing.restore_contact(OWNER, deleted["contact_id"])
        elif act == "create":
            parts.address_book.create_contact(OWNER, {"display": f"Made {which}", "emails": SHARED})
        elif contacts and act in EDITS:
            parts.address_book.edit_contact(OWNER, contacts[which % len(contacts)].contact_id, EDITS[act])
        elif contacts:
            parts.address_book.delete_contact(OWNER, contacts[which % len(contacts)].contact_id)

    @precondition(lambda self: self.house.outside.jobs.get(self.job_id).is_finished)
    @rule()
    def the_person_undoes_the_run(self) -> None:
        undoing = self.house.outside.wiring.undoing
        with suppress(CallerError):
            numbers = undoing.preview_undo(OWNER, self.job_id).numbers
            self.job_id = undoing.start_undo(OWNER, self.job_id, numbers).job_id

    @rule(seconds=st.sampled_from([1, 3, 61]))
    def time_passes(self, seconds: float) -> None:
        self.world.now += seconds

    def teardown(self) -> None:
        if not hasattr(self, "house"):
            return
        if self.worker is not None:
            self.worker.kill()
        self.house.traffic.end_all()
        comes_to_rest(self.house)
        for follower in self.followers:
            follower.finish()
            assert follower.copy == book_of(self.house)
            assert follower.start_overs == 0


TestBooks = Books.TestCase
TestBooks.settings = settings(
    max_examples=40, stateful_step_count=40, deadline=None, suppress_health_check=list(HealthCheck)
)
