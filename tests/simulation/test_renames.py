"""A label that is renamed at the provider is renamed on all its contacts, even if no contact changed."""

from dataclasses import replace

import pytest

from chalicelib.jobs.job import JobState
from tests.fakes.account import Person
from tests.simulation.faults import build_stage, fresh_house, run_under
from tests.simulation.house import House
from tests.simulation.promises import contacts_in, ledger_agrees
from tests.simulation.world import FOUR, Fault

CHOIR, CLUB = "contactGroups/77aa", "contactGroups/88bb"


@pytest.fixture(scope="module")
def sung():
    """Seven people, five of them in the choir, two in the club too; everything imported."""
    stage = build_stage(("same",), page_size=3)
    labels = [(CHOIR,)] * 3 + [(CHOIR, CLUB)] * 2 + [()] * 2
    stage.house.account.labels = {CHOIR: "Choir 2025", CLUB: "Club"}
    stage.house.account.people = [
        Person(f"people/s{number}", f"Singer{chr(65 + number)} Of{chr(97 + number)}", f"s{number}@x.org", labels=theirs)
        for number, theirs in enumerate(labels)
    ]
    run_under(stage.house, stage.job_id, {})
    decided = stage.house.outside.import_again(stage.source.partition(":")[2], full=True)
    run_under(stage.house, decided.job_id, {})
    return stage


def again(house: House, stage, plan=None, *, full=False):
    job = house.outside.import_again(stage.source.partition(":")[2], full=full)
    return run_under(house, job.job_id, plan or {})


def groups(house: House) -> list[list[str]]:
    listed = sorted(contacts_in(house), key=lambda contact: contact.shown["display"])
    return [contact.shown.get("groups", []) for contact in listed if contact.shown["display"].startswith("Singer")]


class TestARenamedLabel:
    def test_is_renamed_on_all_contacts_by_an_incremental_import_without_changes(self, sung):
        house = fresh_house(sung)
        house.account.labels[CHOIR] = "Choir 2026"

        job = again(house, sung)

        assert (job.details["mode"], job.state) == ("incremental", JobState.COMPLETED)
        assert (job.counts.updated, job.counts.read) == (5, 5)
        assert groups(house) == [["Choir 2026"]] * 3 + [["Choir 2026", "Club"]] * 2 + [[], []]

    @pytest.mark.parametrize("fault", [*FOUR, Fault.REFUSED])
    @pytest.mark.parametrize("call", range(0, 30, 2))
    def test_is_counted_once_under_every_fault(self, sung, fault, call):
        house = fresh_house(sung)
        house.account.labels[CHOIR] = "Choir 2026"

        job = again(house, sung, {house.world.calls + call: fault})

        assert (job.counts.updated, job.counts.read) == (5, 5)
        assert groups(house)[0] == ["Choir 2026"]
        ledger_agrees(house, job)

    def test_is_processed_once(self, sung):
        house = fresh_house(sung)
        house.account.labels[CHOIR] = "Choir 2026"
        again(house, sung)

        assert again(house, sung).counts.read == 0
        assert again(house, sung, full=True).counts.unchanged == 7

    def test_of_a_contact_that_also_changed_is_counted_once(self, sung):
        house = fresh_house(sung)
        house.account.labels[CHOIR] = "Choir 2026"
        house.account.change(replace(house.account.people[0], name="SingerA Renamed"))

        job = again(house, sung)

        assert (job.counts.updated, job.counts.read) == (5, 5)
        assert groups(house)[0] == ["Choir 2026"]

    def test_of_a_deleted_contact_does_not_keep_it(self, sung):
        house = fresh_house(sung)
        house.account.labels[CHOIR] = "Choir 2026"
        house.account.remove("people/s0")

        job = again(house, sung)

        assert (job.counts.updated, job.counts.removed, len(groups(house))) == (4, 1, 6)

    def test_that_was_deleted_goes_from_everybody(self, sung):
        house = fresh_house(sung)
        house.account.labels.clear()

        job = again(house, sung)

        assert (job.counts.updated, groups(house)) == (5, [[]] * 7)

    def test_that_the_provider_does_not_tell_this_time_stays_as_it_is(self, sung):
        house = fresh_house(sung)
        house.account.labels = None

        job = again(house, sung)

        assert (job.counts.read, groups(house)[0]) == (0, ["Choir 2025"])

    @pytest.mark.parametrize(("name", "looks"), [("Choir 2025", False), ("Choir 2026", True)])
    def test_costs_a_look_at_the_contacts_only_when_something_was_renamed(self, sung, name, looks):
        house = fresh_house(sung)
        house.account.labels[CHOIR] = name
        contacts = house.dynamo.tables["contacts"]
        before = contacts.reads

        again(house, sung)

        assert (contacts.reads > before) is looks
