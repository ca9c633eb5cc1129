"""A row that is the contact of an earlier row of its file is skipped if it says the same, and kept if it does not."""

from collections import Counter
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.file_imports.planning.change_import import SettingChanges
from chalicelib.file_imports.planning.repeated_rows import MOST_OF_ONE_CONTACT
from chalicelib.file_imports.storing.row_decision import RowDecision, Verdict
from tests.contacts.making import source_contact
from tests.examples import examples
from tests.fakes.tables import empty_tables
from tests.file_imports.conftest import ANN, Room, importing

HEADERS = "First Name,Last Name,Email Address,Mobile Phone,Job Title,Web Page\n"
ADA = "Ada,Lovelace,ada@example.com,+49 170 1234567,,\n"
MORE = "Ada,Lovelace,ada@example.com,+49 171 7654321,Countess,\n"
OTHER = "Ada,Lovelace,ada@example.com,,Mathematician,https://ada.example\n"


def outcomes(room: Room, found: Any) -> list[str]:
    return [row.outcome.value for row in room.planned(found)]


def only(room: Room) -> Any:
    (contact,) = room.contacts.all(ANN)
    return contact


def versions(room: Room) -> dict[str, int]:
    return {each.contact_id: each.version for each in room.contacts.all(ANN)}


class TestARepeatedRow:
    def test_that_says_the_same_is_skipped_and_names_the_other(self, room):
        found = room.upload(HEADERS + ADA + MORE + ADA + MORE)

        planned = room.planned(found)

        assert [each.outcome.value for each in planned] == ["new", "update", "skipped", "skipped"]
        assert [(each.reason, each.other_row) for each in planned[2:]] == [("repeats_row", 2), ("repeats_row", 3)]
        assert [planned[2].key, planned[3].key] == [planned[0].key, planned[1].key]

    def test_that_says_more_adds_it_to_the_contact_of_the_earlier_row(self, room):
        found = room.upload(HEADERS + ADA + MORE)
        assert [(each.rule, each.other_row) for each in room.planned(found)] == [("", None), ("key", 2)]

        room.commit(found)

        contact = only(room)
        assert [each["e164"] for each in contact.shown["phones"]] == ["+491701234567", "+491717654321"]
        assert contact.shown["title"] == "Countess"

    def test_that_says_something_else_is_kept_beside_what_came_first(self, room):
        done = room.commit(room.upload(HEADERS + MORE + OTHER))

        contact = only(room)
        assert contact.shown["title"] == "Countess"
        assert [each.fields.get("title") for each in contact.records] == ["Countess", "Mathematician"]
        assert list(room.planned(done)[1].beside) == ["title"]

    def test_is_the_same_contact_also_if_the_rule_does_not_match_by_address(self, room):
        cards = "".join(
            f"BEGIN:VCARD\nVERSION:3.0\nFN:Ada Lovelace\nEMAIL:ada@example.com\nTITLE:{title}\nEND:VCARD\n"
            for title in ("Countess", "Mathematician")
        )

        assert outcomes(room, room.upload(cards, "phone.vcf")) == ["new", "unchanged"]

    def test_of_a_contact_that_another_source_has_is_that_contact_too(self, room):
        importing(room, [source_contact("p/1", "Ada Lovelace", email="ada@example.com")])

        room.commit(room.upload(HEADERS + ADA + MORE + OTHER))

        assert len(only(room).records) == 4

    def test_of_a_contact_that_the_person_deleted_is_not_imported_again(self, room):
        room.commit(room.upload(HEADERS + ADA))
        room.delete("Ada Lovelace")

        done = room.commit(room.upload(HEADERS + ADA + MORE))

        assert [line.reason for line in room.lines(done)] == ["deleted_by_person"] * 2

    def test_beyond_a_hundred_of_one_contact_is_invalid_and_says_why(self, room):
        rows = "".join(ADA.replace(",,\n", f",Title {number},\n") for number in range(MOST_OF_ONE_CONTACT + 2))

        planned = room.planned(room.upload(HEADERS + rows))

        assert Counter(each.outcome.value for each in planned)["invalid"] == 2
        assert {each.reason for each in planned if each.outcome.value == "invalid"} == {"too_many_repeats"}


class TestARowWithANameThatAnotherRowHas:
    """A name alone does not tell who somebody is."""

    ROWS = "John,Smith,,,Baker,https://a.example\nJohn,Smith,,,Butcher,https://b.example\n"

    def test_and_with_other_values_is_another_contact(self, room):
        room.commit(room.upload(HEADERS + self.ROWS))

        assert sorted(each.shown["title"] for each in room.contacts.all(ANN)) == ["Baker", "Butcher"]

    def test_is_found_again_in_the_same_file_and_in_another_one_that_says_the_same(self, room):
        room.commit(room.upload(HEADERS + self.ROWS))

        again = room.upload(HEADERS + self.ROWS)
        other = room.upload("Vorname,Nachname,Position\nJohn,Smith,Butcher\nJohn,Smith,Baker\n", "anders.csv")

        assert outcomes(room, again) == ["unchanged", "unchanged"]
        assert outcomes(room, other) == ["unchanged", "unchanged"]

    def test_stays_its_contact_when_the_other_row_is_gone(self, room):
        baker, butcher = self.ROWS.splitlines(keepends=True)
        rest = "".join(f"P{number},Q,p{number}@example.com,,,\n" for number in range(4))
        room.commit(room.upload(HEADERS + baker + butcher + rest))

        newer = room.upload(HEADERS + butcher + rest)

        assert (outcomes(room, newer)[0], newer.plan.gone) == ("unchanged", 1)
        room.commit(newer, remove=1)
        assert [each.shown["title"] for each in room.contacts.all(ANN) if "title" in each.shown] == ["Butcher"]


