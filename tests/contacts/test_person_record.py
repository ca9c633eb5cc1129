"""The person's own values stay with their contact when sources merge, vanish, return or are cleaned up."""

from itertools import permutations

import pytest

from chalicelib.books.intake import Limits
from chalicelib.books.planner import Planner
from chalicelib.contacts.cleaning import digest
from chalicelib.contacts.contact import Contact
from chalicelib.contacts.fold_records import fold
from chalicelib.contacts.overrides import overrides_after
from chalicelib.contacts.person_record import (
    own_record,
    records_without,
    with_own_record,
    with_person_record_of,
)
from chalicelib.contacts.source import PERSON
from chalicelib.contacts.source_record import SourceRecord, Stamp
from tests.books.world import ANNA, CREATED, REMOVED, SKIPPED, UNCHANGED, UPDATED, World, outcomes
from tests.contacts.making import GOOGLE, fields, record, source_contact

RUTH = source_contact("people/ka1", "Ruth Adeyemi", email="ruth@a.example")
R = source_contact("people/kb2", "R. Adeyemi", phone="+2348055500123")
BOTH = source_contact(
    "people/ka1", "Ruth Adeyemi", email="ruth@a.example", phone="+2348055500123", aliases=("people/kb2",)
)
NOTE = {"notes": "owes me a book"}


@pytest.fixture
def world() -> World:
    return World()


def write(world, name, **words):
    """The person edits the contact of this name."""
    contact = next(contact for contact in world.book() if contact.shown["display"] == name)
    own = SourceRecord(PERSON, contact.contact_id, words, digest(words), Stamp("", 0, CREATED), 9, 9)
    contact.records = [*(record for record in contact.records if record.source != PERSON), own]
    world.edit(contact)


def import_(world, *incoming, gone=(), job="job-2", source=GOOGLE):
    """An import as its step goes: what was listed, then what a person wrote on others, then what is gone."""
    intake = world.intake(source, job=job)
    results = world.take(intake, *incoming)
    for planned in (
        lambda: intake.plan_reunions(intake.orphaned_contacts(), Limits()),
        lambda: intake.plan_removals(gone, Limits()),
    ):
        chunk = planned()
        world.commit(intake, chunk)
        results += chunk.results
    return results


def shown(world):
    return [contact.shown for contact in world.book()]


