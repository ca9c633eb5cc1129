"""Secrets that somebody else carries for us."""

import pytest

from chalicelib.foundation.secret import challenge_of, derived, fresh_secret, hashed, is_same


class TestSecrets:
    def test_each_is_new_and_of_256_bits(self):
        drawn = {fresh_secret() for _ in range(100)}

        assert len(drawn) == 100
        assert {len(secret) for secret in drawn} == {43}

    def test_what_we_keep_is_its_sha_256(self):
        assert hashed("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"

    def test_pkce_is_that_of_the_rfc(self):
        """RFC 7636, appendix B."""
        verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"

        assert challenge_of(verifier) == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"

    def test_a_derived_one_hangs_on_both_its_parts(self):
        assert derived("a", "csrf") == derived("a", "csrf")
        assert len({derived("a", "csrf"), derived("b", "csrf"), derived("a", "other"), hashed("a")}) == 4

    @pytest.mark.parametrize("given", [None, "", "Right", "right ", "é", "\ud800", "right" * 1000])
    def test_only_the_very_same_is_the_same(self, given):
        assert is_same("right", "right")
        assert not is_same(given, "right")
        assert not is_same(given, "")
        assert not is_same("right", given)
