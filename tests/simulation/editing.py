"""People who edit while a job changes their book: once at any of its calls, or several all the time."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from chalicelib.contacts.contact import Contact
from chalicelib.foundation.errors import CallerError, NotFound
from chalicelib.jobs.job import Job, JobState
from tests.simulation.changes import Change, Course, assert_consistent, by_process, contents_of
from tests.simulation.faults import check_error
from tests.simulation.house import OWNER, House, Parts
from tests.simulation.promises import contacts_in

Meeting = Callable[[Course, int], Callable[[], None]]


@dataclass
class Edits:
    """What a person does to contacts, one after the other, in a process of their own.

    Args:
        done: ids of those it was done to; a contact that is gone before its turn is none.
    """

    do: Callable[[Parts, str], Any]
    done: list[str] = field(default_factory=list)

    def __call__(self, house: House, which: int | None = None) -> None:
        """Edits one contact by its position, or every contact if `which` is None."""
        ids = [contact.contact_id for contact in in_order(house)]
        contact_ids = ids if which is None else [ids[which % len(ids)]] if ids else []
        by_process(house, lambda parts: self._all(parts, contact_ids))

    def _all(self, parts: Parts, contact_ids: Sequence[str]) -> None:
        for contact_id in contact_ids:
            with suppress(NotFound):
                self.do(parts, contact_id)
                self.done.append(contact_id)


def give_nicknames(course: Course, _: int) -> Callable[[], None]:
    """The person gives everybody a nickname: it must stand, and nothing else is different."""
    edits = Edits(lambda parts, one: parts.address_book.edit_contact(OWNER, one, {"nickname": "N."}))
    course.meddle = edits

    def stand() -> None:
        nicknames = {each.contact_id: each.shown.get("nickname") for each in contacts_in(course.house)}
        assert all(nicknames.get(contact_id) == "N." for contact_id in edits.done), (edits.done, nicknames)
        assert course.calm is not None
        assert contents_of(course.house) == contents_of(course.calm.house)

    return stand


def delete_contact(course: Course, which: int) -> Callable[[], None]:
    """The person deletes a contact: nothing brings it back."""
    edits = Edits(lambda parts, one: parts.address_book.delete_contact(OWNER, one))
    course.meddle, course.is_deleting = partial(edits, which=which), True

    def stays_away() -> None:
        assert not {*edits.done} & {contact.contact_id for contact in contacts_in(course.house)}

    return stays_away


def share_address(address: str) -> Meeting:
    """The person gives a contact the address of one who is about to arrive: the two are one, or know of each other."""

    def meeting(course: Course, which: int) -> Callable[[], None]:
        edits = Edits(lambda parts, one: parts.address_book.edit_contact(OWNER, one, {"emails": [{"value": address}]}))
        course.meddle = partial(edits, which=which)

        def know_of_each_other() -> None:
            holders = [contact for contact in contacts_in(course.house) if address in addresses(contact)]
            assert {*edits.done} <= {contact.contact_id for contact in holders}
            for contact in holders:
                others = {other.contact_id for other in holders if other is not contact}
                pointing = {other.contact_id for other in holders if contact.contact_id in other.possible_duplicates}
                assert others <= {*contact.possible_duplicates, *pointing}, holders

        return know_of_each_other

    return meeting


def make_contact(address: str) -> Meeting:
    """The person makes a contact with the address of one who is about to arrive: it is there once, and known to it."""

    def meeting(course: Course, _: int) -> Callable[[], None]:
        made: list[str] = []
        fields = {"display": "Made by hand", "emails": [{"value": address}]}

        def make(parts: Parts) -> None:
            made.append(parts.address_book.create_contact(OWNER, fields, idempotency_key="once").contact_id)

        course.meddle = lambda house: by_process(house, make)

        def is_there_and_known() -> None:
            holders = {each.contact_id: each for each in contacts_in(course.house) if address in addresses(each)}
            assert {*made} <= holders.keys()
            for contact_id in holders.keys() - {*made} if made else ():
                pointing = {*holders[contact_id].possible_duplicates, *holders[made[0]].possible_duplicates}
                assert pointing & {contact_id, made[0]}, holders

        return is_there_and_known

    return meeting


def assert_holds_at_every_call(change: Change, calm: Course, meeting: Meeting, **twin: Any) -> None:
    """Runs the edit just before each call of the job: during its last transaction and after it."""
    for at in range(calm.calls + 1):
        for settled in (False, True):
            course = Course(change, at=at, settled=settled, threads=settled, twin=twin)
            afterwards = meeting(course, at)
            course.calm = calm
            job = course.run()
            assert job.state is JobState.COMPLETED, (at, settled, job)
            assert (course.failures, job.crashes) == (0, 0), (at, settled, job)
            assert course.runs == 1, (at, settled, job)
            assert_consistent(course, job)
            afterwards()


def in_order(house: House) -> list[Contact]:
    return sorted(contacts_in(house), key=lambda contact: str(contact.shown.get("display")))


def addresses(contact: Contact) -> set[str]:
    return {email["value"] for email in contact.shown.get("emails", ())}


@dataclass
class Crowd:
    """So many people who edit as fast as they can, each in a process of their own, while the job runs.

    Args:
        fields: the nicknames that were accepted, by contact id.
        edits: how many were accepted.
    """

    course: Course
    editors: int
    fields: dict[str, set[str]] = field(default_factory=dict)
    edits: int = 0
    is_over: bool = False

    def run(self) -> Job:
        """Returns the job as it ended."""
        house = self.course.house
        people = [house.process(partial(self._edit, number)) for number in range(self.editors)]
        self.course.people = people
        try:
            return self.course.run()
        finally:
            self.is_over = True
            for person in people:
                person.run()
                check_error(person.main.error)

    def _edit(self, number: int, parts: Parts) -> None:
        while not self.is_over:
            contacts = in_order(self.course.house)
            if not contacts:
                return
            contact_id, nickname = parts.chance.choice(contacts).contact_id, f"{number}: {self.edits}"
            with suppress(CallerError):
                parts.address_book.edit_contact(OWNER, contact_id, {"nickname": nickname})
                self.fields.setdefault(contact_id, set()).add(nickname)
                self.edits += 1

    def words_stand(self) -> None:
        """Of each contact, something that was accepted last by somebody; nothing that the job made of it."""
        nicknames = {each.contact_id: each.shown.get("nickname") for each in contacts_in(self.course.house)}
        for contact_id, accepted in self.fields.items():
            assert nicknames.get(contact_id) in accepted, (contact_id, accepted, nicknames.get(contact_id))
