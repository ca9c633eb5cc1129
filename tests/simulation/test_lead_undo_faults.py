"""The undo of an import of leads under a fault at every call: each lead is reversed once, and counted once."""

from functools import cache
from typing import Any

import pytest

from tests.simulation.faults import calls_to_fail
from tests.simulation.house import House
from tests.simulation.lead_imports import FEW, History, Stage, leads_in
from tests.simulation.world import FOUR, MadeCall

SEVERAL = "several identities"


class UndoStage(Stage):
    """A house in which the undo of an import has just been started."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.before = substance(self.house)
        self.import_id = self.job_id
        self._run_all(self.house, self.job_id)
        undo = self.house.outside.wiring.leads.undo_imports.start("acme", self.job_id).job
        assert undo is not None
        self.job_id = undo.job_id


def substance(house: House) -> dict[str, Any]:
    """What is known of each lead."""
    return {lead.id: (lead.profile, lead.identities, lead.created_by, lead.changed_at) for lead in leads_in(house)}


@cache
def stage(several: bool) -> UndoStage:
    return UndoStage(several=several, rows=FEW)


def result(staged: UndoStage, house: House) -> Any:
    job, folder = house.outside.jobs.get(staged.job_id), f"lead-imports/acme/{staged.import_id}/undo/"
    lists = {key: content for key, content in house.blobs.kept.items() if key.startswith(folder)}
    return job.state, dict(job.counts), lists, substance(house)


@cache
def undisturbed(several: bool) -> tuple[Any, list[MadeCall]]:
    house = stage(several).copied()
    History(stage(several), house, stage(several).job_id, {})
    return result(stage(several), house), house.world.made


@pytest.mark.parametrize("several", [False, True], ids=["one identity", SEVERAL])
def test_undisturbed_it_leaves_the_leads_as_they_were(several):
    (_, counts, _, leads), _ = undisturbed(several)

    assert leads == stage(several).before
    assert counts["reversed"]
    assert not counts["kept"] + counts["failed"]


@pytest.mark.parametrize("fault", FOUR)
@pytest.mark.parametrize("several", [False, True], ids=["one identity", SEVERAL])
def test_whichever_call_goes_wrong_the_result_is_the_same(several, fault):
    staged, (expected, calls) = stage(several), undisturbed(several)

    for call in calls_to_fail(calls, fault):
        house = staged.copied()
        History(staged, house, staged.job_id, {call: fault})
        assert result(staged, house) == expected, (call, fault)
