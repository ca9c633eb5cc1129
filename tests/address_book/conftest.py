import pytest

from tests.address_book.room import Room, person


@pytest.fixture
def room() -> Room:
    return Room()


@pytest.fixture
def book(room: Room) -> Room:
    """Ann's book of five, all from Google."""
    room.import_contacts(*map(person, ("Zoë Zweig", "ada Lovelace", "Bob Bell", "Émile Zola", "Eve Adams")))
    return room
