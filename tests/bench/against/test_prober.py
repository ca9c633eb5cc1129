"""A prober and the process that it runs, with small probes."""

import pytest

from tests.bench.against.figures import FIGURES
from tests.bench.against.prober import PROBES, Prober
from tests.bench.against.revisions import clean_environment, this_tree

PROBE = """
import os
from contextlib import contextmanager

@contextmanager
def counting(contacts):
    print("this is not an answer")
    yield iter([{"contacts": contacts}, {"contacts": contacts + 1}]).__next__

@contextmanager
def unprepared(contacts):
    raise LookupError("no such table")
    yield

@contextmanager
def ending(contacts):
    yield lambda: os._exit(3)
"""


@pytest.fixture
def prober(tmp_path):
    (tmp_path / "__main__.py").symlink_to(PROBES / "__main__.py")
    (tmp_path / "small.py").write_text(PROBE)
    return lambda probe: Prober(this_tree(), probe, 7, probes=tmp_path, logs=tmp_path)


class TestProber:
    def test_each_measurement_is_one_of_the_same_prepared_probe(self, prober):
        with prober("small.counting") as probe:
            probe.measure()
            probe.measure()

        assert probe.measurements == [{"contacts": 7}, {"contacts": 8}]
        assert not probe.failure

    def test_a_probe_that_cannot_prepare_says_why(self, prober):
        with prober("small.unprepared") as probe:
            probe.measure()

        assert probe.measurements == []
        assert probe.failure.startswith("LookupError: no such table; see ")

    def test_a_process_that_ends_is_a_failure_and_is_not_asked_again(self, prober):
        with prober("small.ending") as probe:
            probe.measure()
            probe.measure()

        assert probe.measurements == []
        assert probe.failure.startswith("ended with exit code 3; see ")

    def test_a_name_that_this_commit_does_not_have_is_a_failure(self, prober):
        with prober("small.unknown") as probe:
            pass

        assert "has no attribute 'unknown'" in probe.failure


@pytest.mark.parametrize("figure", FIGURES.values(), ids=FIGURES)
def test_every_figure_has_a_probe(figure):
    module, _, name = figure.probe.partition(".")

    assert f"\ndef {name}(" in (PROBES / f"{module}.py").read_text()


def test_what_make_and_python_were_told_here_does_not_reach_the_other_side():
    given = {"PATH": "/bin", "MAKEFLAGS": "ONLY=new", "PYTHONPATH": "/work", "PIP_INDEX_URL": "file:///wheels"}

    assert clean_environment(given) == {"PATH": "/bin", "PIP_INDEX_URL": "file:///wheels"}
