"""What a person said of two contacts is remembered by their records."""

import pytest

from chalicelib.books.book import Book, Entry
from chalicelib.books.pair_store import PairStore, pair_text, to_pair
from chalicelib.books.pairs import Pair, Pairs, Verdict, compared, pair_of
from chalicelib.contacts.contact import Contact
from chalicelib.contacts.source import PERSON
from tests.books.world import ADA, ANNA, CREATED, UPDATED, World, outcomes
from tests.contacts.making import GOOGLE, MICROSOFT, fields, record, source_contact

MAIL = "office@example.com"
ONE, TWO = fields("Ada Lovelace", email=MAIL), fields("Ada Lovelace", email=MAIL, phone="+49 170 1234567")


def contact(contact_id: str, *records) -> Contact:
    return Contact(contact_id, 1, list(records), 1, 1)


LEFT = contact("left", record(GOOGLE, ONE, source_id="1"))
RIGHT = contact("right", record(MICROSOFT, TWO, source_id="2"))
OTHER = record("file:f", fields("Bob", email="bob@example.com"), source_id="3")


def different(at: int = 1) -> Pair:
    return pair_of(LEFT, RIGHT, Verdict.DIFFERENT, at=at, by=ANNA)


def same(at: int = 2) -> Pair:
    return pair_of(RIGHT, LEFT, Verdict.SAME, at=at, by=ANNA)


def are_different(pairs: Pairs, left: Contact, right: Contact) -> bool:
    found = pairs.are_different(compared(left), compared(right))
    assert found == pairs.are_different(compared(right), compared(left)), "in both directions"
    return found


class TestDifferent:
    def test_holds_while_both_are_as_they_were(self):
        assert are_different(Pairs([different()]), LEFT, RIGHT)
        assert not are_different(Pairs(), LEFT, RIGHT)

    def test_holds_for_other_contacts_with_the_same_records(self):
        assert are_different(Pairs([different()]), contact("new", *LEFT.records), RIGHT)

    def test_holds_after_another_contact_was_merged_into_one_of_them(self):
        assert are_different(Pairs([different()]), contact("left", *LEFT.records, OTHER), RIGHT)

    def test_holds_if_only_what_matching_does_not_compare_has_changed(self):
        noted = record(GOOGLE, {**ONE, "notes": "from work"}, source_id="1")

        assert are_different(Pairs([different()]), contact("left", noted), RIGHT)

    @pytest.mark.parametrize(
        "changed",
        [fields("Ada Byron", email=MAIL), fields("Ada Lovelace", email="ada@example.com"), TWO],
        ids=["another name", "another address", "a number besides"],
    )
    def test_ends_when_one_of_them_really_changes(self, changed):
        assert not are_different(Pairs([different()]), contact("left", record(GOOGLE, changed, source_id="1")), RIGHT)

    def test_ends_when_the_person_gives_one_of_them_a_number(self):
        edit = record(PERSON, fields(phone="+49 170 7654321"), source_id="left")

        assert not are_different(Pairs([different()]), contact("left", *LEFT.records, edit), RIGHT)

    def test_holds_while_one_of_several_records_is_gone(self):
        both = contact("left", *LEFT.records, OTHER)
        pairs = Pairs([pair_of(both, RIGHT, Verdict.DIFFERENT, at=1)])

        assert are_different(pairs, LEFT, RIGHT)

    def test_ends_when_the_person_says_that_they_are_the_same(self):
        assert not are_different(Pairs([same(at=2), different(at=1)]), LEFT, RIGHT)
        assert are_different(Pairs([same(at=2), different(at=3)]), LEFT, RIGHT)


class TestAPair:
    def test_comes_back_as_it_was_stored(self):
        pair = different()

        assert to_pair(pair_text(pair)) == pair

    def test_has_one_id_whichever_side_is_named_first(self):
        assert different().pair_id == same().pair_id


