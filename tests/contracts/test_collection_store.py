"""The specification of the store of collections, for the fake DynamoDB and the embedded AWS alike."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest

from chalicelib.collections.collection import FORBIDDEN, MOST_COLLECTIONS, MOST_MEMBERS, MOST_PEOPLE, Role
from chalicelib.collections.collection_store import CollectionStore
from chalicelib.foundation.errors import Conflict, NotAllowed, NotFound
from chalicelib.foundation.ids import fresh_id
from tests.collections.making import join
from tests.contracts.stores import transact


@pytest.fixture
def store(ground: Any) -> CollectionStore:
    return CollectionStore(ground.dynamo, ground.names.people, ground.clock)


@pytest.fixture
def friends(store: CollectionStore) -> str:
    """A collection of Ann's that Eddy may edit and Vera look at."""
    made = store.add("ann", "Friends").collection_id
    join(store, "ann", made, "eddy", Role.EDITOR)
    join(store, "ann", made, "vera", Role.VIEWER)
    return made


def ids(store: CollectionStore, collection_id: str) -> list[str]:
    return [member.contact_id for member in store.members(collection_id)]


def everything(store: CollectionStore, collection_id: str, *people: str) -> list[Any]:
    """What is stored of a collection, the links of these people among it."""
    pks = [f"collection#{collection_id}", *(f"person#{person}" for person in people)]
    values = [{":pk": {"S": pk}} for pk in pks]
    query = {"TableName": store.table, "KeyConditionExpression": "pk = :pk", "ConsistentRead": True}
    return [item for each in values for item in store.dynamo.query(**query, ExpressionAttributeValues=each)]


class TestRoles:
    def test_everybody_has_the_role_they_were_given_and_strangers_none(self, store, friends):
        people = ("ann", "eddy", "vera", "sue")

        assert [store.role_of(person, friends) for person in people] == [Role.OWNER, Role.EDITOR, Role.VIEWER, None]
        assert [store.may_edit(person, friends) for person in people] == [True, True, False, False]

    def test_a_role_is_replaced_by_another(self, store, friends):
        store.share("ann", friends, "eddy", Role.VIEWER)
        store.share("ann", friends, "vera", Role.EDITOR)

        assert [store.role_of(person, friends) for person in ("eddy", "vera")] == [Role.VIEWER, Role.EDITOR]

    @pytest.mark.parametrize("ask", ["for_reader", "for_editor", "for_owner"])
    def test_for_a_stranger_it_does_not_exist(self, store, friends, ask):
        with pytest.raises(NotFound) as foreign:
            getattr(store, ask)("sue", friends)
        with pytest.raises(NotFound) as missing:
            getattr(store, ask)("sue", fresh_id())

        assert foreign.value.detail == missing.value.detail

    @pytest.mark.parametrize(("ask", "who"), [("for_editor", "vera"), ("for_owner", "vera"), ("for_owner", "eddy")])
    def test_a_viewer_is_forbidden_to_do_it(self, store, friends, ask, who):
        with pytest.raises(NotAllowed) as refused:
            getattr(store, ask)(who, friends)

        assert refused.value.detail == FORBIDDEN

    def test_only_the_owner_renames_shares_and_deletes(self, store, friends):
        for attempt in (
            lambda: store.rename("eddy", friends, "Mine"),
            lambda: store.share("eddy", friends, "sue", Role.EDITOR),
            lambda: store.unshare("eddy", friends, "vera"),
            lambda: store.delete("eddy", friends),
        ):
            with pytest.raises(NotAllowed):
                attempt()

        assert store.find(friends).name == "Friends"
        assert store.find(friends).people == {"ann", "eddy", "vera"}

    def test_members_other_than_the_owner_may_leave(self, store, friends):
        store.unshare("vera", friends, "vera")

        assert store.role_of("vera", friends) is None
        with pytest.raises(Conflict):
            store.unshare("ann", friends, "ann")

    def test_it_is_shared_neither_with_its_owner_nor_with_too_many_people(self, store, friends):
        with pytest.raises(Conflict):
            store.share("ann", friends, "ann", Role.VIEWER)
        seen = store.find(friends)
        crowd = frozenset(f"p{number}" for number in range(MOST_PEOPLE - 2)) | {"vera"}
        assert transact(store, store.writes.put_changed(replace(seen, viewers=crowd)))

        with pytest.raises(Conflict, match="100 people"):
            store.share("ann", friends, "sue", Role.VIEWER)
        store.share("ann", friends, "vera", Role.EDITOR)


