"""Lists of leads that few leads of an organization are in: a page takes a limited number of requests."""

import itertools
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

import pytest

from chalicelib.foundation.errors import InvalidInput
from chalicelib.leads.importing.profiles import OnExisting
from chalicelib.leads.importing.result_blobs import folder_of
from chalicelib.leads.lead import Lead, Profile
from chalicelib.leads.managing.lead_filter import LeadFilter
from chalicelib.leads.managing.list_imported import MOST_BLOBS, ListImported
from chalicelib.leads.managing.list_leads import MOST_REQUESTS, READ_AHEAD, ListLeads, share_looked_through
from tests.fakes.executor import InlineExecutor
from tests.leads.importing.import_desk import ImportDesk, csv_of, with_limits
from tests.leads.importing.test_importing import HEADERS, row
from tests.leads.making import lead

VIP = Profile("Rare", tags=("vip",))


@pytest.fixture
def desk() -> ImportDesk:
    """With 600 leads, of which nobody asks for most."""
    desk = with_limits(lanes=3)
    desk.leads.insert_many("acme", [lead(number) for number in range(10_000, 10_600)])
    return desk


def lists(desk: ImportDesk) -> ListLeads:
    return ListLeads(desk.leads, InlineExecutor(), lambda: ListImported(lambda: desk.parts))


def pages(desk: ImportDesk, wanted: LeadFilter, *, limit: int = 10) -> Iterator[list[Lead]]:
    """All pages of a list."""
    cursor: str | None = None
    for _ in range(1_000):
        leads, cursor = lists(desk)("acme", wanted, cursor=cursor, limit=limit)
        yield leads
        if cursor is None:
            return
    raise AssertionError("the list has no end")


def ids(found: Iterator[list[Lead]]) -> list[str]:
    return [each.id for each in itertools.chain.from_iterable(found)]


class TestByTag:
    def test_every_lead_comes_once_in_pages_of_which_some_are_short(self, desk):
        rare = [lead(number, profile=VIP) for number in range(3)]
        others = [lead(3, profile=Profile('say "vip"')), lead(4, profile=Profile(tags=("vipx", "VIP")))]
        desk.leads.insert_many("acme", [*rare, *others])

        found = list(pages(desk, LeadFilter(tag="vip"), limit=2))

        assert sorted(lead.id for page in found for lead in page) == sorted(each.id for each in rare)
        assert len(found) > 2

    def test_a_page_takes_a_limited_number_of_requests_however_many_leads_there_are(self, desk):
        before = Counter(desk.client.calls)

        leads, cursor = lists(desk)("acme", LeadFilter(tag="vip"), cursor=None, limit=10)

        requests = (Counter(desk.client.calls) - before)["query"]
        assert leads == []
        assert cursor is not None
        assert requests <= MOST_REQUESTS + 10 + READ_AHEAD
        assert 0.2 < share_looked_through(cursor) < 0.8

    def test_a_page_looks_through_a_limited_number_of_leads_of_a_large_shard(self, desk):
        leads, cursor = replace(lists(desk), most_looked_at=50)("acme", LeadFilter(tag="vip"), cursor=None, limit=10)

        assert leads == []
        assert share_looked_through(cursor) < 0.2
        assert ids(pages(desk, LeadFilter(tag="vip"))) == []


class TestByImport:
    def test_only_leads_of_the_import_are_read_in_the_order_of_its_rows(self, desk):
        job = desk.imported(csv_of(HEADERS, [row(number, f"Name {number}") for number in range(40)]))
        before = Counter(desk.client.calls)

        leads, cursor = lists(desk)("acme", LeadFilter(source=job.job_id), cursor=None, limit=10)

        calls = Counter(desk.client.calls) - before
        assert [each.profile.name for each in leads] == [f"Name {number}" for number in range(10)]
        assert cursor is not None
        assert calls["batch_get_item"] + calls["get_item"] + calls["query"] <= 8

    @pytest.mark.parametrize("limit", [1, 7, 200])
    def test_pages_have_what_a_look_at_all_leads_finds(self, desk, limit):
        desk.imported(csv_of(HEADERS, [row(number, "") for number in range(20)]))
        rows = [row(number * 7 % 50, "Ann", "a@x.example" if number % 3 else "") for number in range(120)]
        job = desk.imported(csv_of(HEADERS, rows))
        later = desk.imported(csv_of(HEADERS, [row(3, "Bob")]), on_existing=OnExisting.OVERWRITE)
        desk.change.delete("acme", next(pages(desk, LeadFilter(source=job.job_id)))[0].id)

        for source in (job.job_id, later.job_id):
            expected = [each.id for each in desk.all_leads() if source in (each.source, each.stamp.source)]
            found = ids(pages(desk, LeadFilter(source=source), limit=limit))
            assert sorted(found) == sorted(expected)

    def test_a_tag_narrows_it(self, desk):
        job = desk.imported(csv_of((*HEADERS, "Tags"), [(*row(1, "Ann"), "vip"), (*row(2, "Bob"), "")]))

        assert [each.profile.name for each in next(pages(desk, LeadFilter("vip", job.job_id)))] == ["Ann"]

    def test_chunks_that_changed_nothing_are_not_read(self, desk):
        content = csv_of(HEADERS, [row(number, "Ann") for number in range(200)])
        desk.imported(content)
        job = desk.imported(content + csv_of(HEADERS, [row(500, "New")]).partition("\n")[2])

        (leads,) = pages(desk, LeadFilter(source=job.job_id))

        assert [each.profile.name for each in leads] == ["New"]

    def test_a_page_reads_a_limited_number_of_results(self, desk):
        job = desk.imported(csv_of(HEADERS, [row(number, "Ann") for number in range(200)]))
        for each in desk.all_leads():
            if each.source == job.job_id:
                desk.change.delete("acme", each.id)

        found = list(pages(desk, LeadFilter(source=job.job_id)))

        blobs = [key for key in desk.blobs.kept if key.startswith(f"{folder_of('acme', job.job_id)}rows/")]
        assert len(found) == -(-len(blobs) // MOST_BLOBS)
        assert ids(iter(found)) == []


class TestByImportWithoutResults:
    def expired(self, desk: ImportDesk) -> str:
        job = desk.imported(csv_of(HEADERS, [row(number, "Ann") for number in range(20)]))
        desk.blobs.delete_prefix(folder_of("acme", job.job_id))
        return job.job_id

    def test_all_leads_are_looked_through(self, desk):
        assert len(ids(pages(desk, LeadFilter(source=self.expired(desk))))) == 20

    def test_a_list_that_was_begun_before_is_to_be_begun_again(self, desk):
        job = desk.imported(csv_of(HEADERS, [row(number, "Ann") for number in range(20)]))
        _, cursor = lists(desk)("acme", LeadFilter(source=job.job_id), cursor=None, limit=10)
        desk.blobs.delete_prefix(folder_of("acme", job.job_id))

        with pytest.raises(InvalidInput):
            lists(desk)("acme", LeadFilter(source=job.job_id), cursor=cursor, limit=10)

    def test_another_organization_has_no_leads_of_it(self, desk):
        job = desk.imported(csv_of(HEADERS, [row(1, "Ann")]))

        assert lists(desk)("other", LeadFilter(source=job.job_id), cursor=None, limit=10) == ([], None)
