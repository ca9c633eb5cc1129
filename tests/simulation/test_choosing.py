"""What a person chooses of an account comes, and nothing else, whatever crashes while they choose or while it comes."""

import pytest

from chalicelib.contacts.source import PERSON
from chalicelib.jobs.job import JobState
from tests.simulation.changes import FAMILY, WORK, Course, choosing, labeled_account
from tests.simulation.faults import calls_to_fail, check_error, run_under
from tests.simulation.house import OWNER, House, Parts
from tests.simulation.promises import contacts_in, holds_at_every_step
from tests.simulation.world import FOUR, Fault, MadeCall

MOST_CALLS = 60  # of one press of the button


def ids_in(house: House) -> list[str]:
    """The source ids of the book, each as often as it is there."""
    records = (record for contact in contacts_in(house) for record in contact.records)
    return sorted(record.source_id for record in records if record.source != PERSON)


def run_all(house: House) -> None:
    for job in house.outside.jobs.unfinished(OWNER):
        assert run_under(house, job.job_id, {}).state is JobState.COMPLETED


def press(house: House, connection_id: str, fault: Fault | None, call: int) -> list[MadeCall]:
    """Choose the family in a process one of whose calls goes wrong; returns the calls that it made."""
    before = house.world.calls
    process = house.process(lambda parts: parts.choose(connection_id, FAMILY))
    process.run({before + call: fault}.get if fault is not None else {}.get)
    if fault is None:
        check_error(process.main.error)
    return house.world.made[before:]


@pytest.mark.parametrize("fault", [*FOUR, Fault.REFUSED])
def test_a_press_that_fails_anywhere_and_is_repeated_starts_one_import(fault):
    calm, connection_id = labeled_account()
    calls = press(calm, connection_id, None, 0)
    for call in calls_to_fail(calls, fault):
        house, connection_id = labeled_account()
        press(house, connection_id, fault, call)
        press(house, connection_id, None, 0)

        assert len(house.outside.jobs.unfinished(OWNER)) == 1
        run_all(house)
        assert ids_in(house) == ["p0", "p3", "p6"]
        holds_at_every_step(house)


def test_what_is_left_out_goes_and_what_moved_or_is_new_comes():
    course = Course(choosing())

    assert course.run().counts.removed == 4
    assert ids_in(course.house) == ["p0", "p3", "p4", "p6", "p8"]


def test_what_the_person_wrote_and_what_another_source_says_stays():
    house, connection_id = labeled_account()
    edited = next(each for each in contacts_in(house) if "PersonB Ofc" in each.shown["display"])
    parts = house.outside
    parts.address_book.edit_contact(OWNER, edited.contact_id, {"nickname": "Bee"})
    parts.choose(connection_id, FAMILY)
    run_all(house)

    kept = [each for each in contacts_in(house) if each.contact_id == edited.contact_id]
    assert [each.shown.get("nickname") for each in kept] == ["Bee"]
    assert [record.source for each in kept for record in each.records] == [PERSON]


def test_what_the_person_deleted_is_not_counted_as_coming():
    house, connection_id = labeled_account()
    deleted = next(each for each in contacts_in(house) if "PersonA Ofc" in each.shown["display"])
    parts = house.outside.wiring.provider_imports
    house.outside.address_book.delete_contact(OWNER, deleted.contact_id)

    numbers = parts.preview_choice(OWNER, parts.offer_choices(OWNER, connection_id), [FAMILY])

    assert (numbers.contacts, numbers.coming, numbers.leaving) == (2, 0, 5)


def test_too_many_wait_for_a_decision_and_then_go():
    house, connection_id = labeled_account()
    house.removal_limit = 0.2
    house.outside = Parts(house, None)
    job = house.outside.choose(connection_id, WORK)
    run_all(house)

    assert house.outside.jobs.get(job.job_id).details["removals_pending"] == 5
    assert len(ids_in(house)) == 8
    house.outside.apply_removals(job.job_id)
    run_all(house)
    assert ids_in(house) == ["p1", "p3", "p5"]


def test_an_import_of_the_choice_before_that_is_under_way_brings_back_nothing():
    """It reads to its end what it began with; the sync state that it leaves is not used for the new choice."""
    house, connection_id = labeled_account()
    running = house.outside.import_again(connection_id, full=True)
    process = house.process(lambda parts: parts.run_job(running.job_id))
    for _ in range(12):
        process.step()
    house.outside.choose(connection_id, FAMILY)
    while not process.is_over:
        process.step()
    run_all(house)
    assert ids_in(house) == ["p0", "p3", "p6"]

    house.outside.import_again(connection_id, full=False)
    run_all(house)
    assert ids_in(house) == ["p0", "p3", "p6"]


def test_changes_come_only_of_what_is_chosen():
    house, connection_id = labeled_account()
    house.outside.choose(connection_id, FAMILY)
    run_all(house)
    people = {each.source_id: each for each in house.account.people}
    for source_id, labels in {"p0": (WORK,), "p1": (FAMILY,), "p2": (WORK,)}.items():
        old = people[source_id]
        house.account.change(type(old)(source_id, old.name, old.email, labels=labels))
    job = house.outside.import_again(connection_id, full=False)
    run_all(house)

    assert house.outside.jobs.get(job.job_id).details["mode"] == "incremental"
    assert ids_in(house) == ["p1", "p3", "p6"]


@pytest.mark.parametrize("full", [False, True])
def test_a_chosen_label_that_is_renamed_is_called_so_from_the_next_import_on(full):
    house, connection_id = labeled_account()
    house.outside.choose(connection_id, FAMILY, WORK)
    run_all(house)
    for name in ("Clan", "Kin"):
        house.account.labels[FAMILY] = name
        house.outside.import_again(connection_id, full=full)
        run_all(house)

        connection = house.outside.connections.get(OWNER, connection_id)
        assert dict(zip(connection.chosen, connection.chosen_names, strict=True)) == {FAMILY: name, WORK: "Work"}


def test_a_name_that_an_import_of_the_choice_before_found_is_given_to_no_other_choice():
    house, connection_id = labeled_account()
    house.outside.choose(connection_id, FAMILY)
    run_all(house)
    house.account.labels[FAMILY] = "Clan"
    running = house.outside.import_again(connection_id, full=True)
    process = house.process(lambda parts: parts.run_job(running.job_id))
    for _ in range(12):
        process.step()
    house.outside.choose(connection_id, WORK)
    while not process.is_over:
        process.step()
    run_all(house)

    connection = house.outside.connections.get(OWNER, connection_id)
    assert (connection.chosen, connection.chosen_names) == ((WORK,), ("Work",))
