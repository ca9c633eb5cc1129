"""Random people, written as programs write them, are read back as they were."""

import pytest
from hypothesis import assume, given, settings

from chalicelib.contacts.cleaning import clean_fields
from tests.examples import examples
from tests.files import writers_vcard
from tests.files.people import people
from tests.files.vcards import read

TYPES = ("home", "work")
OWN = ("Ferienhaus, am See", "Büro: Mitte", "Front desk; 2nd floor", "Sommer\\haus")
BY_PROGRAM = {
    writers_vcard.apple: people([*TYPES, *OWN, 'say "x"']),
    writers_vcard.google: people([*TYPES, *OWN, 'say "x"']),
    writers_vcard.android: people([*TYPES, "Ferienhaus am See"], has_backslashes=False),
    writers_vcard.outlook: people(TYPES, codec="cp1252", has_backslashes=False),
    writers_vcard.thunderbird: people([*TYPES, *OWN]),
    writers_vcard.sabre: people([*TYPES, *OWN, 'say "x"', "a^b"]),
    writers_vcard.fossify: people([*TYPES, "Ferienhaus, am See", "Büro: Mitte"]),
}


@pytest.mark.parametrize("write", BY_PROGRAM, ids=lambda write: write.__name__)
def test_a_person_is_read_back_as_written(write):
    @settings(max_examples=examples(40))
    @given(BY_PROGRAM[write])
    def check(person):
        expected = clean_fields(person)
        if write is writers_vcard.android:
            assume(";" not in person.get("organization", ""))  # it encodes separators, too
            for url in expected.get("urls", ()):  # it has no labels of links
                del url["label"]
        content = write(person)

        cards = read(content + content.rstrip() + b"\r\n")

        assert [clean_fields(card.fields) for card in cards] == [expected, expected]
        assert not [card for card in cards if card.problems or card.unreadable]

    check()
