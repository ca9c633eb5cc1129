"""An import's step when its time is up."""

from dataclasses import dataclass, replace
from datetime import timedelta

import pytest

from chalicelib.accounts.fingerprint_store import FingerprintStore
from chalicelib.books.chunk import Limits
from chalicelib.contacts.source_record import SourceContact
from chalicelib.foundation.errors import ProviderBroken
from chalicelib.provider_imports.copy_contacts import CopyContacts
from chalicelib.providers.provider import Page
from tests.accounts.house import House
from tests.fakes.blobs import FakeBlobs
from tests.fakes.clock import FixedClock
from tests.fakes.executor import InlineExecutor


class Slow:
    """A provider of endless pages, each of one contact, that takes its time."""

    name, title = "google", "Google"

    def __init__(self, clock: FixedClock, seconds: float) -> None:
        self._clock, self._takes = clock, timedelta(seconds=seconds)

    def first_cursor(self, sync, chosen=None):
        return {"page": 0}

    def fetch(self, access_token, cursor, *, timeout):
        self._clock.at += min(self._takes, timeout)
        if self._takes > timeout:
            raise ProviderBroken("Google did not answer in time.")
        return Page([{"id": f"p{cursor['page']}"}], (), {"page": cursor["page"] + 1})

    def id_of(self, record):
        return record["id"]

    def read(self, record):
        return SourceContact(record["id"], {"display": f"Person {record['id']}"})


@dataclass
class Now:
    """Work that is done when it is asked for."""

    work: object

    def result(self):
        return self.work()


class Later(InlineExecutor):
    start = Now


class Unkept:
    def keep_page(self, owner, name, page):
        pass


class Token:
    def token(self):
        return "token"


def copied_for(house: House, seconds_a_page: float, *, minutes: float = 1):
    started = house.come_back(house.begin_consent())
    run = house.run(started.job)
    run.until = house.clock.now() + timedelta(minutes=minutes)
    connection = house.connection_of(started.job)
    provider = Slow(house.clock, seconds_a_page)
    copy = CopyContacts(
        jobs=replace(house.jobs, executor=Later()),
        contacts=house.contacts,
        change_book=replace(house.change_book, executor=Later(), limits=Limits()),
        open_account=lambda job: (connection, provider, Token()),
        import_finished_write=house.connections.writes.finish_import,
        raw_pages=Unkept(),
        fingerprints=FingerprintStore(FakeBlobs(), b"version"),
        executor=Later(),
        clock=house.clock,
        region="US",
    )
    copy(run)
    return run


class TestTimeLimit:
    def test_a_call_cut_short_by_our_time_limit_is_not_a_failure(self, house):
        run = copied_for(house, 19)

        assert (run.job.counts.created, run.job.is_finished) == (2, False)
        assert run.out_of_time()

    def test_a_run_without_progress_is_a_failure(self, house):
        with pytest.raises(ProviderBroken):
            copied_for(house, 19, minutes=0.3)

    def test_a_timeout_with_time_left_is_a_failure(self, house):
        with pytest.raises(ProviderBroken):
            copied_for(house, 26, minutes=5)
