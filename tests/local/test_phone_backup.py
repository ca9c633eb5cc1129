"""The backup of a phone that the demo imports: who is in it, and that it is a vCard file as others read it."""

import pytest
import vobject

from chalicelib.files.read_file import read_file
from local.phone_backup import PhoneBackup
from local.sandbox.people import human

BACKUP = PhoneBackup(contacts=80, known=20, conflicts=5)
FIRST = 30  # of the people of the account who may be in it


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    path = tmp_path_factory.mktemp("phone") / "phone.vcf"
    BACKUP.write(path, lambda index: human(11, index), first=FIRST, seed=13)
    return path


@pytest.fixture(scope="module")
def cards(path) -> list:
    return [card.fields for card in read_file(path.read_bytes()).contents]


def numbers_of(people) -> dict[str, str]:
    """The names of people by their first number."""
    return {person.phones[0].e164 or person.phones[0].raw: person.display for person in people if person.phones}


ACCOUNT = numbers_of(human(11, index) for index in range(FIRST, 200))


class TestABackup:
    def test_has_the_people_that_it_says(self, cards):
        names = [card["display"] for card in cards]
        in_account = [ACCOUNT.get(card["phones"][0]["raw"]) for card in cards]

        assert len(cards) == 80
        assert in_account[:20] == names[:20]
        assert None not in in_account[20:25]
        assert not set(in_account[20:25]) & set(names[20:25])
        assert in_account[25:] == [None] * BACKUP.new

    def test_has_nobody_twice(self, cards):
        assert len({card["phones"][0]["raw"] for card in cards}) == 80

    def test_knows_more_about_some_people_than_the_account(self, cards):
        assert sum("notes" in card for card in cards[:20]) == BACKUP.updates == 5

    def test_is_read_by_others(self, path, cards):
        read = list(vobject.readComponents(path.read_text()))

        assert [each.fn.value for each in read] == [card["display"] for card in cards]
