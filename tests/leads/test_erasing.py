"""Erasing a lead removes it from what imports keep, too: a job does that, and names the files that it deletes."""

from dataclasses import replace

import pytest

from chalicelib.foundation.errors import NotFound, TooMany
from chalicelib.jobs.job import Job, JobState
from chalicelib.leads.erasing.erasure_job import deleted_files, erasure_json
from chalicelib.leads.lead import Lead, LeadIdentity
from tests.leads.faulty import Meanwhile
from tests.leads.importing.import_desk import KEY, ImportDesk, csv_of
from tests.leads.importing.test_importing import HEADERS, row

NAMES = ("Ann Ambler", "Bob Brewer", "Carla Cook")
OTHER_KEY = f"{KEY}.old"  # begins with the key of the imported file


@pytest.fixture
def desk() -> ImportDesk:
    """All three people were imported."""
    desk = ImportDesk()
    desk.imported(csv_of(HEADERS, [row(number, NAMES[number]) for number in range(3)]))
    return desk


def kept(desk: ImportDesk) -> str:
    """Everything in the bucket."""
    return "".join(content.decode() for content in desk.blobs.kept.values())


def lead_named(desk: ImportDesk, name: str) -> Lead:
    return next(lead for lead in desk.all_leads() if lead.profile.name == name)


def erased(desk: ImportDesk, whom: str | LeadIdentity) -> Job:
    """The job behind an erasure, at its end."""
    return desk.run(desk.erase("acme", whom).job)


class TestWhatImportsKeep:
    def test_of_the_lead_is_deleted_and_its_files_are_named(self, desk):
        desk.upload("something else", OTHER_KEY)
        ann = lead_named(desk, "Ann Ambler")

        job = erased(desk, ann.id)

        assert (job.state, job.details["checked"], job.details["imports"]) == (JobState.COMPLETED, 1, 1)
        assert KEY in deleted_files(job)
        assert {key.rpartition("/")[2] for key in deleted_files(job)} >= {"contacts.csv", "created.csv"}
        assert not set(deleted_files(job)) & set(desk.blobs.kept)
        for trace in (ann.id, "Ann Ambler", "+491700000000"):
            assert trace not in kept(desk)
        assert "Bob Brewer" in kept(desk)
        assert OTHER_KEY in desk.blobs.kept

    def test_of_an_identity_is_deleted_after_its_lead_was(self, desk):
        ann = lead_named(desk, "Ann Ambler")
        desk.change.delete("acme", ann.id)

        assert KEY in deleted_files(erased(desk, ann.identities[0]))
        assert "Ann Ambler" not in kept(desk)

    def test_stays_in_imports_that_do_not_hold_the_lead(self, desk):
        other_file = "imports/acme/others.csv"
        desk.upload(csv_of(HEADERS, [row(7, "Dora Dale")]), other_file)
        desk.run(desk.start(key=other_file))

        job = erased(desk, lead_named(desk, "Ann Ambler").id)

        assert job.details["imports"] == 2
        assert other_file not in deleted_files(job)
        assert "Dora Dale" in desk.blobs.kept[other_file].decode()

    def test_of_an_import_that_runs_is_deleted_when_it_has_ended(self, desk):
        running = desk.start(csv_of(HEADERS, [row(0, "Ann Ambler"), row(8, "Emil Eder")]))
        erasure = desk.erase("acme", lead_named(desk, "Ann Ambler").id)

        job = desk.run(erasure.job)

        assert desk.jobs.get(running.job_id).is_finished
        assert job.details["imports"] == 2
        assert "Ann Ambler" not in kept(desk)

    def test_is_deleted_also_of_rows_that_could_not_be_imported(self, desk):
        ann = lead_named(desk, "Ann Ambler")
        job = desk.imported(csv_of(HEADERS, [row(0, "Ann Ambler", "", "x" * 20_000)]))
        assert job.counts["failed"] == 1

        erased(desk, ann.id)

        assert "Ann Ambler" not in kept(desk)

    def test_of_a_later_import_which_skipped_them_is_deleted_by_another_erasure(self, desk):
        identity = lead_named(desk, "Ann Ambler").identities[0]
        erased(desk, identity)
        job = desk.imported(csv_of(HEADERS, [row(0, "Ann Ambler"), row(1, "Bob Brewer")]))
        assert job.counts["skipped"] == 1

        erased(desk, identity)

        assert "Ann Ambler" not in kept(desk)
        assert "Bob Brewer" in kept(desk)

    def test_is_deleted_also_of_chunks_that_a_killed_worker_had_not_committed(self, desk):
        ann = lead_named(desk, "Ann Ambler")
        (name,) = [key for key in desk.blobs.kept if "/rows/" in key]
        desk.upload(desk.blobs.kept[name], f"{name}-of-a-killed-worker")

        erased(desk, ann.id)

        assert "Ann Ambler" not in kept(desk)

    def test_is_deleted_also_of_an_undo(self, desk):
        ann = lead_named(desk, "Ann Ambler")
        desk.change.edit("acme", ann.id, lambda profile: replace(profile, name="Anna"))
        (imported,) = {job.job_id for job in desk.jobs.of_owner("~org:acme")[0] if job.kind == "lead-import"}
        desk.run(desk.undo.start("acme", imported).job)
        assert ann.id in kept(desk)

        job = erased(desk, ann.id)

        assert ann.id not in kept(desk)
        assert [key for key in deleted_files(job) if key.endswith("undo/kept.csv")]


