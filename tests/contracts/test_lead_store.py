"""The specification of the store of leads, for the fake DynamoDB and the embedded AWS alike."""

import random
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest

from chalicelib.foundation.dynamo import Dynamo, Item, ResponseLost
from chalicelib.leads.channels.lead_keys import shard
from chalicelib.leads.lead import MOST_CHANGES, Lead, Profile, Stamp
from chalicelib.leads.store.entry import NOBODY, Entry, Gone, Removal
from chalicelib.leads.store.lead_rows import entry_key
from chalicelib.leads.store.lead_store import EntryChange, LeadStore, Stored
from tests.bench.counting import CountingClient
from tests.contracts.stores import losing_one_response
from tests.fakes.executor import InlineExecutor
from tests.fakes.lost_responses import LosesRequests
from tests.leads.faulty import FailsOnce, Fault
from tests.leads.listed_shards import check_shards_are_listed, items_of
from tests.leads.making import IMPORT, NOON, key_of, lead, lead_identity

RICH = Profile('Zoë \ud7ff 😀 "O\'Hara"', "zoe@example.org", "+49 30 1", {"Größe": "XL'", "": "?"}, ("vip", "2026"))
DELETED, ERASED = Gone(NOON, Removal.DELETED), Gone(NOON, Removal.ERASED)


@pytest.fixture
def store(ground: Any) -> Iterator[LeadStore]:
    """At the end of each test, everything is in a shard that is listed."""
    yield LeadStore(ground.dynamo, ground.names.leads, InlineExecutor())
    check_shards_are_listed(items_of(ground.dynamo.client, ground.names.leads))


def put(store: LeadStore, *entries: Entry, organization: str = "acme") -> None:
    """Store these items, whatever is there."""
    now = store.entries(organization, [each.key for each in entries])
    assert store.commit(organization, [EntryChange(now[each.key], each) for each in entries])


def born(lead: Lead) -> Entry:
    return Entry(lead.id, lead=lead)


def found(store: LeadStore, *numbers: int, organization: str = "acme") -> dict[str, Stored]:
    return store.find_many(organization, [key_of(each, organization) for each in numbers], consistent=True)


class TestInserting:
    def test_new_leads_are_found_by_their_identities(self, store):
        leads = [lead(number, row=number, profile=RICH if number == 7 else Profile()) for number in range(60)]

        assert store.insert_many("acme", leads) == {}

        stored = store.find_many("acme", [each.id for each in leads])
        assert {key: each.lead for key, each in stored.items()} == {each.id: replace(each, rev=1) for each in leads}

    def test_the_rows_whose_place_was_taken_are_kept(self, store):
        taken = lead(1, created_by=Stamp(IMPORT, 3, (9, 12)))

        assert store.insert_many("acme", [taken]) == {}

        assert found(store, 1)[key_of(1)].lead == replace(taken, rev=1)

    def test_an_identity_that_has_a_lead_keeps_it(self, store):
        store.insert_many("acme", [lead(1)])

        refused = store.insert_many("acme", [lead(0), lead(1, row=9, profile=RICH), lead(2)])

        assert {key: each.lead for key, each in refused.items()} == {key_of(1): lead(1, rev=1)}
        assert {each.lead.profile.name for each in found(store, 0, 1, 2).values()} == {"Lead 0", "Lead 1", "Lead 2"}

    def test_of_two_in_one_call_the_first_is_stored(self, store):
        refused = store.insert_many("acme", [lead(1, row=1), lead(1, row=2)])

        assert refused == {} or refused[key_of(1)].lead.created_by == Stamp(IMPORT, 1)
        assert store.find("acme", key_of(1)).created_by == Stamp(IMPORT, 1)

    def test_an_identity_of_another_lead_is_not_taken(self, store):
        put(store, born(lead(1, 2)), Entry(key_of(2), moved_to=key_of(1)))

        refused = store.insert_many("acme", [lead(2)])

        assert refused[key_of(2)].lead.id == key_of(1)

    @pytest.mark.parametrize("gone", [DELETED, ERASED])
    def test_what_is_gone_is_not_created_again(self, store, gone):
        put(store, Entry(key_of(1), gone=gone))

        refused = store.insert_many("acme", [lead(1)])

        assert refused == {key_of(1): Stored(Entry(key_of(1), 1, gone=gone), None)}

    def test_a_repeated_insert_recognizes_its_own_lead(self, store):
        store.insert_many("acme", [lead(1)])

        assert store.insert_many("acme", [lead(1, created_at=NOON + 5), lead(2)]) == {}

    def test_a_lost_response_is_no_refusal(self, store):
        losing = losing_one_response(store, "batch_execute_statement")

        assert losing.insert_many("acme", [lead(1), lead(2)]) == {}
        assert set(found(store, 1, 2)) == {key_of(1), key_of(2)}

    def test_without_a_response_it_is_not_known_what_happened(self, store):
        silent = replace(
            store, dynamo=replace(store.dynamo, client=LosesRequests(store.dynamo.client, "batch_execute_statement"))
        )

        with pytest.raises(ResponseLost):
            silent.insert_many("acme", [lead(1)])

    def test_two_organizations_have_leads_of_their_own(self, store):
        store.insert_many("acme", [lead(1)])
        store.insert_many("other", [lead(1, organization="other", profile=RICH)])

        assert store.find("acme", key_of(1)).profile.name == "Lead 1"
        assert store.find("other", key_of(1)) is None
        assert store.find("other", key_of(1, "other")).profile == RICH
        assert found(store, 1, organization="other")[key_of(1, "other")].lead.organization == "other"


