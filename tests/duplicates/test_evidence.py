"""What speaks for a pair and what speaks against it."""

import pytest

from chalicelib.duplicates.weights import FOUND, Reason
from tests.duplicates.making import LANDLINE, MOBILE, OTHER_MOBILE, are_found, contact, pair, points


class TestNames:
    @pytest.mark.parametrize(
        ("one", "other"),
        [
            ("Ada Lovelace", "Ada Lovelace"),
            ("Ada Lovelace", "Lovelace, Ada"),
            ("Ada Lovelace", "Lovelace Ada"),  # the fields are swapped
            ("Ada Lovelace", "Adda Lovelace"),
            ("Robert Miller", "Bob Miller"),
            ("Roberta Miller", "Roberta Anne Miller"),
            ("Johannes Müller", "Hannes Mueller"),
            ("Jürgen Groß", "Jurgen Gross"),
            ("Юлия Петрова", "Yulia Petrova"),
            ("Юлия Петрова", "Julia Petrova"),
            ("Γεώργιος Παπαδόπουλος", "Georgios Papadopoulos"),
            ("محمد منصور", "Mohammed Mansour"),
            ("민준 김", "Min-jun Kim"),
            ("けんた さとう", "Kenta Sato"),
            ("Ana García López", "Ana García"),
            ("Anna Müller-Schmidt", "Anna Müller"),
            ("J. Lovelace", "Jane Lovelace"),
        ],
    )
    def test_one_person_is_found_under_both_names_with_one_mobile(self, one, other):
        assert are_found(contact(one, phone=MOBILE), contact(other, phone=MOBILE))

    def test_a_family_name_that_changed_is_found_with_one_mobile(self):
        assert are_found(contact("Ada Lovelace", phone=MOBILE), contact("Ada Byron", phone=MOBILE))

    def test_a_nickname_in_its_own_field_counts_as_a_given_name(self):
        one, other = contact("Wilhelmina Berg", nickname="Billie", phone=MOBILE), contact("Billie Berg", phone=MOBILE)
        assert points(pair(one, other), Reason.GIVEN_NAME_DIFFERS) == 0

    def test_a_rare_name_tells_more_than_a_common_one(self):
        common = [contact(f"Ada Lovelace{number}") for number in range(40)]
        one, other = contact("Ada Byron"), contact("Ada Byron")
        assert points(pair(one, other), Reason.NAME) > points(pair(one, other, *common), Reason.NAME)

    def test_a_name_alone_is_not_enough_in_a_small_book(self):
        assert not are_found(contact("Ada Lovelace", email="a@x.example"), contact("Ada Lovelace", phone=MOBILE))

    def test_a_rare_name_alone_is_enough_in_a_large_book(self):
        others = [contact(f"Jan Berg{number}") for number in range(6_000)]
        assert pair(contact("Ada Lovelace"), contact("Ada Lovelace"), *others).score >= FOUND


