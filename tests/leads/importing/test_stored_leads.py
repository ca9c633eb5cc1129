"""Rows are stored as they were judged, or judged again: what happens in between is neither undone nor overwritten."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import pytest

from chalicelib.leads.channels.identity import Identity
from chalicelib.leads.importing.judging import Judge, Known, Row, Verdict
from chalicelib.leads.importing.profiles import OnExisting, Policies
from chalicelib.leads.importing.settling import settle
from chalicelib.leads.importing.stored_leads import StoredLeads
from chalicelib.leads.lead import Profile
from chalicelib.leads.managing.change_leads import ChangeLeads
from tests.fakes.executor import InlineExecutor
from tests.leads.desk import Desk, whatsapp
from tests.leads.making import lead_identity

ACCEPTED_AT = 1


class Office(Desk):
    """Stores rows of an import, and lets something happen when they have been judged."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.change = ChangeLeads(self.store, self.clock)

    def import_rows(
        self,
        *rows: Row,
        source: str = "import-1",
        meanwhile: Callable[[], Any] = lambda: None,
        has_several: bool = True,
    ) -> Sequence[Verdict]:
        leads = StoredLeads(self.store, "acme", source, self.clock, InlineExecutor())
        known = leads.find([key for row in rows for key in row.keys])
        meanwhile()
        return settle(rows, known, leads, lambda now: judge_of(source, now, has_several=has_several))


def judge_of(source: str, known: Any, *, has_several: bool) -> Judge:
    return Judge(source, ACCEPTED_AT, Policies(OnExisting.FILL), known, has_several)


def row(number: int, *people: int, name: str = "") -> Row:
    each = [lead_identity(person) for person in people]
    identities = tuple(Identity(one.channel, one.scope, one.kind, one.form, one.form, one.raw) for one in each)
    return Row(number, tuple(one.key for one in each), identities, Profile(name))


def outcomes(verdicts: Sequence[Verdict]) -> list[str]:
    return [verdict.reason or verdict.outcome for verdict in verdicts]


@pytest.fixture
def office() -> Office:
    return Office()


def number_of(person: int) -> str:
    return lead_identity(person).form


def test_the_shards_of_many_rows_with_several_identities_are_listed_at_once(office):
    verdicts = office.import_rows(*(row(number, number, 100 + number) for number in range(2, 52)))

    assert outcomes(verdicts) == ["created"] * 50
    assert len(office.leads()) == 50
    assert office.client.calls["update_item"] == 1


@pytest.mark.parametrize("people", [(1,), (1, 2), (2, 1)])
def test_an_identity_that_was_erased_meanwhile_stays_erased(office, people):
    verdicts = office.import_rows(
        row(2, *people), meanwhile=lambda: office.change.erase_identity("acme", lead_identity(1))
    )

    assert outcomes(verdicts) == ["suppressed"]
    assert office.leads() == []
    assert office.store.entry("acme", lead_identity(1).key).gone.is_suppressed


@pytest.mark.parametrize("is_erased", [False, True])
def test_a_lead_that_was_deleted_before_is_not_created_if_it_went_once_more_meanwhile(office, is_erased):
    (known,) = office.resolve(whatsapp(number_of(1)))
    office.change.delete("acme", known.lead.id)
    leads = StoredLeads(office.store, "acme", "import-1", office.clock, InlineExecutor())
    before = {key: each._replace(gone_at=ACCEPTED_AT - 1) for key, each in leads.find([known.lead.id]).items()}
    if is_erased:
        office.change.erase_identity("acme", lead_identity(1))

    verdicts = settle([row(2, 1)], before, leads, lambda now: judge_of("import-1", now, has_several=False))

    assert outcomes(verdicts) == ["suppressed" if is_erased else "deleted_meanwhile"]
    assert office.leads() == []


@pytest.mark.parametrize("people", [(1, 2), (2, 1)])
def test_an_identity_that_another_lead_got_meanwhile_stays_with_it(office, people):
    (other,) = office.resolve(whatsapp(number_of(9)))

    verdicts = office.import_rows(
        row(2, *people), meanwhile=lambda: office.change.add_identity("acme", other.lead.id, lead_identity(1))
    )

    assert outcomes(verdicts) == ["updated"]  # the other identity goes to that lead, too
    (lead,) = office.leads()
    assert {each.key for each in lead.identities} == {lead_identity(person).key for person in (9, 1, 2)}


def test_an_identity_that_was_taken_off_a_lead_meanwhile_gets_a_lead_of_its_own(office):
    (known,) = office.resolve(whatsapp(number_of(1), whatsapp(number_of(2))))

    verdicts = office.import_rows(
        row(2, 2, name="Ann"),
        has_several=False,
        meanwhile=lambda: office.change.remove_identity("acme", known.lead.id, lead_identity(2).key),
    )

    assert outcomes(verdicts) == ["created"]
    assert {lead.profile.name: [each.key for each in lead.identities] for lead in office.leads()} == {
        "": [lead_identity(1).key],
        "Ann": [lead_identity(2).key],
    }


