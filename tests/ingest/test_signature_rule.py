"""How a sender signs: which rules can be followed."""

import pytest

from chalicelib.foundation.errors import InvalidInput
from chalicelib.ingest.signature_rule import SignatureRule

HEADERS = {"header": "x-signature", "id_header": "x-id", "timestamp_header": "x-time"}


class TestRules:
    @pytest.mark.parametrize("name", ["x-signature", "authorization", "x_signature", "x.signature~1"])
    def test_a_token_can_be_the_name_of_a_header(self, name):
        SignatureRule(name).check()

    @pytest.mark.parametrize("name", [" ", "x signature", "x-signature:", "x-sig\n", "(x)", "x-größe", "x/y", '"x"'])
    @pytest.mark.parametrize("field", HEADERS)
    def test_nothing_else_can(self, field, name):
        with pytest.raises(InvalidInput, match="cannot be the name of a header") as refused:
            SignatureRule(**{**HEADERS, field: name}).check()

        assert refused.value.members["field"] == f"signature.{field}"

    @pytest.mark.parametrize("name", ["host", "connection", "transfer-encoding", "x-forwarded-for"])
    def test_a_header_that_does_not_reach_us_as_it_was_sent_is_refused(self, name):
        with pytest.raises(InvalidInput, match="does not reach us"):
            SignatureRule(name).check()

    @pytest.mark.parametrize("prefix", ["HMAC ", "a\tb"])
    def test_a_prefix_with_blanks_is_refused_since_they_separate_signatures(self, prefix):
        with pytest.raises(InvalidInput, match="blanks"):
            SignatureRule("x-signature", prefix=prefix).check()
