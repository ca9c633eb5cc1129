"""The undo of a file import, from its plan to the same file imported again, by API and pages."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.jobs.new_job import NewJob
from chalicelib.undoing.job_kinds import COLLECTION, UNDO, UNDOES
from tests.routes.file_imports import commit, get, plan
from tests.routes.service import Service, ServiceResponse
from tests.undoing.test_undo_pages import shown, work

HEADERS = "First Name,Last Name,Email Address,Mobile Phone,Company\n"
FIRST = (
    f"{HEADERS}Ada,Lovelace,ada@example.com,+49 170 1234567,\n"
    "Zoe,Zander,zoe@example.com,,\n"
    "Otto,Old,otto@example.com,,\n"  # the newer version lacks it
)
NEWER = (
    f"{HEADERS}Ada,Lovelace,ada@example.com,+49 170 1234567,Engines\n"  # updated
    "Zoe,Zander,zoe@example.com,,\n"  # unchanged
    "Grace,Hopper,,+49 170 1234567,\n"  # a conflict: the number is Ada's
    "Bob,Bit,bob@example.com,,\n"
)


class Files:
    """A person whose book has a file's contacts, and who imports its newer version into a collection."""

    def __init__(self) -> None:
        self.service = Service()
        self.first = plan(self.service, FIRST)
        commit(self.service, self.first)
        self.friends = self._post("/api/v1/collections", {"name": "Friends"})["collection_id"]
        self.before = self.book()

    def import_newer(self) -> ServiceResponse:
        response = plan(self.service, NEWER, collection_id=self.friends)
        commit(self.service, response, remove=get(self.service, response)["plan"]["gone"])
        return response

    def cancel(self, *, chunks: int) -> ServiceResponse:
        """An import of many rows that is canceled once its commit has made so many chunks."""
        rows = "".join(f"Bob{each},Bit,bob{each}@example.com,,\n" for each in range(200))
        response = plan(self.service, HEADERS + rows)
        planned, path = get(self.service, response)["plan"], f"/api/v1/file-imports/{response.json['id']}"
        self._post(f"{path}/commit", {name: planned[name] for name in ("plan_id", "new", "update")})
        job_id, jobs = self.job_of(response), self.service.wiring.shared.jobs
        if chunks:
            worker = replace(self.service.wiring.engine.worker, stopping=lambda: jobs.get(job_id).chunk >= chunks)
            claimed = worker.claim(job_id)
            assert claimed is not None
            reserve = timedelta(seconds=15)
            worker.run(claimed, until=self.service.clock.now() + 20 * reserve, reserve=reserve)
        assert not jobs.get(job_id).is_finished
        self.service.post(f"{path}/cancel", who="ann")
        return response

    def book(self) -> dict[str, Any]:
        """The name, company and title of each contact, by id."""
        found = self.service.get("/api/v1/contacts", who="ann").json["contacts"]
        ids = [each["contact_id"] for each in found]
        contacts = [self.service.get(f"/api/v1/contacts/{each}", who="ann").json for each in ids]
        return {each["contact_id"]: (each["display"], each["organization"], each["title"]) for each in contacts}

    def id_of(self, name: str) -> str:
        return next(contact_id for contact_id, (display, *_) in self.book().items() if display == name)

    def members(self) -> set[str]:
        return set(self.service.wiring.shared.collections.member_ids(self.friends))

    def edit_title(self, name: str) -> None:
        path = f"/api/v1/contacts/{self.id_of(name)}"
        edited = self.service.ask("PATCH", path, who="ann", body={"title": "Countess"})
        assert edited.status == 200, edited.text

    def job_of(self, response: ServiceResponse) -> str:
        found = self.service.wiring.file_imports.imports.get("ann", response.json["id"])
        return str(found.job_id)

    def numbers(self, run_id: str) -> dict[str, int]:
        found = self.service.get(f"/api/v1/runs/{run_id}/undo", who="ann").json
        return {name: found[name] for name in ("removed", "restored", "returned", "kept", "failed")}

    def undo(self, run_id: str) -> str:
        """The id of the finished undo."""
        undo = self._post(f"/api/v1/runs/{run_id}/undo", self.numbers(run_id))["job_id"]
        work(self.service, undo)
        return str(undo)

    def listed(self, undo: str, which: str) -> list[tuple[str, str]]:
        rows = self.service.get(f"/api/v1/undos/{undo}/results?list={which}", who="ann").json["results"]
        return sorted((each["name"], each["outcome"]) for each in rows)

    def waiting(self) -> list[str]:
        return [each.import_id for each in self.service.wiring.file_imports.waiting_rows.imports("ann")]

    def _post(self, path: str, body: Any) -> Any:
        answer = self.service.post(path, who="ann", body=body)
        assert answer.status in (201, 202), answer.text
        return answer.json


