"""Authentication: valid tokens identify a person, and all others are refused."""

import time

import jwt
import pytest
from cryptography.hazmat.primitives import serialization

from chalicelib.foundation.authentication import Authenticator, may_view
from chalicelib.foundation.errors import NotSignedIn, Unavailable, UpstreamError
from chalicelib.foundation.jwks import Jwks
from chalicelib.foundation.organizations import OrganizationClaims
from chalicelib.foundation.secret import sha256_hex
from chalicelib.foundation.signed_tokens import BadToken, SignedTokens
from tests.fakes.clock import FixedClock
from tests.fakes.issuer import AUDIENCE, ISSUER, FakeIssuer, ec_key, public_jwk, rsa_key


@pytest.fixture
def issuer() -> FakeIssuer:
    return FakeIssuer()


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock()


@pytest.fixture
def sign_in(issuer, clock) -> Authenticator:
    return Authenticator(SignedTokens(ISSUER, AUDIENCE, Jwks(issuer.fetch, clock)), cron_secret="s" * 20)


class TestBearer:
    def test_a_good_token_is_a_person(self, sign_in, issuer):
        person = sign_in.person("Bearer " + issuer.token("ann", email="ann@x.org", roles=["operator", 7]))

        assert (person.sub, person.label, person.roles) == ("ann", "ann@x.org", {"operator"})
        assert person.is_operator

    def test_es256_is_as_good(self, sign_in, issuer):
        assert sign_in.person("bearer " + issuer.token(key=ec_key(), alg="ES256", kid="ec-1")).sub == "ann"

    def test_without_a_token_there_is_no_person(self, sign_in):
        assert sign_in.person(None) is None

    @pytest.mark.parametrize(
        "claims",
        [
            {"exp": None},
            {"exp": int(time.time()) - 3600},
            {"exp": "soon"},
            {"nbf": int(time.time()) + 3600},
            {"aud": None},
            {"aud": "somebody-else"},
            {"iss": None},
            {"iss": ISSUER + "/"},
            {"sub": None},
            {"sub": ""},
            {"sub": "x" * 256},
            {"sub": "a\nb"},
            {"sub": "~vendors"},  # the owner of jobs of the service itself
            {"sub": "~org:acme"},  # and of those of an organization
        ],
    )
    def test_a_claim_that_is_missing_or_wrong_is_refused(self, sign_in, issuer, claims):
        with pytest.raises(NotSignedIn):
            sign_in.person("Bearer " + issuer.token(**{"sub": "ann", **claims}))

    def test_roles_that_are_no_list_are_none(self, sign_in, issuer):
        assert not sign_in.person("Bearer " + issuer.token(roles="operator")).is_operator

    def test_organizations_come_from_the_claims_that_are_set(self, issuer, clock):
        tokens = SignedTokens(ISSUER, AUDIENCE, Jwks(issuer.fetch, clock))
        claims = OrganizationClaims("org", "org_role")
        sign_in = Authenticator(tokens, cron_secret="s" * 20, organization_claims=claims)

        person = sign_in.person("Bearer " + issuer.token(org="acme", org_role="admin", organizations={"x": ["admin"]}))

        assert person.organizations == {"acme": {"admin"}}

    def test_unsigned_is_refused(self, sign_in, issuer):
        with pytest.raises(NotSignedIn):
            sign_in.person("Bearer " + issuer.unsigned())

    def test_a_public_key_used_as_a_secret_is_refused(self, sign_in, issuer):
        """HS256 over the RSA public key, which everybody knows."""
        pem = (
            rsa_key()
            .public_key()
            .public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
        )
        forged = hs256(pem, issuer)

        with pytest.raises(NotSignedIn):
            sign_in.person("Bearer " + forged)

    def test_another_algorithm_with_a_right_key_is_refused(self, sign_in, issuer):
        for alg in ("RS384", "PS256"):
            with pytest.raises(NotSignedIn):
                sign_in.person("Bearer " + issuer.token(alg=alg))

    def test_a_foreign_key_is_refused_even_with_a_known_id(self, sign_in, issuer):
        for kid in ("rsa-1", "unknown", ""):
            with pytest.raises(NotSignedIn):
                sign_in.person("Bearer " + issuer.token(key=rsa_key(2048, 1), kid=kid))

    def test_a_key_of_the_other_kind_is_refused(self, sign_in, issuer):
        with pytest.raises(NotSignedIn):
            sign_in.person("Bearer " + issuer.token(kid="ec-1"))

    def test_a_key_that_the_token_brings_along_is_not_looked_at(self, sign_in):
        now = int(time.time())
        claims = {"iss": ISSUER, "aud": AUDIENCE, "sub": "eve", "exp": now + 60}
        own = rsa_key(2048, 1)
        headers = {"kid": "rsa-1", "jku": "https://evil.example/jwks", "jwk": public_jwk(own, "rsa-1")}

        with pytest.raises(NotSignedIn):
            sign_in.person("Bearer " + jwt.encode(claims, own, algorithm="RS256", headers=headers))

    def test_a_weak_key_is_refused(self, sign_in, issuer):
        issuer.keys.append(public_jwk(rsa_key(1024), "weak"))

        with pytest.raises(NotSignedIn):
            sign_in.person("Bearer " + issuer.token(key=rsa_key(1024), kid="weak"))

    @pytest.mark.parametrize(
        "header",
        ["", "Bearer", "Bearer ", "Basic YTpi", "Bearer a.b", "Bearer é.é.é", "Bearer " + "a" * 9000, "Bearer ..."],
    )
    def test_an_invalid_token_is_refused(self, sign_in, header):
        with pytest.raises(NotSignedIn):
            sign_in.person(header)


