"""Comparing an import with the book: what only one of them has, where they differ, and nothing is written."""

import csv
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.file_imports.comparing.compare import Compared
from chalicelib.file_imports.comparing.compare_csv import HEADER, comparison_csv
from chalicelib.file_imports.comparing.compared_kind import ComparedKind
from chalicelib.file_imports.planning.change_import import SettingChanges
from chalicelib.file_imports.planning.plan_rows import RowOutcome
from chalicelib.file_imports.storing.file_import import FileImport, FileImportState
from chalicelib.foundation.delivery import TimeLeft
from chalicelib.foundation.errors import Conflict, OutOfTime
from tests.file_imports.conftest import ANN, Room
from tests.file_imports.test_planning import ADA, card

ALAN = card("Alan Turing", "EMAIL:alan@example.com")
READS = {"query", "batch_get_item", "get_item"}


@pytest.fixture
def known(room) -> Room:
    """A room whose book has Ada, from a file with the tag `phone`, and Alan, from one without a tag."""
    room.commit(room.upload(ADA, "first.vcf", tag="phone"))
    room.commit(room.upload(ALAN, "other.vcf"))
    return room


def compared(room: Room, found: FileImport, tag: str = "") -> list[Compared]:
    return list(room.compare(room.follow.of(found), TimeLeft(room.clock, None), tag=tag))


def of_kind(room: Room, found: FileImport, kind: ComparedKind) -> list[Compared]:
    return [each for each in compared(room, found) if each.kind is kind]


def names_on_pages(room: Room, found: FileImport, kinds: set[ComparedKind]) -> list[str]:
    """The names of the items of these kinds, read in pages of two."""
    names, start = list[str](), 0
    while start is not None:
        page = room.compare.page(room.follow.of(found), TimeLeft(room.clock, None), kinds=kinds, start=start, limit=2)
        names += [each.name for each in page.items]
        start = page.next_position
    return names


class NotedContacts:
    """The contacts, which notes the ids of those that are read."""

    def __init__(self, contacts) -> None:
        self._contacts, self.read = contacts, list[str]()

    def read_book(self, owner):
        return self._contacts.read_book(owner)

    def get_many(self, owner, ids):
        self.read += ids
        return self._contacts.get_many(owner, ids)


