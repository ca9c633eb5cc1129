"""The history of a contact: its events, and the words in which the page lists them."""

from dataclasses import replace

from chalicelib.address_book.contact_history import EventKind, history_of
from chalicelib.address_book.history_json import history_json, history_rows
from chalicelib.books.redirects import MergeJournal, Redirect
from chalicelib.contacts.contact import Contact
from chalicelib.contacts.source import PERSON
from chalicelib.contacts.source_record import Stamp
from chalicelib.contacts.source_row import SourceRow
from chalicelib.foundation.outcomes import Outcome
from tests.contacts.making import GOOGLE, MICROSOFT, fields, record

ANN = "ann"
FILE = "file:f1"
NAMES = {GOOGLE: "Google ada@gmail.example"}


def written(source, at, *, changed=None, job="job-1", source_id="1"):
    """A record that arrived at one time and that a job changed at another."""
    made = record(source, fields("Ada"), source_id=source_id, first_seen=at)
    return replace(made, last_changed=changed or at, stamp=Stamp(job, 0, Outcome.CREATED))


def events(*records, created=1, merged=(), redirects=None):
    contact = Contact("c1", 3, list(records), created, 9, merged=merged)
    return history_of(contact, ANN, redirects or {})


def summary(found):
    return [(each.kind, each.at, each.record and each.record.source, each.job_id, each.by) for each in found]


class TestEvents:
    def test_name_the_source_that_created_it_and_the_next_one_the_latest_first(self):
        found = events(written(GOOGLE, 1, job="job-1"), written(MICROSOFT, 5, job="job-2"))

        assert summary(found) == [
            (EventKind.SOURCE_ADDED, 5, MICROSOFT, "job-2", ""),
            (EventKind.CREATED, 1, GOOGLE, "job-1", ""),
        ]

    def test_have_the_last_change_of_a_source_and_no_job_for_the_creation_before_it(self):
        found = events(written(GOOGLE, 1, changed=7, job="job-3"))

        assert summary(found) == [(EventKind.UPDATED, 7, GOOGLE, "job-3", ""), (EventKind.CREATED, 1, GOOGLE, "", "")]

    def test_have_the_first_and_the_last_edit_of_the_person(self):
        found = events(written(GOOGLE, 1), written(PERSON, 4, changed=6, job=""))

        assert summary(found)[:2] == [(EventKind.EDITED, 6, PERSON, "", ANN), (EventKind.EDITED, 4, PERSON, "", ANN)]

    def test_name_the_person_who_created_it(self):
        assert summary(events(written(PERSON, 1, job=""))) == [(EventKind.CREATED, 1, PERSON, "", ANN)]

    def test_have_the_creation_although_its_source_is_gone(self):
        found = events(written(MICROSOFT, 5))

        assert summary(found)[-1] == (EventKind.CREATED, 1, None, "", "")

    def test_name_the_contact_that_was_merged_into_it_and_who_merged_it(self):
        redirect = Redirect("c2", "c1", "m1", 8, "bert", MergeJournal(1, 1, ()))

        found = events(written(GOOGLE, 1), merged=("c2", "c3"), redirects={"c2": redirect})

        assert (found[0].kind, found[0].at, found[0].contact_id, found[0].by) == (EventKind.MERGED, 8, "c2", "bert")
        assert len(found) == 2


class TestWords:
    ROWS = {(FILE, "1"): SourceRow("f1", "phone.vcf", 12, "number")}  # noqa: RUF012 # never changed

    def shown(self, *records):
        history = history_json("c1", events(*records), self.ROWS)
        return [(row.words, row.who, row.source and row.source.name) for row in history_rows(history, ANN, NAMES)]

    def test_name_source_and_person(self):
        assert self.shown(written(GOOGLE, 1), written(PERSON, 4, job="")) == [
            ("Edited", "you", None),
            ("Added", "", "Google ada@gmail.example"),
        ]

    def test_name_the_row_of_a_file_only_for_the_event_of_that_row(self):
        [created] = history_json("c1", events(written(FILE, 1)), self.ROWS)["events"]
        assert created["file"] == {"import_id": "f1", "file_name": "phone.vcf", "row": 12, "rule": "number"}

        updated, created = history_json("c1", events(written(FILE, 1, changed=5)), self.ROWS)["events"]
        assert ("file" in updated, "file" in created) == (True, False)

    def test_say_that_the_person_created_it(self):
        assert self.shown(written(PERSON, 1, job="")) == [("Created by hand", "you", None)]