class TestKeys:
    def test_they_are_fetched_once_for_many_tokens(self, sign_in, issuer):
        for _ in range(5):
            sign_in.person("Bearer " + issuer.token())

        assert issuer.fetches == 1

    def test_a_new_key_is_found_at_once_and_invented_ids_cause_one_fetch_a_minute(self, sign_in, issuer, clock):
        sign_in.person("Bearer " + issuer.token())
        clock.sleep(61)
        issuer.keys.append(public_jwk(rsa_key(2048, 2), "rsa-2"))

        assert sign_in.person("Bearer " + issuer.token(key=rsa_key(2048, 2), kid="rsa-2")).sub == "ann"
        for number in range(20):
            with pytest.raises(NotSignedIn):
                sign_in.person("Bearer " + issuer.token(kid=f"made-up-{number}"))
        assert issuer.fetches == 2

    def test_a_key_that_was_withdrawn_is_forgotten_within_the_hour(self, sign_in, issuer, clock):
        token = issuer.token()
        sign_in.person("Bearer " + token)
        issuer.keys.pop(0)
        clock.sleep(3601)

        with pytest.raises(NotSignedIn):
            sign_in.person("Bearer " + token)

    def test_while_the_issuer_is_down_tokens_with_known_keys_are_accepted(self, sign_in, issuer, clock):
        sign_in.person("Bearer " + issuer.token())
        issuer.down = OSError("no route")
        clock.sleep(3601)

        assert sign_in.person("Bearer " + issuer.token()).sub == "ann"

    def test_without_any_keys_it_is_not_the_callers_fault(self, sign_in, issuer):
        issuer.down = OSError("no route")

        for _ in range(3):
            with pytest.raises(UpstreamError):
                sign_in.person("Bearer " + issuer.token())
        assert issuer.fetches == 1

    @pytest.mark.parametrize("document", [b"", b"[]", b'{"keys": 7}', b"\xff", b'{"keys": [7, {}]}'])
    def test_an_invalid_key_set_lets_no_token_pass(self, issuer, clock, document):
        sign_in = Authenticator(SignedTokens(ISSUER, AUDIENCE, Jwks(lambda: document, clock)), cron_secret="s" * 20)

        with pytest.raises((NotSignedIn, UpstreamError)):
            sign_in.person("Bearer " + issuer.token())

    def test_a_key_for_encrypting_signs_nothing(self, sign_in, issuer):
        issuer.keys = [public_jwk(rsa_key(), "rsa-1", use="enc")]

        with pytest.raises(NotSignedIn):
            sign_in.person("Bearer " + issuer.token())