class TestABook:
    def test_knows_the_pairs(self):
        book = Book()
        for each in (LEFT, RIGHT):
            book.put(Entry.of(each))

        assert not book.is_different("left", "right")
        book.pairs.add(different())
        assert book.is_different("left", "right")
        assert not book.is_different("left", "gone")

    def test_knows_to_which_contact_a_removed_record_belongs(self):
        book = Book()
        book.put(Entry.of(LEFT))
        book.pairs.add(same())

        assert book.same_as(MICROSOFT, "2") == "left"
        assert book.same_as(MICROSOFT, "3") is None
        book.pairs.add(different(at=3))
        assert book.same_as(MICROSOFT, "2") is None


BOB = source_contact("m/1", "Bob Jones", email="ada@example.com")
TWIN = source_contact("m/1", "Ada Lovelace", email="ada@example.com")


def remember(world: World, verdict: Verdict) -> None:
    left, right = world.book()
    store = PairStore(world.table, "contacts")  # type: ignore[arg-type] # the table stands in
    world.table.transact([store.put_write(ANNA, pair_of(left, right, verdict, at=1))])


def forget(world: World, source: str) -> None:
    """Remove the contacts of a source, as disconnecting does."""
    for each in world.book():
        if each.records[0].source == source:
            world.table.transact([world.store.remove_write(ANNA, each)])


class TestImports:
    @pytest.fixture
    def world(self) -> World:
        return World()

    def test_create_a_contact_again_that_was_called_different_without_a_link(self, world):
        world.import_contacts(ADA)
        world.import_contacts(source_contact("m/1", "Bob Jones", email="ada@example.com"), source=MICROSOFT)
        remember(world, Verdict.DIFFERENT)
        forget(world, MICROSOFT)

        results = world.import_contacts(BOB, source=MICROSOFT, job="job-2")

        assert outcomes(results) == [CREATED]
        assert [each.possible_duplicates for each in world.book()] == [(), ()]

    def test_do_not_merge_what_was_called_different_although_the_names_agree(self, world):
        world.import_contacts(ADA)
        world.import_contacts(source_contact("m/1", "Ada Lovelace", email="other@example.com"), source=MICROSOFT)
        world.import_contacts(BOB, source=MICROSOFT, job="job-2")
        world.import_contacts(TWIN, source=MICROSOFT, job="job-3")
        remember(world, Verdict.DIFFERENT)
        forget(world, MICROSOFT)

        assert outcomes(world.import_contacts(TWIN, source=MICROSOFT, job="job-4")) == [CREATED]

    def test_ask_again_when_one_of_the_two_has_changed(self, world):
        world.import_contacts(ADA)
        world.import_contacts(BOB, source=MICROSOFT)
        remember(world, Verdict.DIFFERENT)
        forget(world, MICROSOFT)

        assert outcomes(world.import_contacts(TWIN, source=MICROSOFT, job="job-2")) == [UPDATED]

    def test_merge_what_was_called_the_same_although_the_names_disagree(self, world):
        world.import_contacts(ADA)
        world.import_contacts(BOB, source=MICROSOFT)
        remember(world, Verdict.SAME)
        forget(world, MICROSOFT)

        assert outcomes(world.import_contacts(BOB, source=MICROSOFT, job="job-2")) == [UPDATED]
        assert len(world.book()) == 1

    def test_do_not_link_again_what_was_called_different_when_a_source_is_read_again(self, world):
        world.import_contacts(ADA)
        world.import_contacts(BOB, source=MICROSOFT)
        _, bob = world.book()
        world.edit(Contact(bob.contact_id, bob.version, bob.records, 1, 1, ()))
        remember(world, Verdict.DIFFERENT)

        noted = source_contact("m/1", "Bob Jones", email="ada@example.com", notes="hello")
        assert outcomes(world.import_contacts(noted, source=MICROSOFT, job="job-2")) == [UPDATED]
        assert [each.possible_duplicates for each in world.book()] == [(), ()]