class TestAddressesAndNumbers:
    def test_a_personal_address_says_as_much_as_a_mobile(self):
        named = contact("Ada Lovelace", email="ada@x.example"), contact("Ada Lovelace", email="ada@x.example")
        reached = contact("Ada Lovelace", phone=MOBILE), contact("Ada Lovelace", phone=MOBILE)
        assert pair(*named).score == pair(*reached).score

    def test_a_landline_says_less_than_a_mobile(self):
        at_home = pair(contact("Ada Lovelace", phone=LANDLINE), contact("Ada Lovelace", phone=LANDLINE))
        assert points(at_home, Reason.PHONE) < points(
            pair(contact("Ada Lovelace", phone=MOBILE), contact("Ada Lovelace", phone=MOBILE)), Reason.MOBILE
        )

    def test_numbers_are_one_however_they_are_written(self):
        assert are_found(contact("Ada Lovelace", phone="0151 23456789"), contact("Ada Lovelace", phone=MOBILE))

    @pytest.mark.parametrize(
        "number", ["+49 1512 3456780", "+49 1512 3546789"], ids=["a wrong digit", "two digits in the other order"]
    )
    def test_a_mistyped_number_speaks_for_the_pair(self, number):
        assert are_found(contact("Ada Lovelace", phone=MOBILE), contact("Ada Lovelace", phone=number))

    def test_a_mistyped_domain_speaks_for_the_pair(self):
        one, other = contact("Ada Lovelace", email="ada.l@mail.com"), contact("Ada Lovelace", email="ada.l@mail.con")
        assert are_found(one, other)

    def test_one_name_at_two_providers_speaks_for_the_pair(self):
        one, other = contact("", email="sunny1852@gmail.com"), contact("", email="sunny1852@web.de")
        assert points(pair(one, other), Reason.EMAIL_NAME) > 0

    def test_two_mobiles_speak_against_the_pair(self):
        one, other = contact("Ada Lovelace", phone=MOBILE), contact("Ada Lovelace", phone=OTHER_MOBILE)
        assert points(pair(one, other), Reason.PHONE_DIFFERS) < 0

    def test_a_mobile_and_a_landline_say_nothing(self):
        found = pair(contact("Ada Lovelace", phone=MOBILE), contact("Ada Lovelace", phone=LANDLINE))
        assert {each.reason for each in found.evidence} == {Reason.NAME, Reason.NAME_ALONE}

    def test_an_address_at_work_and_one_at_home_say_nothing(self):
        found = pair(
            contact("Ada Lovelace", email="ada@engines.example"), contact("Ada Lovelace", email="ada@gmail.com")
        )
        assert points(found, Reason.EMAIL_DIFFERS) == 0


class TestTheRest:
    @pytest.mark.parametrize(
        ("born", "reason"),
        [
            ("1980-03-04", Reason.BIRTHDAY),
            ("--03-04", Reason.DAY_OF_BIRTH),
            ("1980-04-03", Reason.SIMILAR_BIRTHDAY),  # month and day swapped
            ("1981-03-04", Reason.SIMILAR_BIRTHDAY),  # a digit is wrong
            ("1955-11-21", Reason.BIRTHDAY_DIFFERS),
        ],
    )
    def test_birthdays(self, born, reason):
        found = pair(contact("Ada Lovelace", born="1980-03-04"), contact("Ada Lovelace", born=born))
        assert reason in {each.reason for each in found.evidence}
        assert (points(found, reason) > 0) is (reason is not Reason.BIRTHDAY_DIFFERS)

    def test_a_birthday_and_a_name_are_enough(self):
        assert are_found(contact("Ada Lovelace", born="1980-03-04"), contact("Ada Lovelace", born="1980-03-04"))

    def test_an_address_and_a_name_are_enough(self):
        one = contact("Ada Lovelace", address="12 Lindenallee, 10115 Berlin")
        assert are_found(one, contact("Ada Lovelace", address="12 Lindenalle, 10115 Berlin"))

    def test_another_address_speaks_against_the_pair(self):
        one = contact("Ada Lovelace", address="12 Lindenallee, 10115 Berlin")
        other = contact("Ada Lovelace", address="7 High Street, 45657 Ulm")
        assert points(pair(one, other), Reason.ADDRESS_DIFFERS) < 0

    @pytest.mark.parametrize("name", ["Engines GmbH", "engines", "Engines Ltd."])
    def test_an_organization_counts_without_its_legal_form(self, name):
        one, other = contact("Ada Lovelace", organization="Engines"), contact("Ada Lovelace", organization=name)
        assert points(pair(one, other), Reason.ORGANIZATION) > 0

    def test_an_address_at_work_names_the_organization(self):
        one = contact("Ada Lovelace", organization="Analytical Engines")
        other = contact("Ada Lovelace", email="ada@analytical-engines.example")
        assert points(pair(one, other), Reason.ORGANIZATION) > 0

    def test_the_reasons_for_a_pair_are_told_the_strongest_first(self):
        found = pair(
            contact("Ada Lovelace", email="ada@x.example", born="1980-03-04"),
            contact("Ada Lovelace", email="ada@x.example", born="--03-04"),
        )
        assert found.reasons == ("name", "email", "day_of_birth")

    def test_the_probability_grows_with_the_score_and_is_above_one_half_for_each_pair_that_is_shown(self):
        weak, strong = (found._replace(score=FOUND + more) for found in [pair(contact(), contact())] for more in (0, 9))
        assert 0.5 < weak.probability < strong.probability < 1