class TickingClock:
    """A second passes whenever somebody looks at it."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def now(self) -> datetime:
        self.at += timedelta(seconds=1)
        return self.at


def time_for(items: int) -> TimeLeft:
    """The time to read that many rows."""
    noon = datetime(2026, 3, 3, 12, tzinfo=UTC)
    return TimeLeft(TickingClock(noon), noon + timedelta(seconds=items + 1))


class TestRows:
    def test_of_which_the_book_shows_everything_are_equal(self, known):
        found = known.upload(card("Ada Lovelace", "TEL:+49 170 1234567"), "second.vcf")

        (ada,) = of_kind(known, found, ComparedKind.EQUAL)
        assert (ada.name, ada.row, dict(ada.fields)) == ("Ada Lovelace", 1, {})

    def test_are_only_in_the_file_if_the_book_has_no_such_contact(self, known):
        found = known.upload(ADA + card("Grace Hopper", "TEL:+1 212 736 5000"), "second.vcf")

        (grace,) = of_kind(known, found, ComparedKind.ONLY_IN_FILE)
        assert (grace.name, grace.row, grace.planned, grace.contact_id) == ("Grace Hopper", 2, RowOutcome.NEW, None)
        assert grace.fields["phones"] == ([{"raw": "+1 212 736 5000", "e164": "+12127365000"}], None)

    def test_in_conflict_are_only_in_the_file_and_name_the_contact_that_they_may_be(self, known):
        found = known.upload(card("Grace Hopper", "TEL:+49 170 1234567"), "second.vcf")

        (grace,) = of_kind(known, found, ComparedKind.ONLY_IN_FILE)
        in_book = {each.name: each.contact_id for each in of_kind(known, found, ComparedKind.ONLY_IN_BOOK)}
        assert (grace.planned, grace.contact_id) == (RowOutcome.CONFLICT, in_book["Ada Lovelace"])

    def test_differ_in_the_fields_of_which_the_book_shows_another_value(self, known):
        row = card("Ada Lovelace", "TEL:+49 170 1234567", "EMAIL:ada@example.org", "TITLE:Countess")

        (ada,) = of_kind(known, known.upload(row, "second.vcf"), ComparedKind.DIFFERING)
        assert dict(ada.fields) == {
            "emails": ([{"value": "ada@example.org"}], [{"value": "ada@example.com"}]),
            "title": ("Countess", None),
        }

    def test_do_not_differ_by_the_spelling_of_numbers_and_addresses(self, known):
        row = card("Ada Lovelace", "TEL:0049 (170) 1234567", "EMAIL:ADA@example.com")

        assert of_kind(known, known.upload(row, "second.vcf"), ComparedKind.DIFFERING) == []

    def test_do_not_differ_by_a_note_that_the_book_shows_among_others(self, known):
        note = card("Ada Lovelace", "TEL:+49 170 1234567", "NOTE:Met in Turin.")
        known.commit(known.upload(note, "second.vcf"))
        more = known.upload(note.replace("Turin.", "Turin.\\n\\nPlays chess."), "third.vcf")

        (ada,) = of_kind(known, more, ComparedKind.DIFFERING)
        known.commit(more)
        again = known.upload(note, "fourth.vcf")

        assert list(ada.fields) == ["notes"]
        assert "notes" not in [name for each in of_kind(known, again, ComparedKind.DIFFERING) for name in each.fields]

    def test_that_repeat_another_or_are_left_out_or_cannot_be_read_are_not_compared(self, known):
        broken = "BEGIN:VCARD\nVERSION:3.0\nEND:VCARD\n"
        found = known.upload(ADA + ADA + card("Bob", "TEL:+49 170 7654321") + broken, "second.vcf")
        found = known.run(known.change.leave_out(ANN, found.import_id, [3]))

        assert [each.row for each in compared(known, found) if each.row is not None] == [1]

    def test_of_a_committed_import_are_compared_with_what_they_became(self, known):
        found = known.commit(known.upload(card("Grace Hopper", "TEL:+1 212 736 5000"), "second.vcf"))

        (grace,) = of_kind(known, found, ComparedKind.EQUAL)
        assert found.state is FileImportState.COMMITTED
        assert (grace.name, of_kind(known, found, ComparedKind.ONLY_IN_FILE)) == ("Grace Hopper", [])

    def test_whose_contact_was_deleted_since_are_only_in_the_file(self, known):
        found = known.upload(ADA, "second.vcf")
        ada = next(each for each in known.contacts.all(ANN) if each.shown["display"] == "Ada Lovelace")
        known.contacts.dynamo.transact([known.contacts.remove_write(ANN, ada)], token="a")

        assert [each.name for each in of_kind(known, found, ComparedKind.ONLY_IN_FILE)] == ["Ada Lovelace"]


class TestContacts:
    def test_that_no_row_is_are_only_in_the_book_with_all_they_show(self, known):
        (alan,) = of_kind(known, known.upload(ADA, "second.vcf"), ComparedKind.ONLY_IN_BOOK)

        assert (alan.name, alan.row, alan.planned) == ("Alan Turing", None, None)
        assert alan.fields["emails"] == (None, [{"value": "alan@example.com"}])

    def test_are_only_those_of_a_tag_if_one_is_given(self, known):
        found = known.upload(card("Bob", "TEL:+49 170 7654321"), "second.vcf")

        names = {
            tag: [each.name for each in compared(known, found, tag) if each.kind is ComparedKind.ONLY_IN_BOOK]
            for tag in ("phone", "crm")
        }
        assert names == {"phone": ["Ada Lovelace"], "crm": []}


class TestComparing:
    def test_writes_nothing(self, known):
        found = known.upload(ADA + card("Grace Hopper", "TEL:+1 212 736 5000"), "second.vcf")
        stored, calls = dict(known.blobs.kept), Counter(known.client.calls)

        assert len(compared(known, found)) == 3
        assert set(known.client.calls - calls) <= READS
        assert known.blobs.kept == stored

    def test_needs_a_plan(self, room):
        found = room.upload("Vorname;Irgendwas;Telefon\nAda;x;0170 1234567\n")

        with pytest.raises(Conflict):
            compared(room, found)

    def test_of_an_import_that_is_planned_again_waits_for_the_plan(self, known):
        found = known.upload(ADA, "second.vcf")
        changed = known.change.settings(ANN, found.import_id, SettingChanges(region="CH"))

        with pytest.raises(Conflict):
            compared(known, changed)

    def test_ends_when_the_time_is_up(self, known):
        found = known.upload(ADA, "second.vcf")
        over = TimeLeft(known.clock, known.clock.now() - timedelta(seconds=1))

        with pytest.raises(OutOfTime):
            list(known.compare(known.follow.of(found), over))


class TestPages:
    def test_hold_only_the_chosen_kinds(self, known):
        found = known.upload(ADA + card("Grace Hopper", "TEL:+1 212 736 5000"), "second.vcf")

        names = [names_on_pages(known, found, {kind}) for kind in ("only_in_file", "only_in_book", "equal")]
        assert names == [["Grace Hopper"], ["Alan Turing"], ["Ada Lovelace"]]

    def test_together_are_the_whole_comparison(self, known):
        rows = "".join(card(f"Person {number}", f"EMAIL:p{number}@example.com") for number in range(5))
        found = known.upload(rows, "second.vcf")

        assert names_on_pages(known, found, set(ComparedKind)) == [each.name for each in compared(known, found)]
        assert len(compared(known, found)) == 7

    def test_end_early_when_the_time_is_up_and_the_next_ones_go_on(self, known):
        compare = replace(known.compare, rows_at_once=2)
        rows = [card(f"Person {number}", f"EMAIL:p{number}@example.com") for number in range(5)]
        followed = known.follow.of(known.upload("".join(rows), "second.vcf"))
        kinds, pages, start = {ComparedKind.ONLY_IN_FILE}, [], 0
        while start is not None:
            page = compare.page(followed, time_for(3), kinds=kinds, start=start)
            pages.append([each.name for each in page.items])
            start = page.next_position

        assert pages == [["Person 0", "Person 1"], ["Person 2", "Person 3", "Person 4"]]

    def test_of_which_there_is_no_time_to_compare_anything_are_refused(self, known):
        followed = known.follow.of(known.upload(ADA, "second.vcf"))

        with pytest.raises(OutOfTime):
            known.compare.page(followed, time_for(0), kinds=set(ComparedKind))

    def test_of_contacts_read_those_of_the_page_alone(self, room):
        cards = "".join(card(f"P{number}", f"EMAIL:p{number}@x.org") for number in range(250))
        room.commit(room.upload(cards, "phone.vcf"))
        found = room.upload(card("Somebody", "EMAIL:s@x.org"), "other.vcf")
        noted, followed = NotedContacts(room.contacts), room.follow(ANN, found.import_id)
        compare, kinds = replace(room.compare, contacts=noted), {ComparedKind.ONLY_IN_BOOK}

        page = compare.page(followed, TimeLeft(room.clock, None), kinds=kinds, limit=10)

        assert len(page.items) == 10
        assert len(noted.read) == 100

    def test_of_rows_alone_do_not_read_the_book(self, known):
        followed = known.follow.of(known.upload(ADA, "second.vcf"))
        calls = Counter(known.client.calls)

        known.compare.page(followed, time_for(100), kinds={ComparedKind.DIFFERING})

        assert known.client.calls["query"] == calls["query"]

    def test_are_counted_as_a_whole(self, known):
        found = known.upload(ADA + card("Grace Hopper", "TEL:+1 212 736 5000"), "second.vcf")

        counts = known.compare.counts(known.follow.of(found), TimeLeft(known.clock, None))
        assert counts == {"only_in_file": 1, "only_in_book": 1, "differing": 0, "equal": 1}

    @pytest.mark.parametrize("start", range(3))
    @pytest.mark.parametrize("limit", [1, 3])
    def test_come_with_a_page_from_one_pass_that_reads_the_plan_once(self, known, start, limit):
        found = known.upload(ADA + card("Bob Bit", "EMAIL:bob@example.com"), "new.vcf")
        followed, all_time = known.follow.of(found), TimeLeft(known.clock, None)
        asked = {"kinds": set(ComparedKind), "start": start, "limit": limit}
        expected = known.compare.page(followed, all_time, **asked), known.compare.counts(followed, all_time)
        found_blobs, read = known.blobs.find, Counter()

        def find(key, **more):
            read[key] += 1
            return found_blobs(key, **more)

        known.blobs.find = find
        page, counts = known.compare.page_and_counts(followed, all_time, **asked)

        assert (page, counts) == expected
        assert set(read.values()) == {1}

    def test_are_counted_quickly_for_small_files_alone_and_while_there_is_time(self, known):
        followed = known.follow.of(known.upload(ADA + card("Grace Hopper", "TEL:+1 212 736 5000"), "second.vcf"))
        cautious = replace(known.compare, quickly_counted=1)

        counts = known.compare.quick_counts(followed, time_for(10))
        assert counts == {"only_in_file": 1, "only_in_book": 1, "differing": 0, "equal": 1}
        assert known.compare.quick_counts(followed, time_for(1)) is None
        assert cautious.quick_counts(followed, time_for(10)) is None


class TestTheCsv:
    def lines(self, room: Room, found: FileImport) -> list[list[str]]:
        return list(csv.reader("".join(comparison_csv(compared(room, found))).removeprefix("\ufeff").splitlines()))

    def test_has_a_line_for_each_field_that_differs(self, known):
        row = card("Ada Lovelace", "TEL:+49 170 1234567", "EMAIL;TYPE=WORK:ada@example.org", "BDAY:1815-12-10")
        header, emails, birthday, _ = self.lines(known, known.upload(row, "second.vcf"))

        assert tuple(header) == HEADER
        assert (emails[0], emails[1], emails[3]) == ("differs", "1", "Ada Lovelace")
        assert emails[4:] == ["Email", "work: ada@example.org", "ada@example.com"]
        assert birthday[4:] == ["Birthday", "1815-12-10", ""]

    def test_has_a_line_for_each_row_and_contact_that_is_alone(self, known):
        found = known.upload(ADA + card("Grace Hopper", "TEL:+1 212 736 5000"), "second.vcf")
        _, grace, alan = self.lines(known, found)

        assert grace == ["only in the file", "2", "", "Grace Hopper", "", "'+1 212 736 5000", ""]
        assert (alan[0], alan[1], alan[3:]) == (
            "only in the book", "", ["Alan Turing", "", "", "alan@example.com"]
        )  # fmt: skip

    def test_writes_a_birthday_with_the_parts_that_are_known(self, known):
        for written, shown in (("--0510", "'--05-10"), ("1906", "1906"), ("1906-12", "1906-12")):
            row = card("Ada Lovelace", "TEL:+49 170 1234567", f"BDAY:{written}")
            _, birthday, *_ = self.lines(known, known.upload(row, "second.vcf"))
            assert birthday[4:6] == ["Birthday", shown]
