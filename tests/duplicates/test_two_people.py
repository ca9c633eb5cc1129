"""Two people stay two, however much they share."""

from typing import Any

import pytest

from chalicelib.contacts.source_record import ContactFields
from chalicelib.duplicates.find_pairs import find_pairs
from chalicelib.duplicates.weights import FOUND, Reason
from tests.duplicates.making import LANDLINE, MOBILE, are_found, contact, margin, pair, points, profiles
from tests.shared_cases import shared_cases

HOME: dict[str, Any] = {"address": "12 Lindenallee, 10115 Berlin", "phone": LANDLINE}


class TestFamilies:
    def test_a_couple_that_shares_name_home_and_landline(self):
        assert not are_found(contact("Anna Berg", **HOME), contact("Tom Berg", **HOME))

    def test_a_couple_that_shares_one_mailbox_too(self):
        one, other = (contact(name, email="berg@gmail.com", **HOME) for name in ("Anna Berg", "Tom Berg"))
        assert not are_found(one, other)

    def test_twins(self):
        one, other = (contact(name, born="1990-05-06", **HOME) for name in ("Anna Berg", "Klara Berg"))
        assert not are_found(one, other)

    def test_father_and_son_whose_cards_say_so(self):
        father, son = contact("Peter Hallam", suffix="Sr.", **HOME), contact("Peter Hallam", suffix="Jr.", **HOME)
        assert not are_found(father, son)

    def test_father_and_son_of_whom_one_card_says_so_are_never_certain(self):
        found = pair(contact("Peter Hallam", phone=MOBILE), contact("Peter Hallam", suffix="Jr.", phone=MOBILE))
        assert points(found, Reason.GENERATION_UNKNOWN) < 0
        assert not found.is_certain

    def test_mister_and_missis(self):
        assert not are_found(
            contact("Kim Berg", prefix="Mr", phone=MOBILE), contact("Kim Berg", prefix="Mrs", phone=MOBILE)
        )

    def test_a_person_and_a_household(self):
        assert not are_found(contact("Anna Berg", phone=MOBILE), contact("Anna & Tom Berg", phone=MOBILE))

    @pytest.mark.parametrize(("one", "other"), [("Lê Thị Thủy", "Lê Thị Thúy"), ("Anna Berg", "Arne Berg")])
    def test_two_names_that_look_alike(self, one, other):
        assert not are_found(contact(one, phone=LANDLINE), contact(other, phone=LANDLINE))


class TestCompanies:
    def test_colleagues_behind_one_switchboard(self):
        work: dict[str, Any] = {
            "organization": "Engines GmbH",
            "email": "info@engines.example",
            "phone": "+49 89 1234000",
            "address": "1 Am Markt, 10115 Berlin",
        }
        assert not are_found(contact("Anna Berg", **work), contact("Tom Klein", **work))

    def test_a_person_and_the_company(self):
        company = contact(organization="Engines GmbH", phone=MOBILE)
        assert not are_found(company, contact("Anna Berg", organization="Engines GmbH", phone=MOBILE))

    def test_one_company_is_found(self):
        one, other = (contact(organization=name, phone=LANDLINE) for name in ("Engines GmbH", "Engines"))
        assert are_found(one, other)

    def test_two_companies_with_one_number(self):
        one, other = (contact(organization=name, phone=LANDLINE) for name in ("Engines GmbH", "Looms GmbH"))
        assert not are_found(one, other)


class TestSharedAddresses:
    @pytest.mark.parametrize(
        "email",
        [
            "info@engines.example",  # English
            "vertrieb@engines.example",  # German
            "comptabilite@engines.example",  # French
            "ventas@engines.example",  # Spanish
            "contatti@engines.example",  # Italian
            "vendas@engines.example",  # Portuguese
            "kontor@engines.example",  # Danish, Norwegian and Swedish
            "biuro@engines.example",  # Polish
            "receptie@engines.example",  # Dutch
            "recepce@engines.example",  # Czech
            "noreply@engines.example",
            "team@engines.example",
            "sales.berlin@engines.example",
        ],
    )
    def test_an_address_of_a_role_is_weak_evidence(self, email):
        found = pair(contact("Anna Berg", email=email), contact("Tom Klein", email=email))
        assert points(found, Reason.SHARED_EMAIL) > 0
        assert points(found, Reason.EMAIL) == 0

    def test_a_role_and_a_name_are_no_certain_pair(self):
        one, other = (contact("Anna Berg", email="info@engines.example") for _ in range(2))
        assert not pair(one, other).is_certain

    def test_a_number_of_many_people_is_weak_evidence(self):
        crowd = [contact(f"Person{number} Berg", phone=MOBILE) for number in range(5)]
        found = pair(contact("Anna Klein", phone=MOBILE), contact("Anna Klein", phone=MOBILE), *crowd)
        assert points(found, Reason.SHARED_PHONE) > 0
        assert not found.is_certain

    def test_weak_evidence_alone_finds_nobody(self):
        one, other = (contact(email="info@engines.example", phone="+49 89 1234000") for _ in range(2))
        assert not are_found(one, other)

    def test_an_address_where_many_work_says_little(self):
        colleagues = [
            contact(f"Person{number} Berg{number}", address="1 Am Markt, 10115 Berlin") for number in range(12)
        ]
        found = pair(colleagues[0], contact(address="1 Am Markt, 10115 Berlin"), *colleagues)
        assert found.score < FOUND


@pytest.mark.parametrize("case", shared_cases("cases/contacts.json", "cases"))
def test_the_people_of_the_shared_cases_stay_two(case):
    if case["id"] != "two-persons-one-landline":
        return
    contacts = [_of_google(person) for person in case["google_people"]]
    assert list(find_pairs(profiles(*contacts))) == []


def _of_google(person: dict[str, Any]) -> ContactFields:
    name = next(iter(person.get("names", ())), {})
    born = next(iter(person.get("birthdays", ())), {}).get("date")
    fields: dict[str, Any] = {
        "given": name.get("givenName"),
        "family": name.get("familyName"),
        "suffix": name.get("honorificSuffix"),
        "display": name.get("displayName"),
        "organization": next(iter(person.get("organizations", ())), {}).get("name"),
        "phones": [{"raw": each["value"], "e164": each["canonicalForm"]} for each in person["phoneNumbers"]],
        "birthday": born,
    }
    return contact(**{field: value for field, value in fields.items() if value})


def test_namesakes_with_a_birthday_each():
    one, other = contact("Anna Berg", born="1950-01-02"), contact("Anna Berg", born="1987-11-23")
    assert margin(one, other) < 0
