"""A contact is taken apart by its source records."""

from dataclasses import replace

import pytest

from chalicelib.books.enrichment_status import Attempt, ContactStatuses
from chalicelib.books.redirects import ContactMerged
from chalicelib.books.status_kind import StatusKind
from chalicelib.contacts.source import PERSON, enrichment_source
from chalicelib.foundation.errors import InvalidInput
from tests.address_book.room import ANN, GOOGLE, MICROSOFT, person
from tests.contacts.making import record
from tests.merging.merging_room import ADA, AL, said

HUNTER = enrichment_source("hunter")


class TestSplitting:
    @pytest.fixture
    def joined(self, room) -> str:
        """Ada with a record of Google and one of Microsoft, which an import joined."""
        room.import_contacts(person(ADA, "5", email="ada@x.example", phone="+49 170 1234567"), source=MICROSOFT)
        return room.id_of(ADA)

    def test_makes_a_contact_of_the_records(self, room, joined):
        split = room.split(ANN, joined, [(MICROSOFT, "5")])

        assert list(said(room.get(joined))) == [(GOOGLE, "1")]
        assert list(said(room.get(split.new.contact_id))) == [(MICROSOFT, "5")]
        assert (split.contact, split.new) == (room.get(joined), room.get(split.new.contact_id))

    def test_is_noted_for_the_history_of_both(self, room, joined):
        split = room.split(ANN, joined, [(MICROSOFT, "5")])

        [move] = room.past_moves.of_contact(ANN, joined)
        assert (move.kind, move.other_id, move.by) == ("split", split.new.contact_id, ANN)
        [move] = room.past_moves.of_contact(ANN, split.new.contact_id)
        assert (move.kind, move.other_id, move.by) == ("split_off", joined, ANN)

    def test_is_remembered_so_that_no_import_joins_the_two_again(self, room, joined):
        new = room.split(ANN, joined, [(MICROSOFT, "5")]).new
        assert room.contacts.read_book(ANN).is_different(joined, new.contact_id)
        room.contacts.dynamo.transact([room.contacts.remove_write(ANN, new)], token="disconnected")

        room.import_contacts(person(ADA, "5", email="ada@x.example", phone="+49 170 1234567"), source=MICROSOFT)

        assert list(said(room.get(joined))) == [(GOOGLE, "1")]

    def test_takes_what_a_vendor_said_along_with_its_attempt(self, room, joined):
        key = (HUNTER.key, joined)
        records = [*room.get(joined).records, record(HUNTER.key, {"title": "Countess"}, source_id=joined)]
        asked = Attempt(StatusKind.ENRICHED, "found", 1)
        writes = [
            room.contacts.put_write(ANN, replace(room.get(joined), records=records)),
            room.statuses.put_write(ANN, ContactStatuses(joined, {"hunter": asked})),
        ]
        assert room.books.commit_edit(ANN, [joined], writes)
        room.contacts.dynamo.commit([room.books.statuses_write(ANN)])

        new = room.split(ANN, joined, [(MICROSOFT, "5"), key]).new

        assert list(said(room.get(joined))) == [(GOOGLE, "1")]
        assert list(said(room.get(new.contact_id))) == [(MICROSOFT, "5"), (HUNTER.key, new.contact_id)]
        assert room.statuses.all(ANN) == {new.contact_id: ContactStatuses(new.contact_id, {"hunter": asked}, rev=1)}

    def test_keeps_the_persons_words(self, room, joined):
        room.edit(ANN, joined, {"nickname": "Ady"})

        split = room.split(ANN, joined, [(GOOGLE, "1")])

        assert split.contact.shown["nickname"] == "Ady"
        assert "nickname" not in split.new.shown

    @pytest.mark.parametrize("records", [[(GOOGLE, "7")], [], [(GOOGLE, "1"), (MICROSOFT, "5")], [(PERSON, "1")]])
    def test_needs_some_records_but_not_all(self, room, joined, records):
        with pytest.raises(InvalidInput):
            room.split(ANN, joined, records)

    def test_of_a_merged_contact_names_the_one_that_it_is_part_of(self, room):
        al = room.id_of(AL)
        ada = room.merge_named(ADA, AL).contact.contact_id

        with pytest.raises(ContactMerged) as refused:
            room.split(ANN, al, [(MICROSOFT, "2")])
        assert refused.value.into == ada
