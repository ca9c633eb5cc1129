"""A plan that is never committed follows its own changes, and keeps them in little memory."""

from chalicelib.books.dry_run import UnwrittenContacts
from chalicelib.books.intake import Limits
from tests.books.world import ADA, World
from tests.contacts.making import source_contact


class TestPretending:
    def test_lets_later_chunks_follow_what_it_would_change(self):
        world = World()
        intake = world.intake()

        first = intake.plan([ADA], Limits())
        intake.pretend(first)
        second = intake.plan([source_contact("p/2", "Ada Lovelace", email="ada@example.com")], Limits())

        assert second.results[0].contact_id == first.results[0].contact_id
        assert world.book() == []

    def test_gives_the_contact_with_all_that_was_pretended(self):
        world = World()
        intake = world.intake()
        for number in range(3):
            changed = source_contact(f"p/{number}", "Ada Lovelace", email="ada@example.com", title=f"Title {number}")
            intake.pretend(intake.plan([changed], Limits()))

        (write,) = intake.plan([source_contact("p/9", "Ada Lovelace", email="ada@example.com")], Limits()).writes

        assert write["Put"]["Item"]["content"]["S"].count("Title") == 3

    def test_follows_removals_too(self):
        world = World()
        world.import_contacts(ADA)
        intake = world.intake()

        intake.pretend(intake.plan_removals(["p/1"], Limits()))
        (result,) = intake.plan([ADA], Limits()).results

        assert result.outcome.value == "created"


def test_an_unwritten_contact_that_would_be_removed_is_none():
    unwritten = UnwrittenContacts(lambda _: None)
    unwritten.add(["1"], [{"Delete": {}}])

    assert (unwritten["1"], list(unwritten), len(unwritten)) == (None, ["1"], 1)
