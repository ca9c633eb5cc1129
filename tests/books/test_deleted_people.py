"""A person who was deleted is recognized from every source, by an identity and a name that agree as for merging."""

import itertools

import pytest

from chalicelib.books.chunk import Limits
from chalicelib.books.deletions import DeletedPerson, DeletionKey
from chalicelib.contacts.decision import CreateNew
from chalicelib.contacts.name_cards import Kind, card_of, card_text
from chalicelib.contacts.on_existing import OnExisting
from chalicelib.contacts.source_record import SourceContact
from tests.books.world import ADA, CREATED, SKIPPED, UPDATED, World
from tests.contacts.making import GOOGLE, MICROSOFT, source_contact
from tests.contacts.pairs import AT_AN_EMAIL, ONE, PAIRS, Pair

KEY = DeletionKey(bytes(range(32)))
LANDLINE, MAILBOX = {"phones": [{"raw": "+44 1632 960123"}]}, {"emails": [{"value": "reached@mail.example"}]}
DELETED, TAKEN = [(SKIPPED, "deleted_by_person")], [(CREATED, None)]


def after_deleting(*deleted: SourceContact, among: tuple[SourceContact, ...] = ()) -> World:
    """A book from which the person deleted these contacts and not those `among` which they were."""
    world = World()
    ids = {result.contact_id for each in deleted for result in world.import_contacts(each)}
    for number, each in enumerate(among):
        world.import_contacts(each, source=f"microsoft:{number}", job=f"job-{number}")
    for contact in [each for each in world.book() if each.contact_id in ids]:
        world.delete(contact, KEY)
    return world


def comes(world: World, *incoming: SourceContact, **more):
    """What becomes of contacts of another source."""
    return [(each.outcome, each.reason) for each in world.import_contacts(*incoming, **{"source": MICROSOFT, **more})]


def is_one(pair: Pair) -> bool:
    """Whether the pair is one person's wherever the two meet, and both have a name or neither has."""
    nameless = {card_of(card_text(card)).kind is Kind.BARE for card in (pair.one, pair.other)}
    return pair.are == ONE and len(nameless) == 1


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: pair.promise.replace(" ", "-"))
class TestPairs:
    """The pairs that specify matching: what would be merged into a contact is skipped once that one is deleted.

    A contact without a name is merged into one with a name, but not skipped.
    """

    def test_on_a_landline(self, pair: Pair):
        for one, other in itertools.permutations((pair.one, pair.other)):
            world = after_deleting(SourceContact("p/1", {**one, **LANDLINE}))

            assert comes(world, SourceContact("m/1", {**other, **LANDLINE})) == (DELETED if is_one(pair) else TAKEN)

    def test_at_an_email(self, pair: Pair):
        for one, other in itertools.permutations((pair.one, pair.other)):
            world = after_deleting(SourceContact("p/1", {**one, **MAILBOX}))

            found = comes(world, SourceContact("m/1", {**other, **MAILBOX}))

            if pair.are != AT_AN_EMAIL:  # of those with something left out, a hash finds the frequent kinds
                assert found == (DELETED if is_one(pair) else TAKEN)


class TestADeletedPerson:
    def test_is_skipped_with_any_one_of_the_identities(self):
        world = after_deleting(ADA)

        by_email = source_contact("m/1", "Ada Lovelace", email="Ada@Example.com")
        by_phone = source_contact("m/2", "Ada Lovelace", phone="+49 170 1234567")
        assert comes(world, by_email, by_phone) == DELETED * 2

    @pytest.mark.parametrize("name", ["Ada", "Ada Mary Lovelace", "Lovelace, Ada"])
    def test_is_skipped_with_an_incomplete_name_at_a_personal_address(self, name):
        assert comes(after_deleting(ADA), source_contact("m/1", name, email="ada@example.com")) == DELETED

    def test_is_skipped_by_every_name_and_identity_that_a_source_had(self):
        other = source_contact("m/9", "Ada Lovelace", email="ada@example.com", phone="+49 171 7654321")
        world = World()
        world.import_contacts(ADA)
        world.import_contacts(other, source=MICROSOFT)
        world.delete(world.book()[0], KEY)

        later = source_contact("x/1", "Ada Lovelace", phone="+49 171 7654321")
        assert comes(world, later, source="google:other") == DELETED

    def test_is_skipped_although_contacts_may_be_created_beside_others(self):
        again = source_contact("m/1", "Ada Lovelace", email="ada@example.com")

        assert comes(after_deleting(ADA), again, on_existing=OnExisting.CREATE) == DELETED

    def test_is_created_where_the_person_decides_so(self):
        decided = SourceContact("m/1", {**ADA.fields}, decision=CreateNew())

        assert comes(after_deleting(ADA), decided) == TAKEN


