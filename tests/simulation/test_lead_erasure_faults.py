"""The job behind the erasure of a lead under a fault at every call: it leaves what one leaves that nothing disturbs."""

from functools import cache

import pytest

from chalicelib.leads.erasing.erasure_job import deleted_files
from tests.simulation.faults import calls_to_fail
from tests.simulation.house import House
from tests.simulation.lead_imports import FEW, History, Stage, leads_in
from tests.simulation.world import FOUR, MadeCall

NOTES = "lead-imports/acme/deleted/"  # when files were deleted


class ErasedStage(Stage):
    """A house in which a lead that two imports hold has just been erased."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self._run_all(self.house, self.job_id)
        erase = self.house.outside.wiring.leads.erase
        self.erased = leads_in(self.house)[0]
        self.job_id = erase("acme", self.erased.id).job.job_id


@cache
def stage() -> ErasedStage:
    return ErasedStage(several=False, rows=FEW)


def result(house: House) -> tuple[list[str], dict[str, bytes]]:
    """The files that were deleted, and those that are left. Of notes only the names: a fault makes them come later."""
    left = {key: b"" if key.startswith(NOTES) else content for key, content in house.blobs.kept.items()}
    return deleted_files(house.outside.jobs.get(stage().job_id)), left


@cache
def undisturbed() -> tuple[tuple[list[str], dict[str, bytes]], list[MadeCall]]:
    house = stage().copied()
    History(stage(), house, stage().job_id, {})
    return result(house), house.world.made


def test_undisturbed_it_deletes_the_files_of_both_imports():
    (deleted, left), _ = undisturbed()

    assert len(deleted) >= 13  # the imported file, and two times six files of results
    assert not [key for key, content in left.items() if stage().erased.id.encode() in content]


@pytest.mark.parametrize("fault", FOUR)
def test_whichever_call_goes_wrong_the_same_files_are_named_and_left(fault):
    expected, calls = undisturbed()

    for call in calls_to_fail(calls, fault):
        house = stage().copied()
        History(stage(), house, stage().job_id, {call: fault})
        assert result(house) == expected, (call, fault)
