"""Lists of leads without an index: in the order of their ids, and shards are read ahead as far as it pays."""

from dataclasses import dataclass, field

import pytest

from chalicelib.leads.channels.lead_keys import shard
from chalicelib.leads.lead import Lead
from chalicelib.leads.managing.lead_filter import LeadFilter
from chalicelib.leads.managing.list_leads import READ_AHEAD, ListLeads
from chalicelib.leads.store.entry import Entry
from chalicelib.leads.store.lead_store import EntryChange, LeadStore
from tests.fakes.executor import InlineExecutor
from tests.leads.desk import Desk, whatsapp
from tests.leads.making import key_of, lead

EVERYTHING = LeadFilter()


def no_import(*_: object, **__: object) -> None:
    """There is no import whose results would name leads."""


@dataclass(frozen=True)
class NotingStore(LeadStore):
    """Notes which shards were read."""

    read: list[int] = field(default_factory=list)

    def page(
        self, organization: str, shard: int, after: str = "", most: int | None = None
    ) -> tuple[list[Entry], str | None]:
        self.read.append(shard)
        return super().page(organization, shard, after, most)


def place(lead: Lead) -> tuple[int, str]:
    """Where a lead is in a list of all of them."""
    return shard(lead.id), lead.id


@pytest.fixture
def store() -> NotingStore:
    """The organization acme has 300 leads."""
    desk = Desk()
    desk.resolve(*(whatsapp(f"+5511987650{number:03}") for number in range(300)))
    return NotingStore(desk.store.dynamo, "leads", InlineExecutor())


def test_pages_have_all_leads_once_in_the_order_of_their_ids(store):
    list_leads = ListLeads(store, InlineExecutor(), lambda: no_import)
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
    leads, _ = ListLeads(store, InlineExecutor(), lambda: no_import)("acme", EVERYTHING, cursor=None, limit=10)

    needed = shard(leads[-1].id)
    assert store.read == store.shards("acme")[: len(store.read)]
    assert needed in store.read
    assert len([number for number in store.read if number > needed]) <= READ_AHEAD


def test_a_list_of_all_leads_reads_each_shard_with_leads_once_and_no_other(store):
    leads, cursor = ListLeads(store, InlineExecutor(), lambda: no_import)("acme", EVERYTHING, cursor=None, limit=1_000)

    assert (len(leads), cursor) == (300, None)
    assert store.read == sorted({shard(lead.id) for lead in leads})


@pytest.mark.parametrize("organization", ["new", "emptied"])
def test_an_organization_without_leads_has_an_empty_list(store, organization):
    if organization == "emptied":
        store.insert_many(organization, [lead(1, organization=organization)])
        home = store.entry(organization, key_of(1, organization))
        store.commit(organization, [EntryChange(home, Entry(home.key))])

    assert ListLeads(store, InlineExecutor(), lambda: no_import)(organization, EVERYTHING, cursor=None, limit=10) == (
        [],
        None,
    )


def test_a_list_goes_on_from_a_shard_that_became_empty(store):
    (first,), cursor = ListLeads(store, InlineExecutor(), lambda: no_import)("acme", EVERYTHING, cursor=None, limit=1)
    home = store.entry("acme", first.id)
    store.commit("acme", [EntryChange(home, Entry(first.id))])

    leads, _ = ListLeads(store, InlineExecutor(), lambda: no_import)("acme", EVERYTHING, cursor=cursor, limit=1_000)

    assert len(leads) == 299


def test_of_leads_that_come_while_a_list_is_read_those_behind_its_cursor_are_in_it(store):
    known, cursor = ListLeads(store, InlineExecutor(), lambda: no_import)("acme", EVERYTHING, cursor=None, limit=150)
    new = [lead(number) for number in range(50)]
    store.insert_many("acme", new)

    rest, _ = ListLeads(store, InlineExecutor(), lambda: no_import)("acme", EVERYTHING, cursor=cursor, limit=1_000)

    behind = {each.id for each in new if place(each) > place(known[-1])}
    assert 0 < len(behind) < 50
    assert {each.id for each in rest} & {each.id for each in new} == behind
    assert len(rest) == 150 + len(behind)