def test_an_earlier_row_of_another_lane_keeps_what_was_added_to_the_lead_of_a_later_one(office):
    office.import_rows(row(7, 1, name="Later"), has_several=False)
    office.resolve(whatsapp(number_of(1), whatsapp(number_of(2))), source="api:2")

    (verdict,) = office.import_rows(row(3, 1, name="Earlier"), has_several=False)

    assert (verdict.outcome, verdict.superseded) == ("created", (7,))
    (lead,) = office.leads()
    assert [each.key for each in lead.identities] == [lead_identity(1).key, lead_identity(2).key]
    assert lead.created_by.row == 3


def test_an_earlier_row_of_another_lane_keeps_what_somebody_has_written_into_the_lead_of_a_later_one(office):
    (later,) = office.import_rows(row(7, 1, name="Later"), has_several=False)
    office.change.edit("acme", later.lead_ids[0], lambda profile: replace(profile, name="Written by hand"))

    (verdict,) = office.import_rows(row(3, 1, name="Earlier"), has_several=False)

    assert verdict.superseded == (7,)
    assert [lead.profile.name for lead in office.leads()] == ["Written by hand"]


@pytest.mark.parametrize("has_several", [False, True])
@pytest.mark.parametrize(
    ("gone_at", "outcome"),
    [(ACCEPTED_AT - 1, "created"), (ACCEPTED_AT, "deleted_meanwhile"), (ACCEPTED_AT + 1, "deleted_meanwhile")],
)
def test_a_lead_is_created_again_only_if_it_was_deleted_before_the_import_was_accepted(gone_at, outcome, has_several):
    known = {lead_identity(1).key: Known(gone_at=gone_at)}

    assert outcomes(judge_of("import-1", known, has_several=has_several)([row(2, 1)])) == [outcome]


@pytest.mark.parametrize("has_several", [False, True])
class TestALeadWhoseFirstIdentityHasLeftIt:
    """The lead's id is the key of that identity, which may be in the same file."""

    @pytest.fixture
    def lead_id(self, office) -> str:
        (known,) = office.resolve(whatsapp(number_of(1)))
        office.change.add_identity("acme", known.lead.id, lead_identity(5))
        return known.lead.id

    @pytest.mark.parametrize("order", [(5, 1), (1, 5)])
    def test_for_another_lead_is_not_taken_for_that_one(self, office, lead_id, has_several, order):
        (other,) = office.resolve(whatsapp(number_of(9)))
        office.change.move_identity("acme", lead_id, lead_identity(1).key, other.lead.id)

        verdicts = office.import_rows(
            *(row(number, person, name=f"Name {person}") for number, person in enumerate(order, 2)),
            has_several=has_several,
            meanwhile=lambda: office.change.edit("acme", lead_id, lambda profile: replace(profile, phone="1")),
        )

        assert outcomes(verdicts) == ["updated", "updated"]
        assert {lead.id: lead.profile.name for lead in office.leads()} == {lead_id: "Name 5", other.lead.id: "Name 1"}

    def test_is_updated_when_that_was_taken_off(self, office, lead_id, has_several):
        office.change.remove_identity("acme", lead_id, lead_identity(1).key)

        verdicts = office.import_rows(row(2, 5, name="Five"), row(3, 1, name="One"), has_several=has_several)

        assert outcomes(verdicts) == ["updated", "identity_taken_off"]
        assert [lead.profile.name for lead in office.leads()] == ["Five"]


class TestARepeatedRow:
    """Its lead was stored, and its worker was killed before the row was committed."""

    def test_is_known_again_after_another_import_has_changed_the_lead(self, office):
        office.import_rows(row(2, 1))
        office.import_rows(row(5, 1, name="Ann"), source="import-2")

        assert outcomes(office.import_rows(row(2, 1))) == ["created"]

    @pytest.mark.parametrize("has_several", [False, True])
    def test_is_known_again_after_the_identity_has_moved_to_another_lead(self, office, has_several):
        (other,) = office.resolve(whatsapp(number_of(9)))
        (created,) = office.import_rows(row(2, 1), has_several=has_several)
        (lead_id,) = created.lead_ids
        office.change.add_identity("acme", lead_id, lead_identity(5))
        office.change.move_identity("acme", lead_id, lead_identity(1).key, other.lead.id)

        assert office.import_rows(row(2, 1), has_several=has_several) == [created._replace(change=None)]
        assert outcomes(office.import_rows(row(3, 1), has_several=has_several)) == ["unchanged"]

    @pytest.mark.parametrize("has_several", [False, True])
    def test_is_known_again_after_the_identity_was_taken_off(self, office, has_several):
        (created,) = office.import_rows(row(2, 1), has_several=has_several)
        office.change.add_identity("acme", created.lead_ids[0], lead_identity(5))
        office.change.remove_identity("acme", created.lead_ids[0], lead_identity(1).key)

        assert outcomes(office.import_rows(row(2, 1), has_several=has_several)) == ["created"]
        assert outcomes(office.import_rows(row(3, 1), has_several=has_several)) == ["identity_taken_off"]

    @pytest.mark.parametrize("has_several", [False, True])
    def test_does_not_create_a_lead_again_that_was_deleted_since(self, office, has_several):
        (created,) = office.import_rows(row(2, 1), has_several=has_several)
        office.change.delete("acme", created.lead_ids[0])

        assert outcomes(office.import_rows(row(2, 1), has_several=has_several)) == ["deleted_meanwhile"]
        assert office.leads() == []