class TestList:
    def test_has_own_and_shared_collections_by_name(self, store, friends):
        store.add("eddy", "colleagues")
        store.add("eddy", "Zoo")
        store.add("sue", "not his")

        assert [each.name for each in store.of_person("eddy")] == ["colleagues", "Friends", "Zoo"]
        assert [each.name for each in store.of_person("vera")] == ["Friends"]

    def test_has_no_collection_that_one_left_and_again_one_that_is_shared_again(self, store, friends):
        store.add_members("eddy", friends, ["c1"])
        store.unshare("ann", friends, "eddy")
        assert store.of_person("eddy") == []

        join(store, "ann", friends, "eddy", Role.VIEWER)
        assert [each.collection_id for each in store.of_person("eddy")] == [friends]

    def test_is_as_long_as_one_person_can_be_in(self, store, friends):
        for number in range(MOST_COLLECTIONS - 1):
            store.add("sue", f"Number {number}")
        join(store, "ann", friends, "sue", Role.VIEWER)

        with pytest.raises(Conflict, match="You are in 200 collections"):
            store.add("sue", "One more")
        store.share("ann", friends, "sue", Role.EDITOR)

    def test_does_not_grow_by_those_that_one_left(self, store, friends):
        for number in range(MOST_COLLECTIONS - 1):
            store.add("eddy", f"Number {number}")
        store.add_members("eddy", friends, ["e1"])
        store.unshare("eddy", friends, "eddy")
        store.add("eddy", "One more")

        assert len(store.of_person("eddy")) == MOST_COLLECTIONS

    def test_finishes_a_deletion_that_was_cut_short(self, store, friends):
        store.add_members("eddy", friends, ["c1"])
        transact(store, store.writes.delete(store.find(friends)))
        assert everything(store, friends)

        assert [store.of_person(person) for person in ("ann", "eddy", "vera")] == [[], [], []]
        assert everything(store, friends, "ann", "eddy", "vera") == []