class TestTwoThatTheProviderMerged:
    def test_are_one_contact_with_what_the_person_wrote_on_the_one_that_went(self, world):
        world.import_contacts(RUTH, R)
        write(world, "R. Adeyemi", **NOTE)

        results = import_(world, BOTH, gone=["people/kb2"])

        assert outcomes(results) == [UPDATED, REMOVED]
        assert results[1].contact_id == "contact-1"
        assert [(one["display"], one["notes"]) for one in shown(world)] == [("Ruth Adeyemi", "owes me a book")]

    @pytest.mark.parametrize("note", [{}, NOTE], ids=["nothing written", "a note"])
    def test_do_not_point_to_the_one_that_went(self, world, note):
        world.import_contacts(RUTH, R)
        if note:
            write(world, "R. Adeyemi", **note)

        import_(world, BOTH, gone=["people/kb2"])

        assert [contact.possible_duplicates for contact in world.book()] == [()]

    def test_it_is_the_same_if_the_survivor_is_unchanged(self, world):
        world.import_contacts(RUTH, R)
        write(world, "R. Adeyemi", **NOTE)

        import_(
            world,
            source_contact("people/ka1", "Ruth Adeyemi", email="ruth@a.example", aliases=("people/kb2",)),
            gone=["people/kb2"],
        )

        assert [(one["display"], one["notes"]) for one in shown(world)] == [("Ruth Adeyemi", "owes me a book")]

    def test_it_is_the_same_if_an_earlier_import_reported_the_deletion(self, world):
        world.import_contacts(RUTH, R)
        write(world, "R. Adeyemi", **NOTE)

        import_(world, gone=["people/kb2"], job="job-2")
        results = import_(world, BOTH, job="job-3")

        assert outcomes(results) == [UPDATED]
        assert [(one["display"], one["notes"]) for one in shown(world)] == [("Ruth Adeyemi", "owes me a book")]

    def test_it_is_the_same_if_a_later_import_reports_the_deletion(self, world):
        world.import_contacts(RUTH, R)
        write(world, "R. Adeyemi", **NOTE)

        import_(world, BOTH, job="job-2")
        import_(world, gone=["people/kb2"], job="job-3")

        assert [(one["display"], one["notes"]) for one in shown(world)] == [("Ruth Adeyemi", "owes me a book")]

    def test_a_third_that_is_new_takes_in_what_was_written_on_both(self, world):
        world.import_contacts(RUTH, R)
        write(world, "Ruth Adeyemi", notes="plays chess")
        write(world, "R. Adeyemi", **NOTE)
        third = source_contact("people/kc3", "Ruth Adeyemi", aliases=("people/ka1", "people/kb2"))

        import_(world, third, gone=["people/ka1", "people/kb2"])

        assert [one["notes"] for one in shown(world)] == ["plays chess\n\nowes me a book"]

    def test_words_on_both_are_united_and_those_on_the_one_that_stays_win(self, world):
        world.import_contacts(RUTH, R)
        write(world, "Ruth Adeyemi", title="Chair", notes="plays chess", emails=[{"value": "r@own.example"}])
        words = {
            "title": "Member",
            "nickname": "Ruthie",
            "emails": [{"value": "R@own.example"}, {"value": "x@own.example"}],
        }
        write(
            world,
            "R. Adeyemi",
            **NOTE,
            **words,
            organization="",
            hidden={"phones": [{"raw": "+2348055500123", "e164": "+2348055500123"}]},
        )

        import_(world, BOTH, gone=["people/kb2"])

        [one] = shown(world)
        assert (one["title"], one["nickname"]) == ("Chair", "Ruthie")
        assert one["notes"] == "plays chess\n\nowes me a book"
        assert [email["value"] for email in one["emails"]] == ["r@own.example", "x@own.example", "ruth@a.example"]
        assert "phones" not in one

    def test_have_one_name_of_those_that_the_person_gave(self, world):
        world.import_contacts(RUTH, R)
        write(world, "Ruth Adeyemi", given="Ruthie")
        write(world, "R. Adeyemi", given="Rutendo", family="Okoro", **NOTE)

        import_(world, BOTH, gone=["people/kb2"])

        [one] = shown(world)
        assert (one["given"], one.get("family"), one["notes"]) == ("Ruthie", None, "owes me a book")

    def test_have_no_email_if_the_person_cleared_it_on_the_survivor(self, world):
        world.import_contacts(RUTH, R)
        write(world, "Ruth Adeyemi", emails=[])
        write(world, "R. Adeyemi", emails=[{"value": "x@own.example"}], **NOTE)

        import_(world, BOTH, gone=["people/kb2"])

        [one] = shown(world)
        assert ("emails" in one, one["notes"]) == (False, "owes me a book")

    def test_a_contact_with_other_sources_keeps_the_persons_values(self, world):
        world.import_contacts(RUTH, R)
        world.import_contacts(source_contact("m1", "R. Adeyemi", phone="+2348055500123"), source="microsoft:m1")
        write(world, "R. Adeyemi", **NOTE)

        import_(world, BOTH, gone=["people/kb2"])

        assert [one.get("notes") for one in shown(world)] == [None, "owes me a book"]

    def test_a_chunk_may_end_between_the_two(self, world):
        world.import_contacts(RUTH, R, source_contact("people/z", "Zoe"))
        write(world, "R. Adeyemi", **NOTE)
        write(world, "Zoe", nickname="Z")
        intake = world.intake(job="job-2")
        world.take(intake, BOTH)
        gone, results = ["people/z", "people/kb2"], []
        while gone:
            chunk = intake.plan_removals(gone, Limits(contacts=2))
            world.commit(intake, chunk)
            gone, results = gone[chunk.consumed :], results + chunk.results

        assert outcomes(results) == [REMOVED, REMOVED]
        assert [one.get("notes") for one in shown(world)] == ["owes me a book", None]

    def test_a_name_kept_for_want_of_a_source_is_not_one_the_person_gave(self, world):
        world.import_contacts(RUTH, R)
        write(world, "R. Adeyemi", **NOTE)
        import_(world, gone=["people/kb2"])

        import_(world, BOTH, job="job-3")

        assert shown(world)[0]["given"] == "Ruth"


