"""What an import does with contacts that already exist, and removing the values of a source."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.books.intake import Limits
from chalicelib.books.planner import Planner
from chalicelib.contacts.on_existing import OnExisting
from chalicelib.contacts.source import PERSON
from chalicelib.contacts.source_record import LeftOut, SourceContact
from chalicelib.contacts.tracking_keys import job_id_of, tracking_key
from tests.books.world import ADA, ALAN, ANNA, CREATED, FAILED, REMOVED, SKIPPED, UPDATED, World, outcomes
from tests.contacts.making import GOOGLE, fields, record, source_contact
from tests.contacts.test_same_person import PEOPLE
from tests.examples import examples

RUN = "bcc:j:run-1"
ADA_AGAIN = source_contact("0", "Ada Lovelace", email="ada@example.com", title="Countess")


@pytest.fixture
def world() -> World:
    return World()


class TestWishes:
    @pytest.mark.parametrize(
        ("on_existing", "outcome", "contacts"),
        [(OnExisting.CREATE, CREATED, 2), (OnExisting.SKIP, SKIPPED, 1), (OnExisting.UPDATE, UPDATED, 1)],
    )
    def test_a_known_contact_is_handled_as_requested(self, world, on_existing, outcome, contacts):
        world.import_contacts(ADA)

        [result] = world.import_contacts(ADA_AGAIN, source=RUN, job="run-1", on_existing=on_existing)

        assert (result.outcome, len(world.book())) == (outcome, contacts)

    def test_a_contact_created_anyway_links_to_the_existing_one(self, world):
        world.import_contacts(ADA)

        world.import_contacts(ADA_AGAIN, source=RUN, job="run-1", on_existing=OnExisting.CREATE)

        assert world.book()[1].possible_duplicates == ("contact-1",)

    def test_a_skipped_contact_has_the_id_of_the_existing_one(self, world):
        world.import_contacts(ADA)

        [result] = world.import_contacts(ADA_AGAIN, source=RUN, job="run-1", on_existing=OnExisting.SKIP)

        assert (result.contact_id, result.reason) == ("contact-1", "exists")

    @pytest.mark.parametrize(
        ("on_existing", "outcome"),
        [(OnExisting.CREATE, CREATED), (OnExisting.SKIP, SKIPPED), (OnExisting.UPDATE, UPDATED)],
    )
    def test_an_earlier_contact_of_the_list_counts_as_known(self, world, on_existing, outcome):
        twins = (source_contact("0", "Eve", phone="0170 1234567"), source_contact("1", "Eve", phone="0170 1234567"))

        results = world.import_contacts(*twins, source=RUN, job="run-1", on_existing=on_existing)

        assert outcomes(results) == [CREATED, outcome]

    @pytest.mark.parametrize("on_existing", list(OnExisting))
    def test_another_person_with_the_same_number_is_created_and_linked(self, world, on_existing):
        world.import_contacts(source_contact("p/1", "Peter Hallam", phone="+44 1632 960123", suffix="Sr."))
        son = source_contact("0", "Peter Hallam", phone="+44 1632 960123", suffix="Jr.")

        [result] = world.import_contacts(son, source=RUN, job="run-1", on_existing=on_existing)

        assert result.outcome is CREATED
        assert world.book()[1].possible_duplicates == ("contact-1",)

    def test_an_import_still_sees_two_entries_of_one_person_as_one_contact(self, world):
        assert outcomes(world.import_contacts(ADA, source_contact("p/7", "Ada", email="ada@example.com"))) == [
            CREATED,
            UPDATED,
        ]


class TestSeveralThatFit:
    """A list that was created twice is in the book twice; sending it again does not add to that."""

    LIST = (
        ADA_AGAIN,
        source_contact("1", "", phone="+44 1632 960123"),
        source_contact("2", "Eve Moore", email="info@example.com"),
    )

    @pytest.fixture
    def twice(self, world) -> World:
        for number in (1, 2):
            run = f"bcc:j:run-{number}"
            world.import_contacts(*self.LIST, source=run, job=f"run-{number}", on_existing=OnExisting.CREATE)
        return world

    @pytest.mark.parametrize(
        ("on_existing", "reason"),
        [(OnExisting.SKIP, "exists"), (OnExisting.UPDATE, "ambiguous")],
        ids=["skip", "update"],
    )
    def test_they_are_skipped_with_a_reason(self, twice, on_existing, reason):
        results = twice.import_contacts(*self.LIST, source="bcc:j:run-3", job="run-3", on_existing=on_existing)

        assert [(each.outcome, each.reason) for each in results] == [(SKIPPED, reason)] * 3
        twins = {"contact-1", "contact-4"}, {"contact-2", "contact-5"}, {"contact-3", "contact-6"}
        assert all(each.contact_id in pair for each, pair in zip(results, twins, strict=True))
        assert len(twice.book()) == 6

    @settings(max_examples=examples(40), deadline=None)
    @given(st.lists(st.sampled_from(PEOPLE), min_size=1, max_size=5), st.sampled_from(list(OnExisting)), st.data())
    def test_sending_a_list_again_never_grows_the_book(self, people, first, data):
        world = World()
        addresses = ({"phones": [{"raw": "+44 1632 960123"}]}, {"emails": [{"value": "info@x.org"}]})
        sent = [
            SourceContact(str(index), {**person, **data.draw(st.sampled_from(addresses))})
            for index, person in enumerate(people)
        ]
        world.import_contacts(*sent, source="bcc:j:run-1", job="run-1", on_existing=first)
        before = len(world.book())

        # What was skipped because of a contact without a name may turn out to be another person once that has a name.
        again = first if first is OnExisting.SKIP else data.draw(st.sampled_from([OnExisting.SKIP, OnExisting.UPDATE]))
        world.import_contacts(*sent, source="bcc:j:run-2", job="run-2", on_existing=again)

        assert len(world.book()) == before


class TestLeftOut:
    def test_is_skipped_with_its_reason_and_its_name(self, world):
        [result] = world.import_contacts(LeftOut("3", "duplicate_in_batch:0", "Ada"))

        assert (result.outcome, result.reason, result.name) == (SKIPPED, "duplicate_in_batch:0", "Ada")


class TestWithdrawal:
    def planner(self, world: World) -> Planner:
        planner = Planner(world.store, owner=ANNA, source=RUN, now=lambda: world.now)
        planner.reload_book()
        return planner

    def withdrawn(self, world: World, *contact_ids: str) -> list:
        planner = self.planner(world)
        chunk = planner.plan_withdrawal(contact_ids, Limits())
        world.commit(planner, chunk)
        return chunk.results

    def test_a_contact_with_only_this_source_is_deleted(self, world):
        world.import_contacts(ADA_AGAIN, source=RUN)

        assert outcomes(self.withdrawn(world, "contact-1")) == [REMOVED]
        assert world.book() == []

    def test_all_its_records_of_one_contact_go_together(self, world):
        world.import_contacts(ADA)
        both = (ADA_AGAIN, source_contact("1", "Ada Lovelace", phone="0170 1234567"))
        world.import_contacts(*both, source=RUN, job="run-1", on_existing=OnExisting.UPDATE)

        [result] = self.withdrawn(world, "contact-1")

        assert (result.outcome, result.contact_id) == (UPDATED, "contact-1")
        assert [each.source for each in world.book()[0].records] == [GOOGLE]

    def test_an_edited_one_is_kept_with_its_edits(self, world):
        world.import_contacts(ADA_AGAIN, source=RUN)
        [contact] = world.book()
        contact.records.append(record(PERSON, fields(nickname="Countess")))
        world.edit(contact)

        assert outcomes(self.withdrawn(world, "contact-1")) == [UPDATED]
        assert world.book()[0].shown == {**fields("Ada Lovelace"), "nickname": "Countess"}

    def test_contacts_without_this_source_are_ignored(self, world):
        world.import_contacts(ALAN)

        assert self.withdrawn(world, "contact-1", "no-such") == []
        assert len(world.book()) == 1

    def test_only_contacts_with_other_sources_are_read(self, world):
        world.import_contacts(ADA)
        world.import_contacts(
            ADA_AGAIN, source_contact("1", "Bob"), source=RUN, job="run-1", on_existing=OnExisting.UPDATE
        )
        read = []
        planner = self.planner(world)
        planner._store = Watched(world.store, read)

        planner.plan_withdrawal(["contact-1", "contact-2"], Limits())

        assert read == ["contact-1"]

    def test_one_that_cannot_be_taken_apart_does_not_keep_the_others(self, world):
        world.import_contacts(ADA)
        world.import_contacts(
            ADA_AGAIN, source_contact("1", "Bob"), source=RUN, job="run-1", on_existing=OnExisting.UPDATE
        )
        planner = self.planner(world)
        planner._store = Watched(world.store, [], breaks_on="contact-1")

        chunk = planner.plan_withdrawal(["contact-1", "contact-2"], Limits())

        assert outcomes(chunk.results) == [FAILED, REMOVED]


class Watched:
    """A store that notes which contacts are read whole, and breaks on the write of one."""

    def __init__(self, store, read, breaks_on=""):
        self._store, self._read, self._breaks_on = store, read, breaks_on

    def __getattr__(self, name):
        return getattr(self._store, name)

    def get_many(self, owner, contact_ids):
        self._read += contact_ids
        return self._store.get_many(owner, contact_ids)

    def sized_put_write(self, owner, contact, entry):
        if contact.contact_id == self._breaks_on:
            raise ValueError(contact)
        return self._store.sized_put_write(owner, contact, entry)


class TestTrackingKeys:
    def test_a_key_has_the_clients_names(self):
        assert tracking_key("j-1") == "bcc:j:j-1"
        assert tracking_key("j-1", "ios", "7") == "bcc:j:j-1:s:ios:r:7"
        assert tracking_key("j-1", None, "7") == "bcc:j:j-1:r:7"

    def test_what_does_not_fit_into_a_key_is_made_to(self):
        assert tracking_key("j", "my app: #1", "…") == "bcc:j:j:s:my-app-1"
        assert len(tracking_key("j", "x" * 500, "y" * 500)) < 150

    @pytest.mark.parametrize("key", [tracking_key("j-1"), tracking_key("j-1", "ios"), tracking_key("j-1", "a", "b")])
    def test_the_run_is_found_by_any_of_its_forms(self, key):
        assert job_id_of(key) == "j-1"

    @pytest.mark.parametrize("text", ["", "google:c1", "person", "bcc:j:", "bcc:j:a b", "bcc:j:a:x:y", "bcc:j:a\n"])
    def test_other_sources_are_no_keys(self, text):
        assert job_id_of(text) is None
