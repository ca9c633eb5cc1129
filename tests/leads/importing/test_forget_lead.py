"""What imports keep of a lead goes when the lead is erased."""

import pytest

from chalicelib.leads.importing.forget_lead import ForgetLead
from tests.leads.importing.import_desk import KEY, ImportDesk, csv_of
from tests.leads.importing.test_importing import HEADERS, row

NAMES = ("Ann Ambler", "Bob Brewer", "Carla Cook")


@pytest.fixture
def desk() -> ImportDesk:
    return ImportDesk()


def kept(desk: ImportDesk) -> str:
    """Everything in the bucket."""
    return "".join(content.decode() for content in desk.blobs.kept.values())


def test_its_rows_and_the_files_that_hold_them_are_deleted_and_named(desk):
    desk.imported(csv_of(HEADERS, [row(number, NAMES[number]) for number in range(3)]))
    ann = next(lead for lead in desk.all_leads() if lead.profile.name == "Ann Ambler")

    deleted = ForgetLead(desk.parts)("acme", ann.id)

    assert KEY in deleted
    assert {key.rpartition("/")[2] for key in deleted} >= {"contacts.csv", "created.csv"}
    assert ann.id not in kept(desk)
    assert "Ann Ambler" not in kept(desk)
    assert "+491700000000" not in kept(desk)
    assert "Bob Brewer" in kept(desk)


def test_files_of_imports_that_do_not_hold_it_stay(desk):
    desk.imported(csv_of(HEADERS, [row(1, NAMES[1])]))
    before = dict(desk.blobs.kept)

    assert ForgetLead(desk.parts)("acme", "a" * 24) == []
    assert ForgetLead(desk.parts)("other", desk.all_leads()[0].id) == []
    assert desk.blobs.kept == before


def test_it_may_be_repeated(desk):
    desk.imported(csv_of(HEADERS, [row(1, NAMES[1])]))
    lead = desk.all_leads()[0]

    assert ForgetLead(desk.parts)("acme", lead.id)
    assert ForgetLead(desk.parts)("acme", lead.id) == []
