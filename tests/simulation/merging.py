"""A person who merges contacts, takes that back or splits one, while a job changes their book or while calls fail."""

from collections import Counter
from collections.abc import Callable
from contextlib import suppress

from chalicelib.contacts.source import PERSON
from chalicelib.foundation.errors import CallerError, NotFound
from tests.simulation.changes import SMALL, Change, Course, by_process
from tests.simulation.editing import Meeting, in_order
from tests.simulation.faults import build_stage
from tests.simulation.house import OWNER, House, Parts
from tests.simulation.promises import contacts_in

KINDS = ("new", "changed", "same", "changed", "twin", "changed", "new", "changed")


def copying_over_shelves() -> Change:
    """An import that updates most contacts of a book whose shelves are read one after the other."""
    stage = build_stage(KINDS, page_size=4, limits=SMALL, shelves=3)
    return Change(stage.house, stage.job_id, 0.2, stage.scenario.now[0].source_id)


def copying_what_was_merged() -> Change:
    """The same import, of contacts two of which were merged."""
    change = copying_over_shelves()
    merge_two(change.house.outside, change.house, 0)
    return change


def merge_two(parts: Parts, house: House, which: int) -> None:
    """The person merges two contacts by their position."""
    ids = [contact.contact_id for contact in in_order(house)]
    if len(ids) > 1:
        parts.wiring.reviews.merge_contacts(OWNER, ids[which % len(ids)], [ids[(which + 1) % len(ids)]])


def unmerge_one(parts: Parts) -> None:
    """The person takes the first merge that there was back, unless it was taken back."""
    for redirect in list(parts.shared.redirects.all(OWNER))[:1]:
        parts.wiring.reviews.unmerge_contacts(OWNER, redirect.contact_id)


def split_one(parts: Parts, house: House) -> None:
    """The person splits the first contact that has several source records."""
    for contact in in_order(house):
        records = [(each.source, each.source_id) for each in contact.records if each.source != PERSON]
        if len(records) > 1:
            parts.wiring.reviews.split_contact(OWNER, contact.contact_id, records[-1:])
            return


def merges(course: Course, which: int) -> Callable[[], None]:
    """The person merges two contacts meanwhile: each record is in the book once, as the source has it."""

    def meddle(house: House) -> None:
        def work(parts: Parts) -> None:
            with suppress(NotFound):  # the job has just removed one of them
                merge_two(parts, house, which)

        by_process(house, work)

    course.meddle, course.is_deleting = meddle, True
    return _each_record_once(course)


def unmerges(course: Course, _: int) -> Callable[[], None]:
    """The person takes a merge back meanwhile."""

    def meddle(house: House) -> None:
        def work(parts: Parts) -> None:
            with suppress(NotFound):  # nothing is left of the contact
                unmerge_one(parts)

        by_process(house, work)

    course.meddle, course.is_deleting = meddle, True
    return _each_record_once(course)


def _each_record_once(course: Course) -> Callable[[], None]:
    def check() -> None:
        assert course.calm is not None
        assert records_in(course.house) == records_in(course.calm.house)
        assert max(records_in(course.house).values(), default=1) == 1

    return check


def records_in(house: House) -> Counter[str]:
    """Every record of a source in the book, with what it says, whichever contact it is in."""
    return Counter(
        f"{record.source} {record.source_id} {sorted(map(str, dict(record.fields).items()))}"
        for contact in contacts_in(house)
        for record in contact.records
        if record.source != PERSON
    )


MEETINGS: dict[str, Meeting] = {"merges": merges, "takes a merge back": unmerges}


def arrangement_of(house: House) -> set[tuple[tuple[str, str], ...]]:
    """Which records are together in a contact."""
    return {
        tuple(sorted((record.source, record.source_id) for record in contact.records)) for contact in contacts_in(house)
    }


def repeated(act: Callable[[Parts], None]) -> Callable[[Parts], None]:
    """The same, by a person who tries again because no response came, and is told if it was done already."""

    def again(parts: Parts) -> None:
        with suppress(CallerError):
            act(parts)

    return again