class TestOneThatVanishes:
    def test_keeps_its_name_where_the_person_wrote_something(self, world):
        world.import_contacts(RUTH)
        write(world, "Ruth Adeyemi", **NOTE)

        import_(world, gone=["people/ka1"])

        assert shown(world) == [{**fields("Ruth Adeyemi"), **NOTE}]

    def test_keeps_the_computed_name_of_a_nameless_contact(self, world):
        world.import_contacts(source_contact("p/1", organization="Bakery Lin", email="shop@lin.example"))
        write(world, "Bakery Lin", **NOTE)

        import_(world, gone=["p/1"])

        assert shown(world) == [{"display": "Bakery Lin", **NOTE}]

    def test_keeps_the_name_the_person_gave(self, world):
        world.import_contacts(RUTH)
        write(world, "Ruth Adeyemi", given="Ruthie")

        import_(world, gone=["people/ka1"])

        assert shown(world) == [{"given": "Ruthie", "display": "Ruthie"}]

    def test_keeps_its_name_when_a_bulk_run_is_cleaned_up(self, world):
        run = "bcc:j:run-1"
        world.import_contacts(RUTH, source=run, job="run-1")
        write(world, "Ruth Adeyemi", **NOTE)
        planner = Planner(world.store, owner=ANNA, source=run, now=lambda: world.now)
        planner.reload_book()

        chunk = planner.plan_withdrawal(["contact-1"], Limits())
        world.table.transact(chunk.writes)

        assert shown(world) == [{**fields("Ruth Adeyemi"), **NOTE}]

    def test_goes_where_the_person_wrote_nothing(self, world):
        world.import_contacts(RUTH)

        import_(world, gone=["people/ka1"])

        assert world.book() == []

    def test_goes_where_the_person_only_took_something_back(self, world):
        world.import_contacts(RUTH)
        write(world, "Ruth Adeyemi", title="")

        import_(world, gone=["people/ka1"])

        assert world.book() == []

    def test_is_matched_by_the_name_it_kept(self, world):
        world.import_contacts(RUTH)
        write(world, "Ruth Adeyemi", phones=[{"raw": "+2348055500999"}])
        import_(world, gone=["people/ka1"])

        world.import_contacts(source_contact("m1", "Bob Okoro", phone="+2348055500999"), source="microsoft:m1")

        assert len(world.book()) == 2


