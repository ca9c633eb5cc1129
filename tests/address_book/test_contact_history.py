"""What is told of a contact's past, from its records and the merges into it."""

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
    """A record that came at one instant and was changed by a job at another."""
    made = record(source, fields("Ada"), source_id=source_id, first_seen=at)
    return replace(made, last_changed=changed or at, stamp=Stamp(job, 0, Outcome.CREATED))


def events(*records, created=1, merged=(), redirects=None):
    contact = Contact("c1", 3, list(records), created, 9, merged=merged)
    return history_of(contact, ANN, redirects or {})


def told(found):
    return [(each.kind, each.at, each.record and each.record.source, each.job_id, each.by) for each in found]


class TestEvents:
    def test_tell_which_source_brought_it_and_which_had_it_too_the_latest_first(self):
        found = events(written(GOOGLE, 1, job="job-1"), written(MICROSOFT, 5, job="job-2"))

        assert told(found) == [
            (EventKind.SOURCE_ADDED, 5, MICROSOFT, "job-2", ""),
            (EventKind.CREATED, 1, GOOGLE, "job-1", ""),
        ]

    def test_tell_the_last_change_of_a_source_and_that_an_earlier_job_is_not_known(self):
        found = events(written(GOOGLE, 1, changed=7, job="job-3"))

        assert told(found) == [(EventKind.UPDATED, 7, GOOGLE, "job-3", ""), (EventKind.CREATED, 1, GOOGLE, "", "")]

    def test_tell_the_first_and_the_last_edit_of_the_person(self):
        found = events(written(GOOGLE, 1), written(PERSON, 4, changed=6, job=""))

        assert told(found)[:2] == [(EventKind.EDITED, 6, PERSON, "", ANN), (EventKind.EDITED, 4, PERSON, "", ANN)]

    def test_tell_that_the_person_made_it(self):
        assert told(events(written(PERSON, 1, job=""))) == [(EventKind.CREATED, 1, PERSON, "", ANN)]

    def test_tell_when_it_was_made_although_that_source_is_gone(self):
        found = events(written(MICROSOFT, 5))

        assert told(found)[-1] == (EventKind.CREATED, 1, None, "", "")

    def test_tell_what_was_merged_into_it_and_by_whom(self):
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

    def test_name_the_row_of_a_file_if_it_is_of_that_event(self):
        [created] = history_json("c1", events(written(FILE, 1)), self.ROWS)["events"]
        assert created["file"] == {"import_id": "f1", "file_name": "phone.vcf", "row": 12, "rule": "number"}

        updated, created = history_json("c1", events(written(FILE, 1, changed=5)), self.ROWS)["events"]
        assert ("file" in updated, "file" in created) == (True, False)

    def test_say_that_the_person_made_it(self):
        assert self.shown(written(PERSON, 1, job="")) == [("Made by hand", "you", None)]
