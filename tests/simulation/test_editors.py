"""A person who edits, deletes or adds an address at any moment of a job that changes their book."""

import pytest

from tests.simulation.changes import CHANGES, Change, Course
from tests.simulation.editing import at_every_call, deleted, edited, met


@pytest.fixture(scope="module", params=CHANGES.values(), ids=CHANGES)
def change(request) -> Change:
    return request.param()


@pytest.fixture(scope="module")
def calm(change) -> Course:
    course = Course(change)
    course.run()
    return course


class TestAnEditor:
    @pytest.mark.parametrize("meeting", [edited, deleted], ids=["edits", "deletes"])
    def test_is_met_at_any_call_and_has_the_last_word(self, change, calm, meeting):
        at_every_call(change, calm, meeting)

    @pytest.mark.parametrize(
        ("name", "address"), [("copying an account", "p7@example.org"), ("a bulk run", "eve@x.org")]
    )
    def test_who_writes_the_address_of_somebody_arriving_is_told_of_them(self, name, address):
        change = CHANGES[name]()
        calm = Course(change)
        calm.run()

        at_every_call(change, calm, met(address))