class TestReplacing:
    def stored(self, store: LeadStore, number: int = 1) -> Lead:
        store.insert_many("acme", [lead(number)])
        return store.find("acme", key_of(number))

    def test_a_lead_that_is_as_it_was_read(self, store):
        before = self.stored(store)
        after = before.changed(Stamp("import-2", 4), NOON + 9, profile=RICH)

        assert store.replace_many("acme", [after]) == {}

        again = store.find("acme", key_of(1))
        assert again == replace(after, rev=2)
        assert (again.stamp, again.change.profile, again.source) == (Stamp("import-2", 4), before.profile, IMPORT)

    def test_what_an_earlier_row_of_the_same_import_replaced_stays_known(self, store):
        before = self.stored(store)
        store.replace_many("acme", [before.changed(Stamp("import-2", 9), NOON + 9, profile=RICH)])

        later = store.find("acme", key_of(1)).changed(Stamp("import-2", 4), NOON + 10, profile=Profile("Earlier row"))
        store.replace_many("acme", [later])

        again = store.find("acme", key_of(1))
        assert (again.change.profile, again.stamp, again.change.rev) == (before.profile, Stamp("import-2", 4), 3)

    def test_what_each_of_its_last_imports_replaced_stays_known(self, store):
        self.stored(store)
        for number in range(MOST_CHANGES + 1):
            stamp, profile = Stamp(f"import-{number}", 2), Profile(f"Name {number}")
            store.replace_many("acme", [store.find("acme", key_of(1)).changed(stamp, NOON + number, profile=profile)])

        found = store.find("acme", key_of(1))

        replaced = [found.change_by(f"import-{number}") for number in range(MOST_CHANGES + 1)]
        assert replaced[0] is None
        assert [each.profile.name for each in replaced[1:]] == [f"Name {number}" for number in range(MOST_CHANGES)]

    def test_a_lead_that_was_changed_meanwhile_stays(self, store):
        before = self.stored(store)
        store.replace_many("acme", [replace(before, profile=RICH)])

        refused = store.replace_many("acme", [replace(before, profile=Profile("Late")), self.stored(store, 2)])

        assert {key: each.lead.profile for key, each in refused.items()} == {key_of(1): RICH}

    def test_a_lead_that_is_gone_stays_gone(self, store):
        before = self.stored(store)
        put(store, Entry(key_of(1), gone=DELETED))

        assert store.replace_many("acme", [before]) == {key_of(1): Stored(Entry(key_of(1), 2, gone=DELETED), None)}
        assert store.replace_many("acme", [lead(9, rev=1)]) == {key_of(9): Stored(Entry(key_of(9)), None)}

    def test_identities_stay_where_they_are(self, store):
        put(store, Entry(key_of(1), lead=lead(1, 2), moved_to=NOBODY), Entry(key_of(2), moved_to=key_of(1)))

        store.replace_many("acme", [store.find("acme", key_of(1)).changed(Stamp("i", 1), NOON, profile=RICH)])

        assert found(store, 1, 2)[key_of(1)].lead is None
        assert found(store, 1, 2)[key_of(2)].lead.profile == RICH

    def test_a_lost_response_is_no_refusal(self, store):
        before = self.stored(store)

        losing = losing_one_response(store, "batch_execute_statement")

        assert losing.replace_many("acme", [replace(before, profile=RICH)]) == {}
        assert store.find("acme", key_of(1)).rev == 2