class TestSomebodyElse:
    @pytest.mark.parametrize(
        "other",
        [
            source_contact("m/1", "Byron King", phone="0170 1234567"),
            source_contact("m/1", "Ada Lovelace", phone="0170 7654321"),
            source_contact("m/1", "Ada Lovelace"),
            source_contact("m/1", "", phone="0170 1234567"),
            source_contact("m/1", "Ada Lovelace Jr.", phone="0170 1234567"),
        ],
        ids=["another name", "another number", "no number", "no name", "the next generation"],
    )
    def test_is_created(self, other):
        assert comes(after_deleting(ADA), other) == TAKEN

    def test_is_created_if_a_birthday_or_a_title_contradicts(self):
        world = after_deleting(
            SourceContact(
                "p/1", {"display": "Mr Reed", "birthday": {"year": 1950}, "phones": [{"raw": "0170 1234567"}]}
            )
        )

        same_number = {"phones": [{"raw": "0170 1234567"}]}
        wife = SourceContact("m/1", {"display": "Mrs Reed", **same_number})
        son = SourceContact("m/2", {"display": "Reed", "birthday": {"year": 1980}, **same_number})
        assert comes(world, wife) == TAKEN
        assert comes(world, son) == TAKEN

    def test_is_created_with_an_incomplete_name_at_an_address_of_several_people(self):
        world = after_deleting(source_contact("p/1", "Ada Lovelace", email="info@example.com"))

        assert comes(world, source_contact("m/1", "Ada", email="info@example.com")) == TAKEN

    def test_is_created_with_an_incomplete_name_if_the_book_has_another_one_at_the_address(self):
        world = after_deleting(ADA, among=(source_contact("m/0", "Byron King", email="ada@example.com"),))

        assert comes(world, source_contact("m/1", "Ada", email="ada@example.com")) == TAKEN

    def test_who_is_in_the_book_gets_the_record(self):
        """The person deleted one of two contacts of the same person and kept the other."""
        world = after_deleting(ADA)
        kept = SourceContact("x/1", {**ADA.fields}, decision=CreateNew())
        comes(world, kept, source="google:other")

        assert comes(world, source_contact("m/1", "Ada Lovelace", email="ada@example.com")) == [(UPDATED, None)]


class TestWhatIsKept:
    def test_is_kept_when_every_source_is_disconnected(self):
        world = after_deleting(ADA, among=(source_contact("m/0", "Alan Turing", email="alan@example.com"),))
        intake = world.intake("microsoft:0", job="job-9")
        chunk = intake.plan_withdrawal(sorted(intake.contact_ids()), Limits())
        world.commit(intake, chunk)

        alan = source_contact("x/1", "Alan Turing", email="alan@example.com")
        ada = source_contact("x/2", "Ada Lovelace", email="ada@example.com")
        assert comes(world, alan, ada, source="google:other") == [*TAKEN, *DELETED]

    def test_has_nothing_that_can_be_read(self):
        person = KEY.remember("c1", ["Ada\tLovelace\t"], ["ada@example.com", "+491701234567"])

        assert not any(each in person.text().lower() for each in ("ada", "lovelace", "example", "1701234567"))
        assert str(KEY.secret) not in repr(KEY)

    def test_is_different_in_every_book(self):
        one, other = (
            key.remember("c1", ["Ada\tLovelace\t"], ["ada@example.com"]) for key in (KEY, DeletionKey.fresh())
        )

        assert not set(one.hashes) & set(other.hashes)

    def test_is_the_same_once_it_is_read(self):
        person = KEY.remember("c1", ["Mr Ada\t\tMr Ada\t\t\t\t\t1815-12-10"], ["ada@example.com"])

        assert DeletedPerson.read(person.text()) == person
        assert DeletionKey.read(KEY.text()) == KEY

    def test_of_an_older_version_has_source_ids_only(self):
        world = World()
        world.import_contacts(ADA)
        world.delete(world.book()[0])

        assert comes(world, ADA, source=GOOGLE) == DELETED
        assert comes(world, ADA) == TAKEN

    def test_of_many_people_leaves_others_alone(self):
        """Two bytes of a hash are shared by many; they only tell whose names have to be compared."""
        world = after_deleting(*(source_contact(f"p/{at}", "Ada Lovelace", email=f"a{at}@x.org") for at in range(300)))
        others = [source_contact(f"m/{at}", "Ada Lovelace", email=f"b{at}@x.org") for at in range(300)]

        assert comes(world, *others) == TAKEN * 300

    def test_of_a_hostile_contact_is_bounded(self):
        identities = [f"a{number}@example.com" for number in range(5_000)]

        assert len(KEY.remember("c1", ["Ada\tLovelace\t"], identities).text()) < 64 * 1024
