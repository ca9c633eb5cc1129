"""Parsing phone numbers with care: no number is better than a wrong one."""

import pytest

from chalicelib.contacts.normalize_phone import Number, digits_of, extension_of, normalize_phone


def e164(raw, region):
    number = normalize_phone(raw, region)
    return number.e164 if number and number.is_known else None


class TestAGuessedRegion:
    @pytest.mark.parametrize(
        ("raw", "region", "number"),
        [
            ("06 12 34 56 78", "FR", "+33612345678"),
            ("030 5550 123", "DE", "+49305550123"),
            ("(212) 555-0170", "US", "+12125550170"),
            ("2125550170", "US", "+12125550170"),
            ("1 212 555 0170", "US", "+12125550170"),
            ("416-555-0123", "US", "+14165550123"),
            ("612 34 56 78", "ES", "+34612345678"),
            ("06 12345678", "IT", "+390612345678"),
            ("138 1234 5678", "CN", "+8613812345678"),
            ("98765 43210", "IN", "+919876543210"),
            ("(11) 98765-4321", "BR", "+5511987654321"),
            ("1300 123 456", "AU", "+611300123456"),
            ("8 (495) 123-45-67", "RU", "+74951234567"),
        ],
    )
    def test_is_believed_where_the_number_is_valid_there(self, raw, region, number):
        assert e164(raw, region) == number

    @pytest.mark.parametrize(
        ("raw", "region"),
        [
            ("06 12 34 56 78", "US"),
            ("030 5550 123", "US"),
            ("020 7946 0123", "US"),
            ("612 34 56 78", "US"),
            ("999 999 9999", "US"),
            ("8 (495) 123-45-67", "DE"),
            ("0639 12", "FR"),
        ],
    )
    def test_is_not_where_the_number_is_merely_possible(self, raw, region):
        assert normalize_phone(raw, region) is None

    @pytest.mark.parametrize(("raw", "region"), [("23125123", "DE"), ("2125550170", "DE"), ("7946 0123", "GB")])
    def test_a_landline_without_its_area_is_not_another_towns(self, raw, region):
        assert normalize_phone(raw, region) is None

    @pytest.mark.parametrize(
        ("raw", "region", "number"),
        [
            ("1701234567", "DE", "+491701234567"),
            ("612345678", "FR", "+33612345678"),
            ("7911123456", "GB", "+447911123456"),
        ],
    )
    def test_a_mobile_without_its_zero_is_still_itself(self, raw, region, number):
        assert e164(raw, region) == number


LOST_PLUS = [
    ("491701234567", "DE"),
    ("493023125123", "DE"),
    ("33612345678", "FR"),
    ("33142685300", "FR"),
    ("447911123456", "GB"),
    ("4366412345678", "AT"),
    ("41791234567", "CH"),
    ("34612345678", "ES"),
    ("390612345678", "IT"),
    ("393331234567", "IT"),
    ("31612345678", "NL"),
    ("48512345678", "PL"),
    ("919876543210", "IN"),
    ("5511987654321", "BR"),
    ("8613812345678", "CN"),
    ("818012345678", "JP"),
    ("61412345678", "AU"),
    ("12125550170", "US"),
    ("79161234567", "RU"),
    ("4791234567", "NO"),
    ("4792345678", "NO"),
    ("6598765432", "SG"),
    ("905321234567", "TR"),
    ("3906123456", "IT"),
]


class TestALostPlus:
    @pytest.mark.parametrize(
        "region", ["DE", "FR", "GB", "US", "AT", "CH", "IT", "ES", "IN", "BR", "JP", "AU", "NL", "SE"]
    )
    @pytest.mark.parametrize(("digits", "home"), LOST_PLUS)
    def test_a_number_that_lost_its_plus_is_read_as_itself_or_not_at_all(self, digits, home, region):
        assert e164(digits, region) in (None, "+" + digits)

    @pytest.mark.parametrize(("digits", "home"), [each for each in LOST_PLUS if each[0] != "3906123456"])
    def test_at_home_it_is_itself(self, digits, home):
        assert e164(digits, home) == "+" + digits

    @pytest.mark.parametrize("digits", ["491701234567", "33612345678", "919876543210", "5511987654321"])
    def test_where_it_can_be_no_number_of_the_region_it_is_itself(self, digits):
        assert e164(digits, "US") == "+" + digits

    @pytest.mark.parametrize(
        ("raw", "region", "number"),
        [
            ("15012345678", "CN", "+8615012345678"),
            ("51987654321", "BR", "+5551987654321"),
            ("6462345678", "US", "+16462345678"),
            ("(479) 234-5678", "US", "+14792345678"),
        ],
    )
    def test_a_number_that_is_whole_in_its_region_is_the_regions_even_if_it_reads_as_one_abroad(
        self, raw, region, number
    ):
        assert e164(raw, region) == number