STATES = (
    Entry(key_of(1), lead=lead(1)),
    Entry(key_of(1), lead=lead(1, 2, profile=RICH), moved_to=NOBODY),
    Entry(key_of(1), lead=lead(1), gone=DELETED),
    Entry(key_of(1), moved_to=key_of(2)),
    Entry(key_of(1), gone=DELETED),
    Entry(key_of(1), gone=ERASED),
)


class TestUpdating:
    @pytest.mark.parametrize("after", STATES)
    @pytest.mark.parametrize("before", STATES)
    def test_makes_of_an_item_what_a_transaction_would(self, store, before, after):
        put(store, before)
        put(store, before, organization="other")

        for organization in ("acme", "other"):
            change = EntryChange(store.entries(organization, [key_of(1)])[key_of(1)], after)
            if organization == "acme":
                assert store.update_many("acme", [change]) == set()
            else:
                assert store.commit("other", [change])

        assert content_of(item_of(store, 1)) == content_of(item_of(store, 1, "other"))

    def test_refuses_an_item_that_is_no_longer_as_it_was_read_and_only_that(self, store):
        store.insert_many("acme", [lead(1), lead(2)])
        read = store.entries("acme", [key_of(1), key_of(2), key_of(3)])
        put(store, Entry(key_of(1), gone=ERASED))

        refused = store.update_many("acme", [EntryChange(each, Entry(key, gone=DELETED)) for key, each in read.items()])

        assert refused == {key_of(1), key_of(3)}
        left = store.entries("acme", [key_of(1), key_of(2), key_of(3)])
        assert [each.gone for each in left.values()] == [ERASED, DELETED, None]

    def test_refuses_what_an_earlier_try_has_done_without_a_response(self, store):
        store.insert_many("acme", [lead(1)])
        change = EntryChange(store.entry("acme", key_of(1)), Entry(key_of(1), gone=DELETED))

        assert losing_one_response(store, "batch_execute_statement").update_many("acme", [change]) == {key_of(1)}
        assert store.entry("acme", key_of(1)) == Entry(key_of(1), 2, gone=DELETED)


class TestFinding:
    def test_an_identity_leads_to_its_lead_wherever_that_was_created(self, store):
        put(store, born(lead(1, 2, 3)), *[Entry(key_of(each), moved_to=key_of(1)) for each in (2, 3)])

        assert {each.lead.id for each in found(store, 2, 3).values()} == {key_of(1)}

    def test_a_lead_whose_first_identity_belongs_to_another_is_found_by_its_id(self, store):
        put(store, Entry(key_of(1), lead=lead(1), moved_to=key_of(2)), born(lead(2)))

        assert found(store, 1)[key_of(1)].lead.id == key_of(2)
        assert store.find("acme", key_of(1)).id == key_of(1)

    def test_more_identities_than_one_request_asks_for(self, store):
        store.insert_many("acme", [lead(number) for number in range(230)])

        assert len(store.find_many("acme", [key_of(number) for number in (*range(230), *range(40))])) == 230

    def test_unknown_identities_are_left_out(self, store):
        assert found(store, 1) == {}
        assert store.find("acme", key_of(1)) is None
        assert store.entries("acme", [key_of(1)]) == {key_of(1): Entry(key_of(1))}


