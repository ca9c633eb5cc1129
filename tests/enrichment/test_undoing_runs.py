"""An operator undoes a run: what it wrote goes, and nobody is asked about again by itself."""

from chalicelib.foundation.ids import fresh_id
from chalicelib.jobs.job import Job
from chalicelib.undoing.job_kinds import UNDO, new_undo
from tests.enrichment.operators import Operator
from tests.enrichment.vendors import NO_MATCH, FakeVendor, found
from tests.simulation.bulk import edit
from tests.simulation.house import OWNER


def after_a_run() -> tuple[Operator, Job]:
    """A book that a run has gone through."""
    answers = {"ada@x.example": found(title="CTO"), "bob@x.example": NO_MATCH}
    desk = Operator(FakeVendor(answer=answers.__getitem__))
    desk.book(*answers, "")
    return desk, desk.run()


def test_what_the_run_wrote_goes():
    desk, run = after_a_run()
    desk.undo(run)

    assert all("title" not in contact.shown for contact in desk.contacts().values())


def test_each_of_its_statuses_says_so_and_keeps_its_date():
    desk, run = after_a_run()
    before = desk.attempts()
    desk.undo(run)

    assert set(desk.statuses().values()) == {("failed", "undone_by_operator")}
    for name, attempt in desk.attempts().items():
        assert attempt.last_attempt_at == before[name].last_attempt_at
        assert (attempt.next_attempt_at, attempt.gave) == (None, ())


def test_nobody_is_asked_about_again_by_the_next_runs():
    desk, run = after_a_run()
    desk.undo(run)
    asked = list(desk.vendor.asked)
    desk.house.world.now += 400 * 86_400
    desk.run()

    assert desk.vendor.asked == asked


def test_what_a_person_changed_meanwhile_stays():
    desk, run = after_a_run()
    edit(desk.house, desk.contacts()["ada@x.example"], {"nickname": "Countess"})
    desk.undo(run)
    ada = desk.contacts()["ada@x.example"]

    assert (ada.shown.get("nickname"), ada.shown.get("title")) == ("Countess", None)


def test_the_cost_stays_on_the_books():
    desk, run = after_a_run()
    before = desk.enrichment.spends.get("hunter")
    desk.undo(run)

    assert desk.enrichment.spends.get("hunter") == before


def test_every_book_undoes_it():
    desk = Operator(FakeVendor(answer=lambda _: found(title="CTO")))
    desk.book("ada@x.example")
    desk.book("bob@x.example", owner="bob")
    job = desk.undo(desk.run())

    assert (job.details["books"], job.details["restored"]) == (2, 2)
    assert set(desk.statuses("bob").values()) == {("failed", "undone_by_operator")}


def test_undoing_it_again_finds_nothing():
    desk, run = after_a_run()
    desk.undo(run)
    contacts, attempts = desk.contacts(), desk.attempts()
    again = desk.undo(run)

    assert again.details["restored"] == 0
    assert (desk.contacts(), desk.attempts()) == (contacts, attempts)


def test_a_later_runs_statuses_stay():
    desk, run = after_a_run()
    edit(desk.house, desk.contacts()["bob@x.example"], {"emails": [{"value": "bob@new.example"}]})
    desk.vendor.answer = lambda _: found(title="CFO")
    desk.run()
    desk.undo(run)

    assert desk.statuses()["bob@x.example"] == ("enriched", "found")
    assert desk.contacts()["bob@x.example"].shown["title"] == "CFO"


def test_a_deleted_contact_needs_no_status():
    desk, run = after_a_run()
    ada = desk.contacts()["ada@x.example"]
    desk.outside.address_book.delete_contact(OWNER, ada.contact_id)
    desk.undo(run)

    assert "ada@x.example" not in desk.contacts()


def test_a_contact_that_was_merged_meanwhile_does_not_keep_its_status():
    desk, run = after_a_run()
    ada, bob = (desk.contacts()[f"{name}@x.example"] for name in ("ada", "bob"))
    desk.outside.wiring.reviews.merge_contacts(OWNER, bob.contact_id, [ada.contact_id])
    desk.undo(run)

    assert set(desk.statuses().values()) == {("failed", "undone_by_operator")}
    assert "title" not in desk.contacts()["bob@x.example"].shown


class TestUndoingTheUndo:
    """As the owner of the book may."""

    def undo_again(self, desk: Operator) -> None:
        """Undo the latest undo in the book."""
        undos = [job for job in desk.outside.jobs.of_owner(OWNER, limit=50)[0] if job.kind == UNDO.name]
        desk.outside.jobs.create(new_undo(fresh_id(), undos[0]))
        desk.work()
        desk.house.world.now += 61

    def test_makes_the_statuses_what_they_were(self):
        desk, run = after_a_run()
        before = desk.attempts()
        desk.undo(run)
        self.undo_again(desk)

        assert desk.attempts() == before
        assert desk.contacts()["ada@x.example"].shown["title"] == "CTO"

    def test_can_itself_be_undone(self):
        desk, run = after_a_run()
        desk.undo(run)
        undone = desk.attempts()
        self.undo_again(desk)
        self.undo_again(desk)

        assert desk.attempts() == undone
        assert "title" not in desk.contacts()["ada@x.example"].shown

    def test_claims_nothing_of_a_contact_whose_record_does_not_come_back(self):
        desk, run = after_a_run()
        desk.undo(run)
        ada = desk.contacts()["ada@x.example"]
        desk.outside.address_book.delete_contact(OWNER, ada.contact_id)
        desk.outside.wiring.undoing.restore_contact(OWNER, ada.contact_id)
        self.undo_again(desk)

        status = desk.statuses()["ada@x.example"]
        assert (status[0] == "enriched") == ("title" in desk.contacts()["ada@x.example"].shown)

    def test_leaves_what_a_later_run_found_out(self):
        desk, run = after_a_run()
        desk.undo(run)
        desk.enrichment.controls.ask_again("hunter", run.job_id)
        desk.vendor.answer = lambda _: found(title="CFO")
        desk.run()
        later = desk.attempts()
        self.undo_again(desk)

        assert desk.attempts() == later
        assert desk.contacts()["ada@x.example"].shown["title"] == "CFO"

    def test_restores_the_statuses_of_a_contact_that_was_merged_meanwhile(self):
        desk, run = after_a_run()
        ada, bob = (desk.contacts()[f"{name}@x.example"] for name in ("ada", "bob"))
        desk.outside.wiring.reviews.merge_contacts(OWNER, bob.contact_id, [ada.contact_id])
        before = desk.attempts()
        desk.undo(run)
        self.undo_again(desk)

        assert desk.attempts() == before
        assert desk.contacts()["bob@x.example"].shown["title"] == "CTO"