@pytest.fixture
def files() -> Files:
    return Files()


class TestTheUndoOfANewerVersion:
    def test_leaves_the_book_and_the_memberships_as_before_apart_from_an_edit(self, files):
        run = files.job_of(files.import_newer())
        assert len(files.members()) == 3
        assert files.before.keys() - files.book().keys()  # Otto
        files.edit_title("Ada Lovelace")
        ada = files.id_of("Ada Lovelace")

        assert files.numbers(run) == {"removed": 1, "restored": 1, "returned": 1, "kept": 1, "failed": 0}
        files.undo(run)

        assert files.book() == {**files.before, ada: ("Ada Lovelace", "", "Countess")}
        assert files.members() == set()

    def test_leaves_contacts_in_the_collection_that_were_there_before(self, files):
        zoe = files.id_of("Zoe Zander")
        files.service.wiring.shared.collections.add_members("ann", files.friends, [zoe])
        files.service.clock.advance(timedelta(minutes=1))

        files.undo(files.job_of(files.import_newer()))

        assert files.members() == {zoe}

    def test_lists_what_was_reversed_and_what_was_kept(self, files):
        run = files.job_of(files.import_newer())
        files.edit_title("Ada Lovelace")

        undo = files.undo(run)

        assert files.listed(undo, "reversed") == [
            ("Ada Lovelace", "restored"),
            ("Bob Bit", "removed"),
            ("Otto Old", "returned"),
        ]
        assert files.listed(undo, "kept") == [("Ada Lovelace", "kept")]
        assert files.listed(undo, "failed") == []
        assert "Kept: you edited the title on " in shown(files.service, f"/undos/{undo}?list=kept")

    def test_lists_contacts_whose_earlier_words_have_expired_as_failed(self, files):
        run = files.job_of(files.import_newer())
        files.service.wiring.shared.blobs.delete_prefix("undo/")

        undo = files.undo(run)

        assert files.listed(undo, "failed") == [("Ada Lovelace", "failed")]