class TestTheJob:
    def test_is_there_if_and_only_if_the_lead_is_erased(self, desk):
        ann = lead_named(desk, "Ann Ambler")
        changed = Meanwhile(desk.client, "transact_write_items", lambda: desk.change.delete("acme", ann.id))
        racing = ImportDesk(client=changed, clock=desk.clock, blobs=desk.blobs)

        with pytest.raises(NotFound):
            racing.erase("acme", ann.id)

        assert not desk.jobs.queue("~org:acme", "lead-erasures").jobs

    def test_is_another_one_when_an_identity_is_erased_again(self, desk):
        identity = lead_named(desk, "Ann Ambler").identities[0]
        first, again = desk.erase("acme", identity), desk.erase("acme", identity)

        assert first.job.job_id != again.job.job_id
        assert desk.run(first.job).state is desk.run(again.job).state is JobState.COMPLETED

    def test_names_at_its_end_what_another_erasure_of_the_person_has_deleted(self, desk):
        ann, bob = lead_named(desk, "Ann Ambler"), lead_named(desk, "Bob Brewer")
        first = erasure_json(erased(desk, ann.id))["deletedFiles"]
        other_file = "imports/acme/others.csv"
        desk.upload(csv_of(HEADERS, [row(0, "Ann Ambler")]), other_file)
        desk.run(desk.start(key=other_file))

        again = erasure_json(erased(desk, ann.identities[0]))["deletedFiles"]

        assert KEY in first
        assert set(again) > {*first, other_file}
        assert set(erasure_json(erased(desk, bob.id))["deletedFiles"]).isdisjoint({*first, other_file})

    def test_does_not_exist_for_other_organizations(self, desk):
        job = desk.erase("acme", lead_named(desk, "Ann Ambler").id).job

        assert desk.erase.job("acme", job.job_id) == job
        for organization, job_id in (("other", job.job_id), ("acme", "none")):
            with pytest.raises(NotFound):
                desk.erase.job(organization, job_id)

    def test_is_refused_with_the_erasure_while_too_many_wait(self, desk):
        identity = lead_named(desk, "Ann Ambler").identities[0]
        for _ in range(desk.jobs.max_queue_length):
            desk.erase("acme", identity)

        with pytest.raises(TooMany):
            desk.erase("acme", lead_named(desk, "Bob Brewer").id)

        assert lead_named(desk, "Bob Brewer")
