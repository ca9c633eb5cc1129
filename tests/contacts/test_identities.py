import pytest

from chalicelib.contacts.identities import e164, email_identity, emails_of, phones_of, understood

X500 = "/o=ExchangeLabs/ou=Exchange Administrative Group (FYDIBOHF23SPDLT)/cn=Recipients/cn=ada"


class TestEmail:
    @pytest.mark.parametrize(
        ("written", "identity"),
        [
            ("ada@example.com", "ada@example.com"),
            ("  Ada.Lovelace@Example.COM ", "ada.lovelace@example.com"),
            ("smtp:ada@example.com", "ada@example.com"),
            ("SMTP:Ada@example.com", "ada@example.com"),
            ("mailto:ada@example.com", "ada@example.com"),
            ("ada+maths@example.co.uk", "ada+maths@example.co.uk"),
            ("o'brien@example.com", "o'brien@example.com"),
            ("ада@пример.рф", "ада@пример.рф"),
            ("ada@example.com\u200b", "ada@example.com"),
            ("\u202aada@example.com\u202c", "ada@example.com"),
        ],
    )
    def test_an_address_is_known_by_its_lower_case(self, written, identity):
        assert email_identity({"value": written}) == identity

    @pytest.mark.parametrize(
        "written",
        [
            X500,
            "x500:" + X500,
            "/o=x/cn=ada@example.com",
            "ada",
            "ada@",
            "@example.com",
            "ada@localhost",
            "ada@example..com",
            "ada@-example.com",
            "ada@b@example.com",
            "ada lovelace@example.com",
            "a@example.com, b@example.com",
            "a@example.com ::: b@example.com",
            "null",
            '=HYPERLINK("http://x")',
            "a" * 400 + "@example.com",
            "ada@" + "a." * 50_000,
        ],
    )
    def test_what_is_no_address_is_no_identity(self, written):
        assert email_identity({"value": written}) is None

    def test_each_is_told_once(self):
        assert emails_of({"emails": [{"value": "A@x.org"}, {"value": "a@x.org"}, {"value": X500}]}) == ["a@x.org"]


class TestPhone:
    @pytest.mark.parametrize(
        ("raw", "region", "number"),
        [
            ("+49 170 1234567", "US", "+491701234567"),
            ("0170/1234567", "DE", "+491701234567"),
            ("+49 (0)170 1234567", "DE", "+491701234567"),
            ("0049 170 1234567", "DE", "+491701234567"),
            ("(202) 555-0123", "US", "+12025550123"),
            ("tel:+1-202-555-0123", "DE", "+12025550123"),
            ("٠١٧٠١٢٣٤٥٦٧", "DE", "+491701234567"),
            ("+39 06 1234567", "DE", "+39061234567"),
        ],
    )
    def test_a_number_is_read_as_one_of_the_region(self, raw, region, number):
        assert e164(raw, region) == number

    @pytest.mark.parametrize("raw", ["110", "911", "*#06#", "555", "x", "", "+4917012345678901234", "1" * 5_000])
    def test_service_codes_and_what_is_too_short_or_too_long_is_no_identity(self, raw):
        assert e164(raw, "DE") is None

    def test_a_number_with_an_extension_is_not_its_switchboards(self):
        assert e164("+1 202 555 0123 x45", "US") is None

    def test_a_local_number_without_its_area_is_no_identity(self):
        assert e164("555-0100", "US") is None

    def test_an_unknown_region_leaves_international_numbers_readable(self):
        assert e164("+49 170 1234567", "") == "+491701234567"
        assert e164("0170 1234567", "") is None
        assert e164("0170 1234567", "XX") is None


class TestUnderstood:
    def test_the_raw_number_is_kept_beside_the_understood_one(self):
        told = understood({"phones": [{"raw": "0170 1234567", "label": "home"}]}, "DE")

        assert told["phones"] == [{"raw": "0170 1234567", "label": "home", "e164": "+491701234567"}]
        assert phones_of(told) == ["+491701234567"]

    def test_what_the_source_understood_itself_is_believed(self):
        told = {"phones": [{"raw": "1234567", "e164": "+12025550123"}]}

        assert understood(told, "DE") == told

    def test_what_the_source_calls_e164_but_is_not_is_read_again(self):
        told = understood({"phones": [{"raw": "0170 1234567", "e164": "0170"}, {"raw": "110", "e164": "+0"}]}, "DE")

        assert told["phones"] == [{"raw": "0170 1234567", "e164": "+491701234567"}, {"raw": "110"}]

    def test_what_was_said_is_left_as_it_was(self):
        told = {"phones": [{"raw": "0170 1234567"}]}
        understood(told, "DE")

        assert told == {"phones": [{"raw": "0170 1234567"}]}
