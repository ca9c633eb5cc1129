"""A lane, and an undo, gives other jobs their turn after a while, and goes on where it has stopped."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from chalicelib.jobs.job import JobState
from tests.fakes.clock import FixedClock
from tests.fakes.dynamodb import FakeDynamo
from tests.fakes.tables import empty_tables
from tests.leads.importing.import_desk import ImportDesk, csv_of


@dataclass
class SlowLookups:
    """A DynamoDB whose lookups of leads take some seconds each; counts what is looked up."""

    clock: FixedClock
    dynamo: FakeDynamo = field(default_factory=empty_tables)
    keys: Counter[str] = field(default_factory=Counter)

    def __getattr__(self, operation: str) -> Any:
        return getattr(self.dynamo, operation)

    def batch_get_item(self, **request: Any) -> Any:
        if "leads" in request["RequestItems"]:
            self.clock.advance(seconds=8)
            self.keys.update(key["sk"]["S"] for key in request["RequestItems"]["leads"]["Keys"])
        return self.dynamo.batch_get_item(**request)


def test_what_is_looked_up_before_the_turn_of_others_is_stored_before_it():
    client = SlowLookups(FixedClock())
    desk = ImportDesk(client=client, clock=client.clock)
    turns = list[int]()

    job = desk.start(csv_of(("Phone",), [(f"+49170{number:07d}",) for number in range(60)]))
    job = desk.run(job, between=lambda: turns.append(1))

    assert (job.state, job.counts["created"]) == (JobState.COMPLETED, 60)
    assert len(turns) > 5
    assert set(client.keys.values()) == {1}


def test_an_undo_reverses_each_lead_once_however_often_others_get_their_turn():
    client = SlowLookups(FixedClock())
    desk = ImportDesk(client=client, clock=client.clock)
    job = desk.imported(csv_of(("Phone",), [(f"+49170{number:07d}",) for number in range(60)]))
    turns = list[int]()

    undo = desk.undo.start("acme", job.job_id).job
    assert undo is not None
    undo = desk.run(undo, between=lambda: turns.append(1))

    assert (undo.state, undo.counts["reversed"], desk.all_leads()) == (JobState.COMPLETED, 60, [])
    assert len(turns) > 2
    assert max(client.keys.values()) == 2  # once by the import