class TestAnUndoneImport:
    def test_says_so_on_its_page_in_the_list_and_in_its_status(self, files):
        newer = files.import_newer()
        path, run = f"/file-imports/{newer.json['id']}", files.job_of(newer)
        assert f"/runs/{run}/undo" in shown(files.service, path)
        assert get(files.service, newer)["undone_by"] is None

        undo = files.undo(run)

        assert "This import was undone." in shown(files.service, path)
        assert f"/undos/{undo}" in shown(files.service, path)
        assert f"/runs/{run}/undo" not in shown(files.service, path)
        assert "Undone" in shown(files.service, "/file-imports")
        assert get(files.service, newer)["undone_by"] == undo
        assert get(files.service, files.first)["undone_by"] is None

    def test_names_the_undo_that_changed_something_even_after_one_that_found_nothing(self, files):
        newer = files.import_newer()
        run, jobs = files.job_of(newer), files.service.wiring.shared.jobs
        first, second = (
            jobs.create(NewJob(f"undo-{each}", "ann", UNDO.name, {UNDOES: run, COLLECTION: files.friends}))
            for each in (1, 2)
        )

        for job in (first, second):
            work(files.service, job.job_id)

        assert jobs.get(second.job_id).state == "completed"
        assert get(files.service, newer)["undone_by"] == first.job_id
        assert (files.book(), files.members()) == (files.before, set())

    def test_is_one_that_stands_again_once_the_undo_is_undone(self, files):
        newer = files.import_newer()
        book, members = files.book(), files.members()
        undo = files.undo(files.job_of(newer))

        again = files.undo(undo)
        assert (files.book(), files.members(), get(files.service, newer)["undone_by"]) == (book, members, None)
        third = files.undo(again)

        assert (files.book(), files.members(), get(files.service, newer)["undone_by"]) == (files.before, set(), third)

    def test_has_no_rows_that_wait(self, files):
        newer = files.import_newer()
        assert files.waiting() == [newer.json["id"]]

        files.undo(files.job_of(newer))

        assert files.waiting() == []
        decision = {"decisions": [{"row": 4, "verdict": "new"}]}
        path = f"/api/v1/file-imports/{newer.json['id']}/decisions"
        refused = files.service.post(path, who="ann", body=decision)
        assert (refused.status, "was undone" in refused.text) == (409, True)

    def test_lets_the_rows_of_the_earlier_version_wait_again(self, files):
        first = plan(files.service, f"{HEADERS}Ida,Rhodes,,+49 170 1234567,\nJoan,Clarke,joan@example.com,,\n")
        commit(files.service, first)
        newer = plan(files.service, f"{HEADERS}Joan,Clarke,joan@example.com,,Codes\n")
        assert get(files.service, newer)["newer_than"]["id"] == first.json["id"]
        commit(files.service, newer)
        assert files.waiting() == []

        files.undo(files.job_of(newer))

        assert files.waiting() == [first.json["id"]]


class TestAnImportThatWasCanceled:
    def test_offers_the_undo_of_what_was_done(self, files):
        canceled = files.cancel(chunks=1)
        path, run = f"/file-imports/{canceled.json['id']}", files.job_of(canceled)
        assert "What was imported stays." in shown(files.service, path)
        assert f"/runs/{run}/undo" in shown(files.service, path)

        undo = files.undo(run)

        assert files.book() == files.before
        page = shown(files.service, path)
        assert f"/undos/{undo}" in page
        assert "What was imported stays." not in page

    def test_offers_none_if_nothing_was_done(self, files):
        canceled = files.cancel(chunks=0)

        page = shown(files.service, f"/file-imports/{canceled.json['id']}")

        assert "The rest of the plan can be imported now." in page
        assert "Undo what was done" not in page


class TestTheSameFileAgain:
    def test_is_planned_and_imported_as_if_the_undone_import_had_not_been(self, files):
        newer = files.import_newer()
        planned, after = get(files.service, newer)["plan"], files.book()
        files.undo(files.job_of(newer))

        again = plan(files.service, NEWER, collection_id=files.friends)
        found = get(files.service, again)

        assert found["newer_than"]["id"] == files.first.json["id"]
        assert {**found["plan"], "plan_id": ""} == {**planned, "plan_id": ""}
        counts = commit(files.service, again, remove=found["plan"]["gone"])["counts"]
        assert counts == get(files.service, newer)["counts"]
        assert sorted(files.book().values()) == sorted(after.values())

    def test_is_a_file_of_its_own_if_all_that_it_brought_was_undone(self, files):
        files.undo(files.job_of(files.first))
        assert files.book() == {}

        again = plan(files.service, FIRST)

        assert get(files.service, again)["newer_than"] is None
        assert get(files.service, again)["plan"]["new"] == 3
        commit(files.service, again)
        assert sorted(files.book().values()) == sorted(files.before.values())


def test_the_undo_of_a_file_import_is_of_nobody_else(files):
    run = files.job_of(files.import_newer())

    assert files.service.get(f"/api/v1/runs/{run}/undo", who="bob").status == 404
