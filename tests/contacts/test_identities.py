import pytest

from chalicelib.books.book import Book, Entry, text_of
from chalicelib.contacts.contact import Contact
from chalicelib.contacts.identities import (
    current_identities,
    e164,
    email_identity,
    emails_of,
    phone_hints_of,
    phones_of,
    renumbered_identities,
    with_e164,
)
from tests.contacts.making import GOOGLE, record

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
    def test_an_invalid_address_is_no_identity(self, written):
        assert email_identity({"value": written}) is None

    def test_each_is_listed_once(self):
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

    def test_a_local_number_without_its_area_is_no_identity(self):
        assert e164("555-0100", "US") is None

    def test_an_unknown_region_leaves_international_numbers_readable(self):
        assert e164("+49 170 1234567", "") == "+491701234567"
        assert e164("0170 1234567", "") is None
        assert e164("0170 1234567", "XX") is None


class TestUnderstood:
    def test_the_raw_number_is_kept_beside_the_understood_one(self):
        card = with_e164({"phones": [{"raw": "0170 1234567", "label": "home"}]}, "DE")

        assert card["phones"] == [{"raw": "0170 1234567", "label": "home", "e164": "+491701234567"}]
        assert phones_of(card) == ["+491701234567"]

    def test_what_the_source_understood_itself_is_believed(self):
        card = {"phones": [{"raw": "1234567", "e164": "+12025550123"}]}

        assert with_e164(card, "DE") == card

    def test_what_the_source_calls_e164_but_is_not_is_read_again(self):
        card = with_e164({"phones": [{"raw": "0170 1234567", "e164": "0170"}, {"raw": "110", "e164": "+0"}]}, "DE")

        assert card["phones"] == [{"raw": "0170 1234567", "e164": "+491701234567"}, {"raw": "110"}]

    def test_a_guessed_region_is_not_a_known_one(self):
        card = with_e164({"phones": [{"raw": "06 12 34 56 78"}, {"raw": "030 5550 123"}]}, "US")

        assert card == {"phones": [{"raw": "06 12 34 56 78"}, {"raw": "030 5550 123"}]}

    @pytest.mark.parametrize("given", [{}, {"e164": "+12025550123"}])
    def test_an_extension_is_kept_though_the_source_left_it_out_of_its_own_form(self, given):
        card = with_e164({"phones": [{"raw": "+1 202-555-0123 ext. 42", **given}]}, "DE")

        assert card["phones"] == [{"raw": "+1 202-555-0123 ext. 42", "e164": "+12025550123", "extension": "42"}]
        assert phones_of(card) == ["+12025550123;ext=42"]

    def test_an_extension_is_another_phone_than_the_switchboard(self):
        switchboard = phones_of(with_e164({"phones": [{"raw": "+1 202-555-0123"}]}, "DE"))

        assert not {"+12025550123;ext=42"} & set(switchboard)

    def test_an_extension_that_is_not_in_the_number_is_taken_away(self):
        card = with_e164({"phones": [{"raw": "+1 202-555-0123", "e164": "+12025550123", "extension": "42"}]}, "US")

        assert card["phones"] == [{"raw": "+1 202-555-0123", "e164": "+12025550123"}]

    def test_the_fields_are_not_modified(self):
        card = {"phones": [{"raw": "0170 1234567"}]}
        with_e164(card, "DE")

        assert card == {"phones": [{"raw": "0170 1234567"}]}


def phones(*raws, region="US"):
    return with_e164({"phones": [{"raw": raw} for raw in raws]}, region)


class TestRenumbered:
    @pytest.mark.parametrize(
        ("old", "new"),
        [
            ("+55 11 8888-0123", "+55 11 98888-0123"),  # both can be numbers
            ("+52 1 55 5555 0123", "+52 55 5555 0123"),  # too long today
            ("+229 97 00 01 23", "+229 01 97 00 01 23"),  # too short today
            ("+229 97 00 01 23 x42", "+229 01 97 00 01 23 x42"),
        ],
    )
    def test_two_spellings_of_a_line_share_an_identity(self, old, new):
        assert set(phones_of(phones(old))) & set(phones_of(phones(new)))

    def test_the_number_stays_as_it_was_written(self):
        assert phones("+55 11 8888-0123") == {"phones": [{"raw": "+55 11 8888-0123", "e164": "+551188880123"}]}
        assert phones("+229 97 00 01 23") == {"phones": [{"raw": "+229 97 00 01 23"}]}
        assert phones_of(phones("+55 11 8888-0123")) == ["+551188880123", "+5511988880123"]

    def test_renumbered_identities_are_distinct_from_written_ones(self):
        assert renumbered_identities(phones_of(phones("+55 11 8888-0123"))) == {"+5511988880123"}
        assert renumbered_identities(phones_of(phones("+55 11 98888-0123"))) == set()

    def test_a_contact_that_was_stored_before_there_were_rules_is_found_by_either_spelling(self):
        entry = Entry.of(Contact("c1", 1, [record(GOOGLE, {"given": "Ada"})], 1, 1))
        old = entry._replace(identities=("+551188880123", "ada@xn--bcher-kva.example"))
        book = Book()
        book.put_text(text_of(old.match(1)))

        for identity in ("+551188880123", "+5511988880123", "ada@bücher.example", "ada@xn--bcher-kva.example"):
            assert book.contacts_with(identity) == ("c1",)

    def test_identities_of_today_add_nothing_to_themselves(self):
        once = current_identities(["+551188880123", "+a@example.com"])

        assert current_identities(once) == once == ("+551188880123", "+5511988880123", "+a@example.com")

    @pytest.mark.parametrize(
        ("left", "right"), [("+241 06 00 01 23", "+241 66 00 01 23"), ("+54 11 5555-0123", "+54 9 11 5555-0123")]
    )
    def test_an_uncertain_spelling_is_a_hint_in_both_directions(self, left, right):
        one, other = phones(left), phones(right)

        assert not set(phones_of(one)) & set(phones_of(other))
        assert set(phone_hints_of(one)) & set(phones_of(other))
        assert set(phone_hints_of(other)) & set(phones_of(one))

    def test_most_numbers_have_one_identity_and_no_hint(self):
        assert (phones_of(phones("(202) 555-0123")), phone_hints_of(phones("(202) 555-0123"))) == (["+12025550123"], [])


class TestNumbersNotUnderstood:
    """Two cards that say the very same digits speak of one line, whether or not we know whose country it is."""

    @pytest.mark.parametrize(
        ("written", "otherwise", "identity"),
        [
            ("06 39 98 12 34", "06.39.98.12.34 home", "0639981234"),
            ("030 5550 123", "(030) 5550-123", "0305550123"),
            ("+90 212 555096", "+90 (212) 555 096", "+90212555096"),
        ],
    )
    def test_they_are_known_by_their_digits(self, written, otherwise, identity):
        for raw in (written, otherwise):
            contact = with_e164({"phones": [{"raw": raw}]}, "US")

            assert "e164" not in contact["phones"][0]
            assert phones_of(contact) == [identity]

    @pytest.mark.parametrize("raw", ["110", "*#06#", "555-0123", "030 5550155 / 0170 1234567", "call me"])
    def test_a_number_that_exists_in_many_places_is_no_identity(self, raw):
        assert phones_of(with_e164({"phones": [{"raw": raw}]}, "US")) == []
