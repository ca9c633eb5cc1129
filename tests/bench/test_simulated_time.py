"""Simulated time passes as time does where work takes none."""

from functools import partial

import pytest

from tests.bench.simulated_time import Distant, SimulatedExecutor, SimulatedTime


@pytest.fixture
def time() -> SimulatedTime:
    return SimulatedTime()


def test_threads_sleep_side_by_side(time):
    tasks = [time.start(partial(time.sleep, seconds)) for seconds in (3.0, 1.0, 2.0)]

    for task in tasks:
        task.result()

    assert time.seconds == 3.0


def test_who_wakes_first_works_first(time):
    woken: list[float] = []

    def sleep(seconds: float) -> None:
        time.sleep(seconds)
        woken.append(time.seconds)

    for task in [time.start(partial(sleep, seconds)) for seconds in (3.0, 1.0, 2.0)]:
        task.result()

    assert woken == [1.0, 2.0, 3.0]


@pytest.mark.parametrize(("threads", "seconds"), [(1, 10.0), (3, 4.0), (10, 1.0), (20, 1.0)])
def test_a_pool_does_as_much_at_once_as_it_has_threads(time, threads, seconds):
    pool = SimulatedExecutor(time, threads)

    def work(number: int) -> int:
        time.sleep(1.0)
        return number

    results = pool.all([partial(work, number) for number in range(10)])

    assert results == list(range(10))
    assert time.seconds == seconds


def test_an_error_comes_with_the_result(time):
    task = time.start(lambda: 1 // 0)

    with pytest.raises(ZeroDivisionError):
        task.result()


def test_a_call_to_a_distant_thing_takes_a_request(time):
    assert Distant([3, 4], time, 0.01).index(4) == 1
    assert time.seconds == 0.01