class TestMembers:
    def test_are_listed_once_in_the_order_they_were_added(self, store, friends, clock):
        assert store.add_members("eddy", friends, ["e1", "e2"]) == 2
        clock.sleep(1)
        assert store.add_members("ann", friends, ["a1"]) == 1
        assert store.add_members("eddy", friends, ["e1"]) == 0
        transact(store, store.members_write(friends, "eddy", ["e2", "e2"]))

        assert ids(store, friends) == ["e1", "e2", "a1"]
        assert {member.contact_id: member.adder for member in store.members(friends)}["a1"] == "ann"

    def test_may_be_added_only_by_owner_and_editor(self, store, friends):
        with pytest.raises(NotAllowed):
            store.add_members("vera", friends, ["v1"])
        with pytest.raises(NotFound):
            store.add_members("sue", friends, ["s1"])

        assert ids(store, friends) == []

    def test_are_written_with_the_transaction_of_the_caller_or_not_at_all(self, store, friends):
        both = [store.edit_check("eddy", friends), store.members_write(friends, "eddy", ["e1"])]
        assert transact(store, *both)

        store.unshare("ann", friends, "eddy")
        assert not transact(store, store.edit_check("eddy", friends), store.members_write(friends, "eddy", ["e2"]))
        assert ids(store, friends) == ["e1"]

    def test_do_not_land_for_a_viewer_or_in_a_collection_that_is_gone(self, store, friends):
        assert not transact(store, store.edit_check("vera", friends), store.members_write(friends, "vera", ["v1"]))

        store.delete("ann", friends)
        assert not transact(store, store.edit_check("ann", friends), store.members_write(friends, "ann", ["a1"]))
        assert everything(store, friends) == []

    def test_are_removed_by_any_editor_and_removing_again_changes_nothing(self, store, friends):
        store.add_members("ann", friends, ["a1", "a2"])
        transact(store, store.members_write(friends, "ann", ["a1"]))

        assert store.remove_member("eddy", friends, "a1")
        assert not store.remove_member("eddy", friends, "a1")
        with pytest.raises(NotAllowed):
            store.remove_member("vera", friends, "a2")
        assert ids(store, friends) == ["a2"]

    def test_are_taken_out_of_every_block_they_are_in(self, store, friends):
        for _ in range(120):
            transact(store, store.members_write(friends, "ann", ["a1", "a2"]))

        assert store.remove_member("ann", friends, "a1")
        assert ids(store, friends) == ["a2"]
        assert store.member_ids(friends) == {"a2"}

    def test_leave_no_empty_block_behind(self, store, friends):
        before = everything(store, friends)
        store.add_members("ann", friends, ["a1"])
        store.remove_member("ann", friends, "a1")

        assert everything(store, friends) == before

    def test_that_are_gone_from_their_book_are_dropped_and_no_other(self, store, friends):
        store.add_members("ann", friends, ["a1", "a2"])
        store.add_members("eddy", friends, ["e1"])
        seen = store.members(friends)

        store.drop(friends, [member for member in seen if member.contact_id in ("a1", "e1")])
        store.drop(friends, seen[:1])
        assert ids(store, friends) == ["a2"]

    def test_that_were_deleted_leave_every_collection_and_those_of_others_stay(self, store, friends):
        second = store.add("ann", "Second").collection_id
        for collection_id in (friends, second):
            store.add_members("ann", collection_id, ["a1", "a2"])
        store.add_members("eddy", friends, ["e1"])

        store.forget_contacts("ann", ["a1", "e1"])
        store.forget_contacts("ann", ["a1"])
        assert (sorted(ids(store, friends)), ids(store, second)) == (["a2", "e1"], ["a2"])

    def test_stay_when_their_adder_leaves_and_go_from_there_when_they_are_deleted(self, store, friends):
        store.add_members("eddy", friends, ["e1", "e2"])
        store.unshare("ann", friends, "eddy")
        assert ids(store, friends) == ["e1", "e2"]

        store.forget_contacts("eddy", ["e1"])
        assert ids(store, friends) == ["e2"]

    def test_are_as_many_as_a_collection_holds(self, store, friends):
        for start in range(0, MOST_MEMBERS, 2_000):
            transact(store, store.members_write(friends, "ann", [f"a{start + each:05d}" for each in range(2_000)]))

        with pytest.raises(Conflict, match="at most 10000 contacts"):
            store.add_members("ann", friends, ["b1"])
        assert store.add_members("ann", friends, ["a00000"]) == 0
        with pytest.raises(Conflict):
            store.check_room(friends, 1)
        store.check_room(friends, 0)

    def test_are_seen_by_everybody_in_it_in_the_role_that_may_most(self, store, friends):
        store.add_members("ann", friends, ["a1", "a2"])
        other = store.add("ann", "Other").collection_id
        store.add_members("ann", other, ["a2"])
        join(store, "ann", other, "vera", Role.EDITOR)

        assert store.roles_by_contact("vera", ["a1", "a2", "a3"]) == {"a1": Role.VIEWER, "a2": Role.EDITOR}
        assert store.roles_by_contact("sue", ["a1"]) == {}