class TestWithoutAKeyId:
    """OpenID Connect Core 10.1: a token may leave it out where there is one key."""

    def test_the_one_key_of_the_kind_is_the_one(self, sign_in, issuer):
        assert sign_in.person("Bearer " + issuer.token(kid=None)).sub == "ann"
        assert sign_in.person("Bearer " + issuer.token(key=ec_key(), alg="ES256", kid=None)).sub == "ann"

    def test_a_key_without_an_id_or_a_use_is_one_too(self, sign_in, issuer):
        bare = public_jwk(rsa_key(), "")
        issuer.keys = [{name: value for name, value in bare.items() if name not in ("kid", "use")}]

        assert sign_in.person("Bearer " + issuer.token(kid=None)).sub == "ann"

    @pytest.mark.parametrize(
        "more", [{"use": "enc"}, {"alg": "RS512"}, {"key_ops": ["encrypt"]}], ids=["use", "alg", "operations"]
    )
    def test_a_key_for_something_else_is_none_to_choose_from(self, sign_in, issuer, more):
        issuer.keys.append(public_jwk(rsa_key(2048, 1), "rsa-2", **more))

        assert sign_in.person("Bearer " + issuer.token(kid=None)).sub == "ann"

    def test_where_there_are_several_it_is_refused(self, sign_in, issuer):
        issuer.keys.append(public_jwk(rsa_key(2048, 1), "rsa-2"))

        with pytest.raises(BadToken) as raised:
            sign_in.person("Bearer " + issuer.token(kid=None))
        assert raised.value.log_fields == {"check": "kid missing, several keys"}

    def test_a_foreign_key_is_not_accepted(self, sign_in, issuer):
        with pytest.raises(BadToken) as raised:
            sign_in.person("Bearer " + issuer.token(key=rsa_key(2048, 1), kid=None))
        assert raised.value.log_fields == {"check": "signature"}

    def test_a_rotated_key_is_found_and_invalid_signatures_cause_one_fetch_a_minute(self, sign_in, issuer, clock):
        sign_in.person("Bearer " + issuer.token(kid=None))
        issuer.keys[0] = public_jwk(rsa_key(2048, 2), "rsa-2")
        clock.sleep(61)

        assert sign_in.person("Bearer " + issuer.token(key=rsa_key(2048, 2), kid=None)).sub == "ann"
        for _ in range(5):
            with pytest.raises(BadToken):
                sign_in.person("Bearer " + issuer.token(key=rsa_key(2048, 1), kid=None))
        assert issuer.fetches == 2


class TestChecks:
    """The failed check is logged and not returned to the caller."""

    @pytest.mark.parametrize(
        ("wrong", "noted"),
        [
            ({"aud": "somebody-else"}, {"check": "aud", "settings": "AUTH_AUDIENCE"}),
            ({"iss": ISSUER + "/"}, {"check": "iss", "settings": "AUTH_ISSUER"}),
            ({"sub": None}, {"check": "sub missing"}),
            ({"sub": "a\nb"}, {"check": "sub"}),
            ({"nbf": 9_999_999_999}, {"check": "nbf or iat"}),
            ({"kid": "made-up"}, {"check": "no such key"}),
            ({"key": rsa_key(2048, 1)}, {"check": "signature"}),
            ({"alg": "RS384"}, {"check": "alg"}),
        ],
        ids=["aud", "iss", "no sub", "sub", "nbf", "kid", "signature", "alg"],
    )
    def test_each_has_a_name(self, sign_in, issuer, wrong, noted):
        with pytest.raises(BadToken) as raised:
            sign_in.person("Bearer " + issuer.token(**wrong))

        assert raised.value.log_fields == noted
        assert raised.value.members == {}

    def test_an_unknown_key_is_a_503_while_the_issuer_is_unavailable(self, sign_in, issuer, clock):
        sign_in.person("Bearer " + issuer.token())
        clock.sleep(61)
        issuer.down = OSError("no route")

        for _ in range(3):
            with pytest.raises(Unavailable):
                sign_in.person("Bearer " + issuer.token(kid="new"))
        assert (sign_in.person("Bearer " + issuer.token()).sub, issuer.fetches) == ("ann", 2)


class TestViewer:
    def test_only_the_very_key_may_view(self):
        kept = sha256_hex("key")

        assert may_view("key", kept)
        assert not any(may_view(key, kept) for key in (None, "", "Key", kept, "é", "\ud800"))
        assert not may_view("key", None)


def hs256(secret: bytes, issuer: FakeIssuer) -> str:
    """PyJWT refuses to sign so; an attacker does not."""
    import base64
    import hashlib
    import hmac
    import json

    claims = jwt.decode(issuer.token(), options={"verify_signature": False})
    parts = [{"alg": "HS256", "kid": "rsa-1", "typ": "JWT"}, claims]
    signed = b".".join(base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=") for part in parts)
    mac = base64.urlsafe_b64encode(hmac.digest(secret, signed, hashlib.sha256)).rstrip(b"=")
    return (signed + b"." + mac).decode()
