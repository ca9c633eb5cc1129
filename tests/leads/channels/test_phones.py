"""Phone numbers as files and messages deliver them."""

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.leads.channels.identity import InvalidIdentity
from chalicelib.leads.channels.phone import INTERNATIONAL
from tests.leads.channels.parsing import parsed, phone, refused

BERLIN = "+493023125123"
REGIONS = [INTERNATIONAL, *sorted(phonenumbers.SUPPORTED_REGIONS)]


class TestCountry:
    @pytest.mark.parametrize(
        ("raw", "region"),
        [
            ("+49 30 23125123", "US"),
            ("030 23125123", "DE"),
            ("0049 30 23125123", "US"),
            ("0049 30 23125123", "DE"),
            ("011 49 30 23125123", "US"),
            ("0049 30 23125123", "BR"),
            ("0015 49 30 23125123", "BR"),  # through the carrier 15, as it is dialed there
            ("4930 23125123", INTERNATIONAL),
            ("0049 30 23125123", INTERNATIONAL),
        ],
    )
    def test_a_number_without_country_code_is_one_of_the_region(self, raw, region):
        assert phone(raw, region)[0] == BERLIN

    def test_two_zeros_stand_for_a_plus_where_a_carrier_has_the_digits_of_a_country(self):
        assert phone("0055 11 98765-4321", "BR")[0] == "+5511987654321"
        assert phone("0065 9234 5678", "BR")[0] == "+6592345678"

    def test_the_region_of_the_deployment_is_the_default(self):
        assert phone("(415) 555-2671")[0] == "+14155552671"

    def test_a_number_of_two_countries_is_refused(self):
        error = refused("whatsapp", "6592345678", "US")  # Alabama, and a mobile number of Singapore

        assert error.code == "country_unknown"
        assert "plus and the country code" in error.words

    def test_webhooks_leave_out_the_plus_alone(self):
        assert phone("6592345678", INTERNATIONAL)[0] == "+6592345678"


class TestDecoration:
    @pytest.mark.parametrize(
        "raw",
        [
            "\u202a+49 30 23125123\u202c",
            "+49\u00a030\u200b23125123",
            "\ufeff+493023125123",
            "＋４９３０２３１２５１２３",
            "+４９ ３０ ２３１２５１２３",
            "  +49 (30) 231-25.123 ",
            "'+493023125123",
            '="+493023125123"',
            "whatsapp:+493023125123",
            "tel:+49-30-23125123",
            "https://wa.me/493023125123",
            "wa.me/493023125123",
            "493023125123@s.whatsapp.net",
            "493023125123@c.us",
        ],
    )
    def test_what_is_no_part_of_the_number_is_left_out(self, raw):
        identity = parsed("whatsapp", raw, "DE")

        assert (identity.form, identity.raw) == (BERLIN, raw)

    @pytest.mark.parametrize("raw", ["+49 30 23125123 ext. 42", "+493023125123;ext=42"])
    def test_an_extension_gets_no_messages(self, raw):
        assert refused("sms", raw, "DE").code == "extension"


class TestSpreadsheets:
    @pytest.mark.parametrize("raw", ["5511987654321.0", "5511987654321,0", "5511987654321.00", "+5511987654321.0"])
    def test_the_decimals_of_a_whole_number_are_left_out(self, raw):
        assert phone(raw, "BR")[0] == "+5511987654321"

    @pytest.mark.parametrize("raw", ["5,511,987,654,321", "5.511.987.654.321"])
    def test_separators_of_thousands_are_left_out(self, raw):
        assert phone(raw, "BR")[0] == "+5511987654321"

    @pytest.mark.parametrize("raw", ["5.51E+12", "5,51E+12", "5.51199E+12", "5.5e12", "5.511987654321E+12", "1E+11"])
    @pytest.mark.parametrize("channel", ["whatsapp", "sms", "email", "telegram"])
    def test_a_rounded_number_is_refused_with_how_to_fix_it(self, raw, channel):
        error = refused(channel, raw, "BR")

        assert error.code == "rounded_number"
        assert "Format its column as text" in error.words

    @pytest.mark.parametrize("raw", ["#NAME?", "#ERROR!", "#REF!", "#N/A", "#VALUE!"])
    def test_a_failed_formula_is_refused_with_how_to_fix_it(self, raw):
        assert refused("whatsapp", raw).code == "failed_formula"