class TestOneThatComesBack:
    @pytest.fixture
    def vanished(self, world):
        world.import_contacts(RUTH)
        write(world, "Ruth Adeyemi", **NOTE)
        import_(world, gone=["people/ka1"])
        return world

    def test_finds_its_contact_and_what_was_written(self, vanished):
        results = import_(vanished, RUTH, job="job-3")

        assert [(result.outcome, result.contact_id) for result in results] == [(UPDATED, "contact-1")]
        assert [(one["display"], one["notes"]) for one in shown(vanished)] == [("Ruth Adeyemi", "owes me a book")]

    def test_is_called_what_its_source_calls_it_now(self, vanished):
        import_(vanished, source_contact("people/ka1", "Ruth Okoro"), job="job-3")

        assert [one["display"] for one in shown(vanished)] == ["Ruth Okoro"]

    def test_is_called_by_its_company_where_its_source_gives_no_name(self, world):
        world.import_contacts(source_contact("p/1", organization="Bakery Lin", email="shop@lin.example"))
        write(world, "Bakery Lin", **NOTE)
        import_(world, gone=["p/1"])

        import_(world, source_contact("p/1", organization="Lin and Sons", email="shop@lin.example"), job="job-3")

        assert [(one["display"], one["notes"]) for one in shown(world)] == [("Lin and Sons", "owes me a book")]

    def test_finds_its_contact_though_another_record_went_after_it(self, world):
        world.import_contacts(RUTH, source_contact("people/kd4", "Ruth Adeyemi", email="ruth@a.example"))
        write(world, "Ruth Adeyemi", **NOTE)
        import_(world, gone=["people/ka1"])
        import_(world, gone=["people/kd4"], job="job-3")

        import_(world, RUTH, job="job-4")

        assert [(one["display"], one["notes"]) for one in shown(world)] == [("Ruth Adeyemi", "owes me a book")]

    def test_finds_it_under_a_newer_id_too(self, vanished):
        import_(vanished, source_contact("people/kz9", "Ruth Okoro", aliases=("people/ka1",)), job="job-3")

        assert [one["notes"] for one in shown(vanished)] == ["owes me a book"]

    def test_finds_it_after_an_edit_and_as_often_as_it_goes(self, vanished):
        for job in ("job-3", "job-4"):
            import_(vanished, RUTH, job=job)
            import_(vanished, gone=["people/ka1"], job=job)

        import_(vanished, RUTH, job="job-5")

        assert len(vanished.book()) == 1
        assert outcomes(import_(vanished, RUTH, job="job-6")) == [UNCHANGED]

    def test_stays_away_when_the_person_deleted_what_was_left_of_it(self, vanished):
        [contact] = vanished.book()
        vanished.delete(contact)

        [result] = import_(vanished, RUTH, job="job-3")

        assert (result.outcome, result.reason) == (SKIPPED, "deleted_by_person")

    def test_the_same_id_in_another_account_is_another_contact(self, vanished):
        import_(vanished, RUTH, source="google:g2", job="job-3")

        assert len(vanished.book()) == 2


class TestOneThatThePersonDeleted:
    """kb2 was deleted here; then the provider makes ka1 a part of it."""

    SURVIVOR = source_contact("people/kb2", "Ruth Adeyemi", email="ruth@a.example", aliases=("people/ka1",))

    @pytest.fixture
    def deleted(self, world):
        world.import_contacts(RUTH, R)
        world.delete(next(contact for contact in world.book() if contact.shown["display"] == "R. Adeyemi"))
        return world

    @pytest.mark.parametrize("order", list(permutations(["listed", "gone"])), ids="-then-".join)
    def test_does_not_take_the_other_with_it(self, deleted, order):
        for number, step in enumerate(order):
            job = f"job-{number + 2}"
            if step == "listed":
                import_(deleted, self.SURVIVOR, job=job)
            else:
                import_(deleted, gone=["people/ka1"], job=job)

        assert [one["display"] for one in shown(deleted)] == ["Ruth Adeyemi"]

    def test_keeps_what_was_written_on_the_other(self, deleted):
        write(deleted, "Ruth Adeyemi", **NOTE)

        import_(deleted, self.SURVIVOR, gone=["people/ka1"])

        assert [one["notes"] for one in shown(deleted)] == ["owes me a book"]

    def test_stays_away_by_itself_and_by_a_later_id(self, deleted):
        results = import_(deleted, R, source_contact("people/kd4", "R. Adeyemi", aliases=("people/kb2",)))

        assert [result.reason for result in results] == ["deleted_by_person"] * 2


