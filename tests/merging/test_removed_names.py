"""A contact whose source changed what it is called, and then removed it, while it was part of another contact."""

import pytest

from chalicelib.books.intake import Limits
from chalicelib.contacts.source import PERSON
from tests.address_book.room import ANN, GOOGLE, MICROSOFT, person
from tests.merging.merging_room import ADA, AL, BOB, without_moments

NAMELESS = {"given": "", "family": "", "display": ""}


def remove(room, source: str, *source_ids: str) -> None:
    importing = room.start_import(source)
    importing.commit(importing.intake.plan_removals(source_ids, Limits()), ends=True)


@pytest.fixture
def merged(room) -> tuple[str, str]:
    """Ada and Al, of whom the person has written notes, as one."""
    ada, al = room.id_of(ADA), room.id_of(AL)
    room.edit(ANN, al, {"notes": "met in London"})
    room.merge(ANN, ada, [al])
    return ada, al


@pytest.mark.parametrize(
    ("change", "called"),
    [
        ({"given": "Alberta", "display": "Alberta L."}, "Alberta L."),
        ({"given": "\u9694", "family": "\u5f35", "display": ""}, "\u5f35\u9694"),
        ({**NAMELESS, "nickname": "Albie", "organization": "Acme"}, "Albie"),
        ({**NAMELESS, "organization": "Acme"}, "Acme"),
        (NAMELESS, "al@x.example"),
        ({**NAMELESS, "emails": [], "custom_fields": [{"name": "Member", "value": "1815"}]}, "1815"),
        ({"birthday": {"month": 12, "day": 10}, "events": [{"value": "2009-06-20"}]}, AL),
    ],
)
def test_it_is_called_what_its_source_called_it_in_the_end(room, merged, change, called):
    room.import_contacts(person(AL, "2", email="al@x.example", **change), source=MICROSOFT)
    remove(room, MICROSOFT, "2")

    room.unmerge(ANN, merged[1])

    assert room.get(merged[1]).shown["display"] == called


def test_the_contact_that_it_was_merged_into_is_called_what_its_own_source_called_it(room, merged):
    ada, al = merged
    room.edit(ANN, ada, {"nickname": "Ady"})
    room.import_contacts(person("Augusta King", "1", email="ada@x.example"), source=GOOGLE)
    remove(room, GOOGLE, "1")
    remove(room, MICROSOFT, "2")

    room.unmerge(ANN, al)

    assert [room.get(each).shown["display"] for each in (ada, al)] == ["Augusta King", AL]


def test_the_name_stays_known_while_other_merges_are_taken_back(room, merged):
    ada, al = merged
    bob = room.id_of(BOB)
    room.merge(ANN, bob, [ada])
    room.import_contacts(person("Al King", "2", email="al@x.example"), source=MICROSOFT)
    remove(room, MICROSOFT, "2")
    room.unmerge(ANN, ada)

    room.unmerge(ANN, al)

    assert room.get(al).shown["display"] == "Al King"


def test_a_name_that_the_source_has_again_is_the_present_one(room, merged):
    al = merged[1]
    remove(room, MICROSOFT, "2")
    room.import_contacts(person("Al King", "2", email="al@x.example"), source=MICROSOFT)

    room.unmerge(ANN, al)

    assert room.get(al).shown["display"] == "Al King"


def test_a_record_that_comes_and_goes_is_noted_once(room, merged):
    ada, al = merged
    for called in ("Al One", "Al Two", "Al Three"):
        room.import_contacts(person(called, "2", email="al@x.example"), source=MICROSOFT)
        remove(room, MICROSOFT, "2")

    [words] = [each for each in room.get(ada).records if each.source == PERSON]
    assert [each["fields"]["display"] for each in words.fields["removed_names"]] == ["Al Three"]
    room.unmerge(ANN, al)

    assert room.get(al).shown["display"] == "Al Three"


def test_contacts_that_are_not_merged_note_no_names(room, merged):
    ada, al = merged
    before = without_moments(room.get(room.id_of(BOB)))
    remove(room, MICROSOFT, "2")
    assert any("removed_names" in each.fields for each in room.get(ada).records if each.source == PERSON)

    room.unmerge(ANN, al)

    assert not any("removed_names" in each.fields for contact in room.everybody() for each in contact.records)
    assert without_moments(room.get(room.id_of(BOB))) == before
