"""The table of reasons: what the page "Why is this contact not eligible?" shows."""

import pytest

from chalicelib.vendors.reasons import TABLE, Reason


@pytest.mark.parametrize("reason", Reason)
class TestEveryReason:
    def test_has_words(self, reason):
        row = TABLE[reason]

        assert row.title
        assert row.meaning.endswith(".")
        assert row.remedy == "" or row.remedy.endswith(".")

    def test_is_about_a_contact_or_about_the_vendor(self, reason):
        row = TABLE[reason]

        assert not (row.stops_vendor and (row.is_permanent or row.is_opt_out))


def test_an_operator_can_act_on_each_reason_that_stops_a_vendor():
    assert all(row.remedy for row in TABLE.values() if row.stops_vendor)


def test_only_the_vendors_own_word_is_an_opt_out():
    assert [reason for reason, row in TABLE.items() if row.is_opt_out] == [Reason.OPTED_OUT_AT_VENDOR]