class TestTwoAtOnce:
    def at_once(self, *works: Any) -> list[Any]:
        def outcome(work: Any) -> Any:
            try:
                return work()
            except (Conflict, NotFound, NotAllowed) as error:
                return type(error)

        with ThreadPoolExecutor(len(works)) as pool:
            return list(pool.map(outcome, works))

    def test_both_shares_stand(self, store, friends):
        self.at_once(*(lambda who=who: join(store, "ann", friends, who, Role.EDITOR) for who in "pqr"))

        assert store.find(friends).editors >= {"p", "q", "r"}
        assert all(store.of_person(who) for who in "pqr")

    def test_the_contacts_of_all_who_add_are_members(self, store, friends):
        works = [
            lambda n=n: store.add_members("ann" if n % 2 else "eddy", friends, [f"c{n}", "both"]) for n in range(6)
        ]
        self.at_once(*works)

        assert sorted(ids(store, friends)) == ["both", *(f"c{n}" for n in range(6))]

    def test_adding_and_taking_out_the_last_of_a_block_do_not_stand_in_each_others_way(self, store, friends):
        for _ in range(5):
            store.add_members("ann", friends, ["a1"])
            results = self.at_once(
                lambda: store.remove_member("eddy", friends, "a1"), lambda: store.add_members("ann", friends, ["a2"])
            )
            assert results == [True, 1]
            assert ids(store, friends) == ["a2"]
            store.remove_member("ann", friends, "a2")

    def test_nothing_is_added_to_a_collection_that_is_deleted_meanwhile(self, store, friends):
        self.at_once(
            lambda: store.delete("ann", friends),
            *(lambda n=n: store.add_members("eddy", friends, [f"c{n}"]) for n in range(4)),
        )

        assert everything(store, friends, "ann", "eddy", "vera") == []

    def test_a_share_beside_a_deletion_leaves_nothing_that_its_person_would_see(self, store, friends):
        self.at_once(lambda: store.share("ann", friends, "sue", Role.EDITOR), lambda: store.delete("ann", friends))

        assert store.of_person("sue") == []
        assert everything(store, friends, "sue") == []


class TestDeleting:
    def test_it_is_gone_for_everybody_with_all_that_was_kept_of_it(self, store, friends):
        store.add_members("eddy", friends, ["e1"])
        store.unshare("ann", friends, "eddy")
        store.delete("ann", friends)

        assert everything(store, friends, "ann", "eddy", "vera") == []
        with pytest.raises(NotFound):
            store.delete("ann", friends)


class TestErasing:
    def test_erasing_an_owner_deletes_their_collections(self, store, friends):
        store.add_members("eddy", friends, ["e1"])
        store.erase("ann")
        store.erase("ann")

        assert everything(store, friends, "ann", "eddy", "vera") == []

    def test_finishes_a_deletion_that_was_cut_short(self, store, friends):
        store.add_members("eddy", friends, ["e1"])
        transact(store, store.writes.delete(store.find(friends)))
        store.erase("ann")

        assert everything(store, friends, "ann", "eddy") == []

    @pytest.mark.parametrize("left", [False, True], ids=["still an editor", "no longer in it"])
    def test_an_adder_takes_their_share_and_what_they_added(self, store, friends, left):
        store.add_members("eddy", friends, ["e1"])
        store.add_members("ann", friends, ["a1"])
        if left:
            store.unshare("ann", friends, "eddy")
        store.erase("eddy")
        store.erase("eddy")

        assert ids(store, friends) == ["a1"]
        assert store.find(friends).people == {"ann", "vera"}
        assert everything(store, friends, "eddy") == everything(store, friends)
        assert not any("eddy" in str(item) for item in everything(store, friends))

    def test_people_with_the_same_prefix_are_not_affected(self, store, friends):
        join(store, "ann", friends, "eddy#2", Role.EDITOR)
        store.add_members("eddy#2", friends, ["e2"])
        store.erase("eddy")

        assert ids(store, friends) == ["e2"]
        assert store.of_person("eddy#2")
