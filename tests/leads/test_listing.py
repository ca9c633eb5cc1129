"""Lists of leads without an index: in the order of their ids, and shards are read ahead as far as it pays."""

from dataclasses import dataclass, field

import pytest

from chalicelib.leads.channels.lead_keys import SHARDS, shard
from chalicelib.leads.managing.list_leads import READ_AHEAD, LeadFilter, ListLeads
from chalicelib.leads.store.entry import Entry
from chalicelib.leads.store.lead_store import LeadStore
from tests.fakes.executor import InlineExecutor
from tests.leads.desk import Desk, whatsapp

EVERYTHING = LeadFilter()


@dataclass(frozen=True)
class NotingStore(LeadStore):
    """Notes which shards were read."""

    read: list[int] = field(default_factory=list)

    def page(
        self, organization: str, shard: int, after: str = "", most: int | None = None
    ) -> tuple[list[Entry], str | None]:
        self.read.append(shard)
        return super().page(organization, shard, after, most)


@pytest.fixture
def store() -> NotingStore:
    """The organization acme has 300 leads."""
    desk = Desk()
    desk.resolve(*(whatsapp(f"+5511987650{number:03}") for number in range(300)))
    return NotingStore(desk.store.dynamo, "leads", InlineExecutor())


def test_pages_have_all_leads_once_in_the_order_of_their_ids(store):
    list_leads = ListLeads(store, InlineExecutor())
    ids: list[str] = []
    cursor: str | None = None
    while True:
        leads, cursor = list_leads("acme", EVERYTHING, cursor=cursor, limit=40)
        ids += [lead.id for lead in leads]
        if cursor is None:
            break
        assert len(leads) == 40

    assert len(ids) == 300
    assert ids == sorted(set(ids), key=lambda each: (shard(each), each))


def test_a_page_reads_few_more_shards_than_it_needs(store):
    leads, _ = ListLeads(store, InlineExecutor())("acme", EVERYTHING, cursor=None, limit=10)

    needed = shard(leads[-1].id) + 1
    assert store.read == list(range(len(store.read)))
    assert needed <= len(store.read) <= needed + READ_AHEAD


def test_a_list_of_all_leads_reads_each_shard_once(store):
    leads, cursor = ListLeads(store, InlineExecutor())("acme", EVERYTHING, cursor=None, limit=1_000)

    assert (len(leads), cursor) == (300, None)
    assert store.read == list(range(SHARDS))