class TestNoPeople:
    @pytest.mark.parametrize("raw", ["12345", "911", "28000", "112", "262966"])
    def test_a_short_code_belongs_to_a_service(self, raw):
        assert refused("sms", raw).code == "short_code"

    @pytest.mark.parametrize("raw", ["MYBANK", "INFO2GO", "Amazon", "4INFO", "My Bank"])
    def test_an_alphanumeric_sender_is_a_name(self, raw):
        assert refused("sms", raw).code == "sender_name"

    @pytest.mark.parametrize("raw", ["", "   ", "\u200b", "'", '=""'])
    def test_an_empty_text_is_nobody(self, raw):
        assert refused("sms", raw).code == "empty"

    @pytest.mark.parametrize(
        "raw", ["+0", "+00000000000", "+10000000000", "+5500000000000", "+55 11 98765", "+-", "+999 1"]
    )
    def test_what_is_no_number_is_refused(self, raw):
        assert refused("sms", raw).code == "no_phone"

    @pytest.mark.parametrize("raw", ["0", "-", "null", "n/a", "-1", "000000000", "unknown"])
    def test_a_placeholder_is_nobody(self, raw):
        with pytest.raises(InvalidIdentity):
            parsed("sms", raw, "DE")

    def test_two_numbers_are_not_one(self):
        with pytest.raises(InvalidIdentity):
            parsed("sms", "+55 11 98765-4321 / +55 11 91234-5678")

    def test_a_text_that_is_too_long_is_refused(self):
        assert refused("sms", "1" * 513).code == "too_long"


class TestPlainDigits:
    """Digits alone are read faster. With a scheme in front they are not, and must give the same."""

    @given(
        st.from_regex(
            r"\+?(55[1-9][1-9]9?[6-9][0-9]{7}|520?(1|44|45)?55[0-9]{8}|5490?11(15)?[0-9]{8})", fullmatch=True
        ),
        st.sampled_from(["", *sorted(phonenumbers.SUPPORTED_REGIONS)]),
    )
    def test_a_spelling_of_brazil_mexico_or_argentina_is_read_as_any_text_is(self, digits, region):
        assert self.outcome(digits, region) == self.outcome(f"tel:{digits}", region)

    @given(st.from_regex(r"\+?[0-9]{5,15}", fullmatch=True), st.sampled_from(REGIONS))
    def test_so_are_any_digits(self, digits, region):
        assert self.outcome(digits, region) == self.outcome(f"tel:{digits}", region)

    @staticmethod
    def outcome(raw, region):
        try:
            return phone(raw, region)
        except InvalidIdentity:
            return None


class TestStability:
    def test_a_number_that_is_read_as_another_one_has_the_form_that_stays(self):
        """The zero of "+82 011 290" is dropped as a prefix, so that reading what was written gives another number."""
        assert phone("+82011290")[0] == phone(phone("+82011290")[0])[0] == "+8211290"

    @given(
        st.from_regex(r"\+?(0?0?(1|44|49|52|54|55|65|7|82|91))?[0-9]{4,12}", fullmatch=True),
        st.sampled_from(["", "AR", "BR", "DE", "IN", "MX", "RU", "SG", "US"]),
    )
    def test_the_form_and_the_key_form_of_any_number_are_stable(self, raw, region):
        try:
            form, key = phone(raw, region)
        except InvalidIdentity:
            return
        assert phone(form, region) == (form, key)
        assert phone(form, INTERNATIONAL) == phone(form.removeprefix("+"), INTERNATIONAL) == (form, key)

    @given(st.text(max_size=24), st.sampled_from(["", "BR", "US"]))
    def test_any_text_has_an_identity_or_is_refused_with_words(self, raw, region):
        try:
            identity = parsed("whatsapp", raw, region, scope="1")
        except InvalidIdentity as refusal:
            told = refusal
        else:
            told = None
            assert identity.raw == raw
        assert told is None or (told.code and told.words.endswith("."))
