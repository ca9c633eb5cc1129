"""All spellings of a number have one key form, and keep the form in which they were written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.leads.channels.number_spellings import key_form
from chalicelib.leads.channels.phone import INTERNATIONAL
from tests.leads.channels.parsing import phone, refused

NINE = "+5511987654321"  # with Brazil's ninth digit
EIGHT = "+551187654321"


class TestBrazil:
    @pytest.mark.parametrize(
        ("raw", "region", "form"),
        [
            ("+55 11 98765-4321", "US", NINE),
            ("5511987654321", "BR", NINE),
            ("5511987654321", "US", NINE),
            ("5511987654321", INTERNATIONAL, NINE),
            ("+55 (11) 98765-4321", "BR", NINE),
            ("+55 (0)11 98765-4321", "BR", NINE),
            ("+55 011 98765 4321", "BR", NINE),
            ("(11) 98765-4321", "BR", NINE),
            ("11987654321", "BR", NINE),
            ("011 98765-4321", "BR", NINE),
            ("0 15 11 98765-4321", "BR", NINE),  # through the carrier 15
            ("+55 0 15 11 98765-4321", "BR", NINE),
            ("90 15 11 98765-4321", "BR", NINE),  # a collect call
            ("0055 11 98765-4321", "BR", NINE),
            ("005511987654321", "US", NINE),
            ("005511987654321", INTERNATIONAL, NINE),
            ("+55 11 8765-4321", "US", EIGHT),
            ("551187654321", "BR", EIGHT),  # as WhatsApp still has accounts from before the ninth digit
            ("551187654321", "US", EIGHT),
            ("551187654321", INTERNATIONAL, EIGHT),
            ("(11) 8765-4321", "BR", EIGHT),
            ("1187654321", "BR", EIGHT),
            ("011 8765-4321", "BR", EIGHT),
            ("0 15 11 8765-4321", "BR", EIGHT),
            ("00551187654321", "BR", EIGHT),
        ],
    )
    def test_with_or_without_its_ninth_digit_a_mobile_number_has_one_key(self, raw, region, form):
        assert phone(raw, region) == (form, NINE)

    @pytest.mark.parametrize("first", "6789")
    def test_the_ninth_digit_belongs_to_numbers_that_begin_with_6_to_9(self, first):
        assert key_form(f"+5521{first}7654321") == key_form(f"+55219{first}7654321") == f"+55219{first}7654321"

    @pytest.mark.parametrize("first", "2345")
    def test_a_landline_is_never_rewritten(self, first):
        """Businesses use WhatsApp on them; with a 9 in front, any of them would pass as a mobile number."""
        assert phone(f"+5511{first}3334444") == (f"+5511{first}3334444",) * 2
        assert phone(f"5511{first}3334444", "BR") == (f"+5511{first}3334444",) * 2
        assert key_form(f"+55119{first}3334444") != key_form(f"+5511{first}3334444")

    def test_numbers_of_services_are_not_rewritten(self):
        assert key_form("+558007654321") == "+558007654321"
        assert key_form("+553007654321") == "+553007654321"

    def test_the_area_code_55_is_not_the_country_code(self):
        assert phone("55 99999-8888", "BR") == ("+5555999998888",) * 2
        assert phone("5555999998888", "BR") == ("+5555999998888",) * 2
        assert phone("55 9999-8888", "BR") == ("+555599998888", "+5555999998888")

    def test_a_number_without_its_area_code_is_refused(self):
        assert refused("whatsapp", "98765-4321", "BR").code == "country_unknown"


class TestMexico:
    SHORT, LONG = "+525512345678", "+5215512345678"

    @pytest.mark.parametrize(
        ("raw", "region", "form"),
        [
            ("+52 55 1234 5678", "US", SHORT),
            ("525512345678", "MX", SHORT),
            ("525512345678", "US", SHORT),
            ("525512345678", INTERNATIONAL, SHORT),
            ("55 1234 5678", "MX", SHORT),
            ("5512345678", "MX", SHORT),
            ("044 55 1234 5678", "MX", SHORT),  # dialed until 2019
            ("045 55 1234 5678", "MX", SHORT),
            ("01 55 1234 5678", "MX", SHORT),
            ("+52 044 55 1234 5678", "US", SHORT),
            ("+52 01 55 1234 5678", "US", SHORT),
            ("00 52 55 1234 5678", "MX", SHORT),
            ("+52 1 55 1234 5678", "US", LONG),
            ("+5215512345678", "MX", LONG),
            ("5215512345678", "MX", LONG),  # as WhatsApp has them
            ("5215512345678", "US", LONG),
            ("5215512345678", INTERNATIONAL, LONG),
            ("00 52 1 55 1234 5678", "MX", LONG),
        ],
    )
    def test_with_or_without_the_1_a_mobile_number_has_one_key(self, raw, region, form):
        assert phone(raw, region) == (form, self.SHORT)

    def test_a_1_and_ten_digits_may_be_a_number_of_north_america(self):
        assert refused("whatsapp", "1 551 234 5678", "MX").code == "country_unknown"
        assert phone("+1 551 234 5678", "MX") == ("+15512345678",) * 2


class TestArgentina:
    KEY, MOBILE, PLAIN = "+541123456789", "+5491123456789", "+541123456789"

    @pytest.mark.parametrize(
        ("raw", "region", "form"),
        [
            ("+54 9 11 2345-6789", "US", MOBILE),
            ("5491123456789", "AR", MOBILE),
            ("5491123456789", "US", MOBILE),
            ("5491123456789", INTERNATIONAL, MOBILE),
            ("011 15-2345-6789", "AR", MOBILE),
            ("11 15 2345 6789", "AR", MOBILE),
            ("(011) 15 2345-6789", "AR", MOBILE),
            ("9 11 2345 6789", "AR", MOBILE),
            ("+54 11 15 2345-6789", "US", MOBILE),
            ("+54 (0)11 15 2345-6789", "US", MOBILE),
            ("+54 9 11 15 2345-6789", "US", MOBILE),
            ("+54 9 011 2345-6789", "US", MOBILE),
            ("+54 9 011 15 2345-6789", "US", MOBILE),
            ("54 9 11 15 2345 6789", "AR", MOBILE),
            ("00 54 9 11 2345 6789", "AR", MOBILE),
            ("+54 11 2345-6789", "US", PLAIN),
            ("541123456789", "AR", PLAIN),
            ("541123456789", INTERNATIONAL, PLAIN),
            ("011 2345-6789", "AR", PLAIN),
            ("1123456789", "AR", PLAIN),
        ],
    )
    def test_with_9_or_15_or_neither_a_number_has_one_key(self, raw, region, form):
        assert phone(raw, region) == (form, self.KEY)

    @pytest.mark.parametrize(
        ("raw", "key"),
        [
            ("0221 15 456-7890", "+542214567890"),
            ("+54 221 15 456 7890", "+542214567890"),
            ("+54 9 221 15 456 7890", "+542214567890"),
            ("02954 15 45-6789", "+542954456789"),
            ("+54 2954 15 456789", "+542954456789"),
            ("+54 9 2954 15 45 6789", "+542954456789"),
        ],
    )
    def test_the_15_is_found_behind_area_codes_of_any_length(self, raw, key):
        assert phone(raw, "AR")[1] == key

    def test_the_form_of_a_landline_stays_without_9(self):
        assert phone("+54 11 4123-4567") == ("+541141234567",) * 2

    def test_a_number_without_its_area_code_is_refused(self):
        assert refused("whatsapp", "15-2345-6789", "AR").code == "country_unknown"


class TestKeyForm:
    @given(st.from_regex(r"\+(1|49|52|54|55|39)[0-9]{8,12}", fullmatch=True))
    def test_it_is_its_own_key_form(self, e164):
        assert key_form(key_form(e164)) == key_form(e164)

    @given(st.from_regex(r"\+(1|7|20|39|49|351|598)[0-9]{8,12}", fullmatch=True))
    def test_numbers_of_other_countries_are_their_own(self, e164):
        assert key_form(e164) == e164
