import pytest

from tests.address_book.room import GOOGLE, MICROSOFT, person
from tests.merging.merging_room import MergingRoom


@pytest.fixture
def room() -> MergingRoom:
    """Ada from Google, A. Lovelace from Microsoft, and Bob, who has nothing to do with them."""
    room = MergingRoom()
    room.import_contacts(person("Ada Lovelace", "1", email="ada@x.example"), person("Bob Bell", "9"), source=GOOGLE)
    room.clock.advance(seconds=1)
    room.import_contacts(person("A. Lovelace", "2", email="al@x.example", title="Countess"), source=MICROSOFT)
    room.clock.advance(seconds=1)
    return room
