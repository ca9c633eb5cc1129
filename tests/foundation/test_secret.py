"""Secrets that clients hold."""

import pytest

from chalicelib.foundation.secret import derive_secret, fresh_secret, pkce_challenge, secrets_match, sha256_hex


class TestSecrets:
    def test_each_is_new_and_of_256_bits(self):
        drawn = {fresh_secret() for _ in range(100)}

        assert len(drawn) == 100
        assert {len(secret) for secret in drawn} == {43}

    def test_what_we_keep_is_its_sha_256(self):
        assert sha256_hex("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"

    def test_pkce_is_that_of_the_rfc(self):
        """RFC 7636, appendix B."""
        verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"

        assert pkce_challenge(verifier) == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"

    def test_a_derived_one_hangs_on_both_its_parts(self):
        assert derive_secret("a", "csrf") == derive_secret("a", "csrf")
        assert (
            len({derive_secret("a", "csrf"), derive_secret("b", "csrf"), derive_secret("a", "other"), sha256_hex("a")})
            == 4
        )

    @pytest.mark.parametrize("given", [None, "", "Right", "right ", "é", "\ud800", "right" * 1000])
    def test_only_the_very_same_is_the_same(self, given):
        assert secrets_match("right", "right")
        assert not secrets_match(given, "right")
        assert not secrets_match(given, "")
        assert not secrets_match("right", given)