class TestInternational:
    @pytest.mark.parametrize(
        ("raw", "region", "number"),
        [
            ("+49 (0)170 1234567", "US", "+491701234567"),
            ("(+49) 170 1234567", "US", "+491701234567"),
            ("\uff0b49 170 1234567", "US", "+491701234567"),
            ("\u202a+49 170 1234567\u202c", "US", "+491701234567"),
            ("0049 170 1234567", "DE", "+491701234567"),
            ("0049 170 1234567", "US", "+491701234567"),
            ("+0049 170 1234567", "DE", "+491701234567"),
            ("011 49 170 1234567", "US", "+491701234567"),
            ("0055 11 98765 4321", "BR", "+5511987654321"),
            ("+9 0532 123 45 67", "DE", "+905321234567"),
            ("+0170 1234567", "DE", "+491701234567"),
        ],
    )
    def test_a_number_with_its_country_needs_no_region(self, raw, region, number):
        assert e164(raw, region) == number

    def test_what_is_an_area_here_is_no_prefix_of_elsewhere(self):
        assert e164("011 4960 0123", "IN") == "+911149600123"

    @pytest.mark.parametrize("region", ["RU", "KZ"])
    @pytest.mark.parametrize(
        ("raw", "number"),
        [
            ("+8 (495) 123-45-67", "+74951234567"),
            ("+8 863 221 45 67", "+78632214567"),
            ("+8-916-123-45-67", "+79161234567"),
        ],
    )
    def test_a_plus_before_the_trunk_8_is_a_number_of_the_country(self, raw, number, region):
        assert e164(raw, region) == number

    @pytest.mark.parametrize("region", ["US", "DE", "VN", ""])
    def test_a_plus_before_the_trunk_8_is_not_a_number_in_vietnam(self, region):
        assert normalize_phone("+8 (495) 123-45-67", region) is None

    @pytest.mark.parametrize(
        ("raw", "region"),
        [("65 6123 7883", "IN"), ("45 32 15 04 28", "BR"), ("46 8 12 81 19", "PL"), ("33 1 23 02 15 27", "IT")],
    )
    def test_one_with_the_gaps_of_a_number_abroad_may_have_lost_its_plus(self, raw, region):
        assert normalize_phone(raw, region) is None

    @pytest.mark.parametrize(
        ("raw", "region"), [("65612 37883", "IN"), ("(45) 3215-0428", "BR"), ("46 812 81 19", "PL")]
    )
    def test_one_with_the_gaps_of_the_region_is_of_the_region(self, raw, region):
        assert normalize_phone(raw, region) is not None

    def test_a_number_of_viet_nam_is_itself(self):
        assert e164("+84 95 123 45 67", "RU") == "+84951234567"
        assert e164("+84951234567", "DE") == "+84951234567"
        assert e164("+84951234567", "RU") is None  # as likely a trunk 8


class TestWords:
    @pytest.mark.parametrize(
        "raw",
        [
            "030 23125123 home",
            "030 23125123 (home)",
            "030 23125123 - Büro",
            "030 23125123home",
            "030 23125123 M",
            "030 23125123, Anna",
            "home: 030 23125123",
            "Tel. 030 23125123",
            "+49 30 23125123 自宅",
        ],
    )
    def test_a_word_is_not_digits(self, raw):
        assert normalize_phone(raw, "DE") == Number("+493023125123")

    @pytest.mark.parametrize(
        "raw", ["030 23125123 or 0170 1234567", "030 23125123 Durchwahl 42", "030 23125123 p42", "030 23125123 home 2"]
    )
    def test_digits_after_an_unknown_word_are_not_a_number(self, raw):
        assert normalize_phone(raw, "DE") is None

    @pytest.mark.parametrize("raw", ["1-800-FLOWERS", "1 800 FLOWERS", "(800) FLOWERS", "+1-800-flowers"])
    def test_letters_are_digits_in_north_america(self, raw):
        assert e164(raw, "US") == "+18003569377"

    @pytest.mark.parametrize(
        ("raw", "region"),
        [("1-800-FLOWERS", "DE"), ("0800 FLOWERS", "GB"), ("212-555 HOME", "US"), ("1-800-HOME", "US")],
    )
    def test_letters_are_no_digits_elsewhere(self, raw, region):
        assert normalize_phone(raw, region) is None


class TestExtensions:
    @pytest.mark.parametrize(
        "raw",
        [
            "+1 212-555-0170 ext. 42",
            "+1 212-555-0170 x42",
            "+1 212-555-0170 extension 42",
            "+1 212-555-0170;ext=42",
            "+1 212-555-0170\\;ext=42",
            "tel:+1-212-555-0170;ext=42",
            "+1 212-555-0170 #42",
            "+1 212-555-0170,42",
            "(212) 555-0170 x42",
            "(212) 555-0170 x42 (office)",
        ],
    )
    def test_an_extension_is_separate_from_the_number(self, raw):
        assert normalize_phone(raw, "US") == Number("+12125550170", "42")

    @pytest.mark.parametrize(
        ("raw", "extension"),
        [("(030) 231-25123 x42", "42"), ("+49 30 23125123", ""), ("030 23125123 home", ""), ("?", "")],
    )
    def test_it_is_found_behind_a_number_that_is_known(self, raw, extension):
        assert extension_of(raw, "+493023125123") == extension

    @pytest.mark.parametrize("raw", ["030 5550123, 0170123", "030 5550123/24", "030 5550123 / 0170 1234567"])
    def test_two_numbers_are_none(self, raw):
        assert normalize_phone(raw, "DE") is None


class TestDigits:
    @pytest.mark.parametrize(
        ("raw", "digits"),
        [
            ("(030) 12-3", "030123"),
            ("030 23125123 home", "03023125123"),
            ("Tel. 030 23125123", "03023125123"),
            ("\u0660\u0663\u0660 123", "030123"),
            ("*#06#", "*#06#"),
            ("030 23125123 Durchwahl 42", "03023125123Durchwahl42"),
            ("1-800-FLOWERS", "1800FLOWERS"),
            ("?", ""),
        ],
    )
    def test_decoration_and_labels_are_left_out(self, raw, digits):
        assert digits_of(raw) == digits