class TestAnIdThatSeveralCardsHave:
    @pytest.fixture
    def cards(self):
        def of(*names: str) -> str:
            return "".join(
                f"BEGIN:VCARD\nVERSION:3.0\nUID:7\nFN:{name}\nTEL:+49 170 000000{number}\nEND:VCARD\n"
                for number, name in enumerate(names)
            )

        return of

    def test_is_one_contact_if_the_names_fit(self, room, cards):
        room.commit(room.upload(cards("Ada Lovelace", "Ada Lovelace"), "phone.vcf"))

        assert len(only(room).shown["phones"]) == 2

    def test_waits_for_a_decision_if_the_names_differ(self, room, cards):
        done = room.commit(room.upload(cards("Ada Lovelace", "Bert Brecht"), "phone.vcf"))
        assert [line.reason for line in room.lines(done)] == [None, "same_id"]

        room.decided(done, RowDecision(2, Verdict.NEW))

        assert room.names_in_book() == ["Ada Lovelace", "Bert Brecht"]
        assert outcomes(room, room.upload(cards("Ada Lovelace", "Bert Brecht"), "phone.vcf")) == ["unchanged"] * 2


class TestTheNextVersionOfTheFile:
    def test_finds_each_repeated_row_again(self, room):
        room.commit(room.upload(HEADERS + ADA + MORE + OTHER))

        newer = room.upload(HEADERS + ADA + MORE.replace("Countess", "Lady") + OTHER)

        assert outcomes(room, newer) == ["unchanged", "update", "unchanged"]
        room.commit(newer)
        assert only(room).shown["title"] == "Lady"

    def test_without_a_repeated_row_has_it_among_the_rows_that_are_gone(self, room):
        room.commit(room.upload(HEADERS + ADA + MORE))

        newer = room.upload(HEADERS + ADA)

        assert newer.plan.gone == 1
        room.commit(newer, remove=1)
        assert [each["e164"] for each in only(room).shown["phones"]] == ["+491701234567"]


KEPT = ("created", "updated", "unchanged")
NAMES = ("Ada Lovelace", "Ada", "Bert Brecht", "")
TEXTS = st.sampled_from(["", "a", "b", "c"])
ROWS = st.fixed_dictionaries(
    {
        "UID": st.sampled_from(["", "", "7", "8"]),
        "FN": st.sampled_from(NAMES),
        "EMAIL": st.sampled_from(["", "a@example.com", "b@example.com"]),
        "TEL": st.sampled_from(["", "+49 170 1234567", "+49 171 7654321"]),
        "TITLE": TEXTS,
        "URL": TEXTS.map(lambda text: text and f"https://{text}.example"),
        "NICKNAME": TEXTS,
    }
)


def card(row: dict[str, str]) -> str:
    if not (row["EMAIL"] or row["TEL"]) and not (row["UID"] and row["FN"]):  # so that each row is a contact
        row["FN"] = "Carl Cox"
    lines = [f"{name}:{value}" for name, value in row.items() if value]
    return "\n".join(["BEGIN:VCARD", "VERSION:3.0", *lines, "END:VCARD\n"])


def kept_values(contact: Any, source: str) -> set[str]:
    """All values that the book has of a contact from a file, shown or kept beside."""
    found = set()
    for record in contact.records:
        fields = record.fields if record.source == source else {}
        lists = [each for name in ("emails", "phones", "urls") for each in fields.get(name, ())]
        found |= {each.get("value") or each["raw"] for each in lists}
        found |= {str(fields.get(name, "")) for name in ("title", "nickname")}
    return found


@given(st.lists(ROWS, min_size=1, max_size=12), st.randoms(use_true_random=False))
@settings(max_examples=examples(20))
def test_nothing_of_any_file_is_lost_and_its_second_import_writes_nothing(rows, chance):
    rows = rows + [rows[chance.randrange(len(rows))] for _ in range(3)]
    room = Room(empty_tables())

    done = room.commit(room.upload("".join(map(card, rows)), "phone.vcf"))

    assert room.verify(room.follow.of(done)).consistent
    contacts = {each.contact_id: each for each in room.contacts.all(ANN)}
    for row, planned, line in zip(rows, room.planned(done), room.lines(done), strict=True):
        if planned.reason == "repeats_row":
            assert rows[planned.other_row - 1] == row
        elif line.outcome in KEPT:
            values = {row[name] for name in ("EMAIL", "TEL", "TITLE", "URL", "NICKNAME") if row[name]}
            assert values <= kept_values(contacts[line.contact_id], done.source.key)
        else:
            assert line.reason
    before = versions(room)

    again = room.upload("".join(map(card, rows)), "phone.vcf")
    if again.newer_than is None:  # most rows wait, so that it is not recognized
        again = room.run(room.change.settings(ANN, again.import_id, SettingChanges(newer_than=done.import_id)))
    again = room.commit(again)

    both = list(zip(room.lines(done), room.lines(again), strict=True))
    assert all(second.outcome == "unchanged" for first, second in both if first.outcome in KEPT)
    assert all(first.outcome == second.outcome for first, second in both if first.outcome in ("skipped", "failed"))
    if all(first.outcome != "conflict" for first, _ in both):  # a row that waits is judged again
        assert versions(room) == before
