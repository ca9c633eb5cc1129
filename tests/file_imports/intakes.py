"""Makes planners of the rows of a file."""

from itertools import count

from chalicelib.contacts.source import file_source
from chalicelib.file_imports.planning.file_intake import FileIntake
from chalicelib.file_imports.storing.match_by import MatchBy
from tests.books.world import ANNA, World
from tests.contacts.making import source_contact

ADA = source_contact("p/1", "Ada Lovelace", email="ada@example.com", phone="0170 1234567")


def intake_of(world: World, job: str = "plan") -> FileIntake:
    """A planner of the rows of one file, which has read the book."""
    intake = FileIntake(
        world.store,
        owner=ANNA,
        source=file_source("iphone"),
        region="DE",
        job=job,
        generation=0,
        now=lambda: world.now,
        fresh_id=(f"new-{number}" for number in count(1)).__next__,
        match_by=MatchBy.NUMBER_AND_NAME,
    )
    intake.reload_book()
    return intake
