"""Figures of sources of records: how long a sender waits, and how many jobs a burst becomes."""

from collections.abc import Callable, Iterator, Mapping

from tests.bench.assembly import Machine
from tests.bench.figures import Figure
from tests.bench.ingest import RECORDS, SENDERS, send_single_records

FEWEST_OF_A_JOB = 100  # records, on average


def single_records(_machine: Machine, _repeats: int) -> Iterator[Figure]:
    sent = send_single_records()
    note = f"{RECORDS:,} single records by {SENDERS} senders"
    yield Figure("p95 of one record to a source", sent.p95_milliseconds, 150, "ms", note)
    yield Figure("records of a job", RECORDS / sent.jobs, FEWEST_OF_A_JOB, "", f"{sent.jobs} jobs", at_least=True)


INGEST: Mapping[str, Callable[[Machine, int], Iterator[Figure]]] = {"single-records": single_records}