class TestTwoThatAreApartAgain:
    """The provider took its merging back: each has its own inner id, and no earlier name."""

    APART = (
        source_contact("people/kb2", "R. Adeyemi", phone="+2348055500123", aliases=("contact:b",)),
        source_contact("people/ka1", "Ruth Adeyemi", email="ruth@a.example", aliases=("contact:a",)),
    )

    @pytest.fixture
    def merged(self, world):
        world.import_contacts(*self.APART)
        write(world, "Ruth Adeyemi", notes="plays chess")
        both = source_contact(
            "people/ka1",
            "Ruth Adeyemi",
            email="ruth@a.example",
            phone="+2348055500123",
            aliases=("people/kb2", "contact:a"),
        )
        import_(world, both, gone=["people/kb2"])
        return world

    @pytest.mark.parametrize("order", [1, -1], ids=["the one that went first", "the one that stayed first"])
    def test_what_was_written_stays_with_the_one_that_stayed(self, merged, order):
        import_(merged, *self.APART[::order], job="job-3")

        notes = {one["display"]: one.get("notes") for one in shown(merged)}
        assert notes == {"Ruth Adeyemi": "plays chess", "R. Adeyemi": None}

    def test_what_is_written_then_does_not_go_to_the_other(self, merged):
        import_(merged, *self.APART, job="job-3")
        write(merged, "R. Adeyemi", **NOTE)

        import_(merged, gone=["people/kb2"], job="job-4")

        assert {one["notes"] for one in shown(merged)} == {"plays chess", "owes me a book"}


class TestAContactThatAnotherWasMergedInto:
    """It has the person's record of the other one too, after its own."""

    def test_shows_its_own_words_before_those_of_the_other(self):
        own = record(PERSON, {"title": "Countess"}, source_id="a", first_seen=9)
        theirs = record(PERSON, {"title": "Lady", "nickname": "Ady"}, source_id="b", first_seen=1)

        shown = fold([own, theirs])
        assert (shown["title"], shown["nickname"]) == ("Countess", "Ady")

    def test_does_not_hide_its_own_values_because_they_were_hidden_of_the_other(self):
        home, work = {"value": "a@home.example"}, {"value": "a@work.example"}
        own = record(PERSON, {"emails": [home]}, source_id="a")
        theirs = record(PERSON, {"hidden": {"emails": [home, work]}}, source_id="b")

        assert fold([own, theirs, record(GOOGLE, {"emails": [work]})])["emails"] == [home]

    def test_is_edited_in_its_own_record_alone(self):
        theirs = record(PERSON, {"title": "Lady"}, source_id="b")
        contact = Contact("a", 1, [record(GOOGLE, fields("Ada")), theirs], 1, 1, merged=("b",))

        assert own_record(contact) is None
        assert overrides_after(contact, {"title": "Countess"}, "DE") == {"title": "Countess"}
        edited = with_own_record(contact, record(PERSON, {"title": "Countess"}, source_id="a"))
        assert [(each.source, each.source_id) for each in edited] == [(GOOGLE, "1"), (PERSON, "a"), (PERSON, "b")]
        assert fold(edited)["title"] == "Countess"

    def test_keeps_a_name_when_its_last_source_is_removed(self):
        google = record(GOOGLE, fields("Ada"))
        own, theirs = record(PERSON, {"title": "x"}, source_id="a"), record(PERSON, {"notes": "y"}, source_id="b")
        contact = Contact("a", 1, [google, own, theirs], 1, 1, merged=("b",))

        assert fold(records_without(contact, [google]))["display"] == "Ada"

    def test_gives_the_words_of_both_to_the_contact_that_it_is_reunited_with(self):
        own, theirs = record(PERSON, {"title": "x"}, source_id="a"), record(PERSON, {"notes": "y"}, source_id="b")
        other = Contact("a", 1, [own, theirs], 1, 1, merged=("b",))
        survivor = Contact("s", 1, [record(GOOGLE, fields("Ada"))], 1, 1)

        (kept,) = (each for each in with_person_record_of(survivor, other, 5) if each.source == PERSON)
        assert (kept.source_id, kept.fields) == ("s", {"title": "x", "notes": "y"})
