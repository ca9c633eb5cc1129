"""The list of all books, on the fake and on the embedded AWS alike."""

from dataclasses import replace
from typing import Any

import pytest

from chalicelib.enrichment.job_kinds import ENRICHMENT_RUN, VENDOR_OWNER, vendor_lane
from chalicelib.foundation.ids import fresh_id
from chalicelib.jobs.book_registry import BookRegistry, list_book_write, unlist_book_write
from chalicelib.jobs.job_kinds import JobKinds
from chalicelib.jobs.new_job import NewJob
from chalicelib.jobs.store import JobStore
from tests.contracts.jobs import create_job, store_on
from tests.contracts.stores import transact


@pytest.fixture
def jobs(ground: Any) -> JobStore:
    return store_on(ground.dynamo, ground)


@pytest.fixture
def books(ground: Any) -> BookRegistry:
    return BookRegistry(ground.dynamo, ground.names.jobs)


def listed(books: BookRegistry) -> list[str]:
    return sorted(books.owners())


def test_nobody_is_listed_at_first(books):
    assert listed(books) == []


def test_a_person_is_listed_once_however_many_jobs_change_their_book(jobs, books):
    for number in range(3):
        create_job(jobs, f"ada-{number}", owner="ada")
    create_job(jobs, "bob-1", owner="bob")

    assert listed(books) == ["ada", "bob"]


def test_a_job_that_changes_no_book_lists_nobody(jobs, books):
    engine = replace(jobs, kinds=JobKinds([ENRICHMENT_RUN]))
    engine.create(NewJob("run", VENDOR_OWNER, ENRICHMENT_RUN.name, {}, lane=vendor_lane("hunter")))

    assert listed(books) == []


def test_an_erasure_lists_nobody_again(jobs, books):
    jobs.create(NewJob("last", "ada", "erase-person", {}, erases=True))

    assert listed(books) == []


def test_a_person_who_was_taken_out_is_not_there_any_more(books):
    for _ in range(2):
        assert transact(books, list_book_write(books.table, "ada"))
        assert transact(books, unlist_book_write(books.table, "ada"))
        assert transact(books, unlist_book_write(books.table, "ada"))

    assert listed(books) == []


def test_every_person_is_found_whatever_they_are_called(books):
    people = sorted(["ann#1|x", "Zoë", "~", *(fresh_id() for _ in range(50))])
    for owner in people:
        assert transact(books, list_book_write(books.table, owner))

    assert listed(books) == people