class TestCommitting:
    def test_all_items_or_none(self, store):
        store.insert_many("acme", [lead(2)])
        two = lead(1, 2)

        taken = [
            EntryChange(Entry(two.id), born(two)),
            EntryChange(Entry(key_of(2)), Entry(key_of(2), moved_to=two.id)),
        ]

        assert not store.commit("acme", taken)
        assert store.find("acme", key_of(1)) is None

    def test_only_if_each_item_is_as_it_was_read(self, store):
        store.insert_many("acme", [lead(1)])
        read = store.entry("acme", key_of(1))

        assert store.commit("acme", [EntryChange(read, Entry(key_of(1), moved_to=NOBODY))])
        assert not store.commit("acme", [EntryChange(read, read)])
        assert store.entry("acme", key_of(1)) == Entry(key_of(1), 2, moved_to=NOBODY)

    def test_an_item_without_content_is_deleted(self, store):
        put(store, Entry(key_of(1), gone=DELETED))

        put(store, Entry(key_of(1)))

        assert store.entry("acme", key_of(1)) is None
        assert store.insert_many("acme", [lead(1)]) == {}

    def test_a_lost_response_is_no_refusal(self, store):
        losing = losing_one_response(store, "transact_write_items")

        assert losing.commit("acme", [EntryChange(Entry(key_of(1)), born(lead(1)))])

    def test_only_what_was_deleted_expires(self, store):
        put(store, Entry(key_of(1), gone=DELETED), Entry(key_of(2), gone=ERASED))
        put(store, Entry(key_of(3), lead=lead(3), gone=DELETED))

        expiry = [item_of(store, number).get("ttl") for number in (1, 2, 3)]

        assert expiry == [{"N": str(NOON // 1000 + 30 * 24 * 3600)}, None, None]


def item_of(store: LeadStore, number: int, organization: str = "acme") -> Item:
    item = store.dynamo.get(store.table, entry_key(organization, key_of(number)))
    assert item is not None
    return item


def content_of(item: Item) -> Item:
    """The item without its key."""
    return {name: value for name, value in item.items() if name not in ("pk", "sk")}


class TestReadingAll:
    def test_every_item_comes_once_by_shard_and_in_order(self, store):
        numbers = range(100)
        store.insert_many("acme", [lead(number) for number in numbers])
        store.insert_many("other", [lead(1, organization="other")])

        keys = [(number, entry.key) for number, entries in store.all("acme") for entry in entries]

        assert sorted(key for _, key in keys) == sorted(map(key_of, numbers))
        assert keys == sorted(keys)

    def test_a_shard_continues_behind_a_key(self, store):
        store.insert_many("acme", [lead(number) for number in range(3000)])
        number = shard(key_of(1))
        entries, end = store.page("acme", number)

        assert store.page("acme", number, entries[0].key) == (entries[1:], None)
        assert store.page("acme", number, most=1) == (entries[:1], entries[0].key)
        assert end is None
        assert [each for each, _ in store.all("acme", first=1020)] == store.shards("acme", first=1020)
        assert 1 <= len(store.shards("acme", first=1020)) <= 4


class TestShards:
    """Which shards have items, so that nobody reads the others."""

    def shards_of(self, *numbers: int) -> list[int]:
        return sorted({shard(key_of(each)) for each in numbers})

    def test_those_of_all_items_and_of_no_other_organization(self, store):
        store.insert_many("acme", [lead(1), lead(2)])
        put(store, born(lead(3, 4)), Entry(key_of(4), moved_to=key_of(3)), Entry(key_of(5), gone=ERASED))
        store.insert_many("other", [lead(6, organization="other")])

        assert store.shards("acme") == self.shards_of(1, 2, 3, 4, 5)
        assert store.shards("other") == [shard(key_of(6, "other"))]
        assert store.shards("nobody") == []

    def test_what_several_processes_store_at_a_time(self, store):
        processes = [replace(store) for _ in range(4)]
        for round_ in range(3):
            for index, process in enumerate(processes):
                process.insert_many("acme", [lead(round_ * 40 + index * 10 + each) for each in range(10)])

        assert store.shards("acme") == self.shards_of(*range(120))

    def test_one_whose_items_are_gone_stays(self, store):
        put(store, born(lead(1)))
        put(store, Entry(key_of(1)))

        assert store.shards("acme") == self.shards_of(1)

    def test_they_are_listed_before_anything_is_stored(self, store):
        dynamo = replace(store.dynamo, client=LosesRequests(store.dynamo.client, "update_item"))
        silent = replace(store, dynamo=dynamo)
        change = EntryChange(Entry(key_of(2)), born(lead(2)))

        for write in (silent.commit, silent.writes):
            with pytest.raises(ResponseLost):
                write("acme", [change])
        with pytest.raises(ResponseLost):
            silent.insert_many("acme", [lead(1)])

        assert [store.entry("acme", key_of(each)) for each in (1, 2)] == [None, None]
        assert store.shards("acme") == []

    def test_a_lost_response_is_no_failure(self, store):
        losing = losing_one_response(store, "update_item")

        assert losing.insert_many("acme", [lead(1)]) == {}
        assert store.shards("acme") == self.shards_of(1)

    @pytest.mark.parametrize("fault", [Fault.LOST_REQUEST, Fault.THROTTLED])
    @pytest.mark.parametrize("number", [1, 2])  # the read of what is listed, and the write
    def test_one_fault_is_no_failure(self, store, number, fault):
        failing = replace(store, dynamo=replace(store.dynamo, client=FailsOnce(store.dynamo.client, number, fault)))

        assert failing.insert_many("acme", [lead(1)]) == {}
        assert store.shards("acme") == self.shards_of(1)

    def test_a_process_writes_only_what_is_new_to_it(self, store):
        counted = CountingClient(store.dynamo.client)
        counting = replace(store, dynamo=replace(store.dynamo, client=counted))
        store.insert_many("acme", [lead(1), lead(2)])

        counting.insert_many("acme", [lead(2, row=7)])
        assert (counted.requests["get_item"], counted.requests["update_item"]) == (1, 0)

        for _ in range(2):
            counting.insert_many("acme", [lead(number) for number in range(40)])
        counting.commit("acme", [EntryChange(store.entry("acme", key_of(1)), Entry(key_of(1), gone=DELETED))])
        assert (counted.requests["get_item"], counted.requests["update_item"]) == (1, 1)


class TestItems:
    def test_a_common_lead_is_well_below_one_write_unit(self, store):
        profile = Profile("Maria Aparecida dos Santos", "maria.santos@example.com", "+5511987654321", tags=("expo",))
        store.insert_many("acme", [lead(1, profile=profile)])

        item = item_of(store, 1)

        assert sum(len(name) + len(next(iter(value.values())).encode()) for name, value in item.items()) < 400

    def test_an_identity_keeps_how_it_was_given(self, store):
        given = lead_identity(2, raw="00 49 (0) 170 0000002")
        put(store, born(replace(lead(1), identities=(*lead(1).identities, given))))

        assert store.find("acme", key_of(1)).identities == (lead_identity(1), given)


@pytest.mark.ministack
class TestAtTheSameTime:
    def test_sixteen_that_create_the_same_lead_get_one(self, dynamodb, fresh_tables, clock):
        barrier = threading.Barrier(16)
        store = LeadStore(Dynamo(dynamodb, clock, random.Random(1)), fresh_tables.leads, InlineExecutor())

        def insert(row: int) -> Stamp:
            own = lead(1, row=row)
            barrier.wait()
            refused = store.insert_many("acme", [own])
            return refused[own.id].lead.created_by if refused else own.created_by

        with ThreadPoolExecutor(16) as pool:
            stamps = set(pool.map(insert, range(16)))

        assert stamps == {store.find("acme", key_of(1)).created_by}
