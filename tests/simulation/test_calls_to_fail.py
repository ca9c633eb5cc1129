"""At which calls a fault makes a history of its own."""

import random

import pytest

from tests.simulation.faults import READS, calls_to_fail
from tests.simulation.world import FOUR, Fault, MadeCall, Process, World

READ = MadeCall("get_item", can_be_lost=True, can_be_refused=True)
WRITE = MadeCall("put", can_be_lost=True, can_be_refused=False)
MESSAGE = MadeCall("send", can_be_lost=False, can_be_refused=False)
SLEEP = MadeCall("sleep", can_be_lost=False, can_be_refused=False)


@pytest.mark.parametrize(
    ("fault", "calls"),
    [
        (Fault.LOST, [READ, WRITE]),
        (Fault.ANSWER_LOST, [WRITE]),  # a read whose answer is lost is a read that is lost
        (Fault.KILLED_BEFORE, [READ, WRITE, MESSAGE, SLEEP]),
        (Fault.KILLED_AFTER, [WRITE, MESSAGE]),
        (Fault.REFUSED, [READ]),
    ],
)
def test_are_those_it_can_happen_to_and_where_it_differs_from_others(fault, calls):
    all_calls = [READ, WRITE, MESSAGE, SLEEP]

    assert [all_calls[number] for number in calls_to_fail(all_calls, fault)] == calls


@pytest.mark.parametrize("name", READS)
def test_every_read_is_failed_before_it_takes_effect(name):
    call = MadeCall(name, can_be_lost=True, can_be_refused=True)

    assert [fault for fault in FOUR if calls_to_fail([call], fault)] == [Fault.LOST, Fault.KILLED_BEFORE]


def test_a_process_notes_its_calls_and_what_can_happen_to_them():
    world = World(random.Random(0))
    process = Process(world)
    process.begin(lambda: (process.call("put", int, TimeoutError), process.call("send", int, None)))
    process.run()

    assert world.made == [WRITE, MESSAGE]
