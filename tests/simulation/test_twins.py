"""Broken twins of the engine, each of which the simulation must detect."""

from collections.abc import Callable

import pytest

from chalicelib.jobs.store import JobStore
from tests.fakes.dynamodb import FakeDynamo
from tests.simulation import twins
from tests.simulation.faults import Staged, assert_import_under, build_stage
from tests.simulation.fuzz import History
from tests.simulation.house import House
from tests.simulation.world import Fault

MOST_SEEDS = 600


def with_dynamo(twin: type[FakeDynamo]) -> Callable[..., House]:
    return lambda *args, **more: House(*args, dynamo=twin(), **more)


def with_jobs(twin: type[JobStore]) -> Callable[..., House]:
    return lambda *args, **more: House(*args, jobs_class=twin, **more)


def first_bad_seed(make: Callable[..., House], theme: str) -> int | None:
    for seed in range(MOST_SEEDS):
        try:
            History(seed, theme, make=make).assert_ends_well()
        except AssertionError:
            return seed
    return None


@pytest.mark.parametrize(
    ("twin", "theme"),
    [
        (twins.WithoutFence, "plain"),
        (twins.UncountedEdits, "edits"),
        (twins.WithoutVersions, "edits"),
        (twins.ContactsFirst, "cancel"),
        (twins.HalfTransactions, "plain"),
        (twins.EagerClaims, "cancel"),
    ],
)
def test_a_dynamodb_that_forgets_a_condition_is_detected(twin: type[FakeDynamo], theme: str) -> None:
    assert first_bad_seed(with_dynamo(twin), theme) is not None


@pytest.mark.parametrize(("twin", "theme"), [(twins.PromotesNone, "line"), (twins.NeverLeaves, "plain")])
def test_an_engine_that_breaks_the_queue_is_detected(twin: type[JobStore], theme: str) -> None:
    assert first_bad_seed(with_jobs(twin), theme) is not None


def test_an_engine_that_does_not_recognize_its_own_commit_is_slower_but_not_wrong() -> None:
    stage = build_stage()

    assert calls(stage, twins.ForgetsItself) > calls(stage, JobStore)


def calls(stage: Staged, twin: type[JobStore]) -> int:
    """The calls of imports whose n-th response is lost, over a DynamoDB that does not recognize repeated requests."""
    plans = [{call: Fault.ANSWER_LOST} for call in range(len(assert_import_under(stage, {})))]
    return sum(len(assert_import_under(stage, plan, dynamo=twins.ForgetsTokens(), jobs_class=twin)) for plan in plans)
