"""One mailbox in several spellings is one address."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.bulk.check_contacts import checked_contacts
from chalicelib.contacts.fold_records import fold
from chalicelib.contacts.normalize_email import normalize_email
from chalicelib.contacts.source_record import SourceRecord, Stamp
from chalicelib.foundation.outcomes import Outcome


class TestMailbox:
    @pytest.mark.parametrize(
        ("left", "right"),
        [
            ("ada@bücher.example", "ada@xn--bcher-kva.example"),
            ("ada@BÜCHER.example", "ada@XN--BCHER-KVA.EXAMPLE"),
            ("ada@bücher.example", "ada@bu\u0308cher.example"),
            ("ada@straße.example", "ada@xn--strae-oqa.example"),
            ("ада@пример.рф", "ада@xn--e1afmkfd.xn--p1ai"),
            ("ada@例え。テスト", "ada@xn--r8jz45g.xn--zckzah"),
            ("ada@\uff45xample.com", "ada@example.com"),
            ("ada@نامه\u200cای.example", "ada@xn--mgba3gch31f060k.example"),
            ("ada@example.com.", "ada@example.com"),
            ("ada@bücher.example.", "ada@bücher.example"),
            ("mailto:Ada@Example.com.", "ada@example.com"),
            ("'Ada@Example.com'", "ada@example.com"),
        ],
    )
    def test_two_spellings_of_a_domain_are_one_mailbox(self, left, right):
        assert normalize_email(left) == normalize_email(right)
        assert normalize_email(left) is not None

    @pytest.mark.parametrize(
        ("left", "right"),
        [
            ("a.da@example.com", "ada@example.com"),
            ("ada+news@example.com", "ada@example.com"),
            ("ada@straße.example", "ada@strasse.example"),
            ("ada@bücher.example", "ada@bucher.example"),
        ],
    )
    def test_what_differs_for_the_domain_is_two_mailboxes(self, left, right):
        assert normalize_email(left) != normalize_email(right)

    @given(st.from_regex(r"[a-zA-Z0-9._+'-]{1,4}@([a-z0-9-]{1,4}[.]){0,3}[a-z0-9-]{0,4}[.]?", fullmatch=True))
    def test_an_invisible_sign_changes_nothing(self, address):
        assert normalize_email(f"\u200b{address}") == normalize_email(address)

    @pytest.mark.parametrize("address", ["jörg@example.com", "jörg@bücher.example", "用户@example.com"])
    def test_a_local_part_may_have_any_letters(self, address):
        assert normalize_email(address) == address

    @pytest.mark.parametrize("address", ["ada@xn--a.example", "ada@xn--99999.example", "ada@my_host.example"])
    def test_an_invalid_domain_is_kept_as_written(self, address):
        assert normalize_email(address.upper()) == address

    @pytest.mark.parametrize("address", ["ada@example.com..", "ada@.", "ada@☃", "@bücher.example", "."])
    def test_what_is_no_address_is_none_in_any_script(self, address):
        assert normalize_email(address) is None

    @pytest.mark.parametrize("address", ["ada@bücher.example", "ada@xn--bcher-kva.example", "ada@example.com."])
    def test_a_normal_form_is_its_own(self, address):
        assert normalize_email(normalize_email(address)) == normalize_email(address)


class TestWhereMailboxesMeet:
    def test_a_contact_shows_one_of_two_spellings(self):
        records = [
            record("google:1", {"emails": [{"value": "ada@bücher.example"}]}, 1),
            record("microsoft:1", {"emails": [{"value": "Ada@xn--bcher-kva.example.", "label": "work"}]}, 2),
        ]

        assert fold(records)["emails"] == [{"value": "ada@bücher.example", "label": "work"}]

    @pytest.mark.parametrize("address", ["ada@xn--bcher-kva.example", "ada@bücher.example.", "jörg@example.com"])
    def test_an_app_may_send_any_spelling(self, address):
        assert checked_contacts([{"given": "Ada", "emails": [{"value": address}]}])[0]["emails"] == [{"value": address}]


def record(source, content, seen):
    return SourceRecord(source, "1", content, "d", Stamp("j", 1, Outcome.CREATED), seen, seen)
