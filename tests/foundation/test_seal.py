"""Encrypting secrets: stored data can be decrypted only in the context it belongs to."""

import pytest

from chalicelib.foundation.errors import Misconfigured, UpstreamError
from chalicelib.foundation.seal import Seal, SealBroken
from tests.fakes.kms import FakeKms
from tests.fakes.values import refusal

SECRET = b"refresh-token-canary"
PLACE = {"owner": "ann", "connection": "c1", "purpose": "tokens"}


class Keys(FakeKms):
    """A key service with several keys, that can be told to fail."""

    def __init__(self):
        super().__init__()
        self.known, self.fail_with, self.requests = {"tokens"}, None, []

    def generate_data_key(self, **request):
        self.requests.append(request)
        if self.fail_with is not None:
            raise refusal(self.fail_with, "", "GenerateDataKey")
        if request["KeyId"] not in self.known:
            raise refusal("NotFoundException", "", "GenerateDataKey")
        return super().generate_data_key(**request)


class Careless(FakeKms):
    """A key service that does not look at the context."""

    def generate_data_key(self, **request):
        return super().generate_data_key(**{**request, "EncryptionContext": {}})

    def decrypt(self, **request):
        return super().decrypt(**{**request, "EncryptionContext": {}})


@pytest.fixture
def kms():
    return Keys()


@pytest.fixture
def seal(kms):
    return Seal(kms, "tokens")


class TestSealing:
    def test_sealed_data_can_be_opened(self, seal):
        assert seal.open(seal.seal(SECRET, PLACE), PLACE) == SECRET

    def test_the_order_of_the_context_does_not_matter(self, seal):
        assert seal.open(seal.seal(SECRET, PLACE), dict(reversed(PLACE.items()))) == SECRET

    def test_the_secret_is_not_in_what_is_stored(self, seal):
        assert SECRET not in seal.seal(SECRET, PLACE)

    def test_the_same_secret_looks_different_each_time(self, seal):
        assert seal.seal(SECRET, PLACE) != seal.seal(SECRET, PLACE)

    def test_a_new_key_seals_while_what_the_old_one_sealed_still_opens(self, seal, kms):
        old = seal.seal(SECRET, PLACE)
        kms.known.add("tokens-2")
        rotated = Seal(kms, "tokens-2")

        assert rotated.open(old, PLACE) == rotated.open(rotated.seal(SECRET, PLACE), PLACE) == SECRET

    def test_it_works_with_kms_as_boto3_speaks_to_it(self, plain_aws):
        client = plain_aws("kms")
        real = Seal(client, client.create_key()["KeyMetadata"]["KeyId"])

        sealed = real.seal(SECRET, PLACE)

        assert real.open(sealed, PLACE) == SECRET
        with pytest.raises(SealBroken):
            real.open(sealed, {**PLACE, "owner": "bob"})


class TestMoving:
    @pytest.mark.parametrize("member", ["owner", "connection", "purpose"])
    def test_a_secret_moved_to_another_place_does_not_open(self, seal, member):
        sealed = seal.seal(SECRET, PLACE)

        with pytest.raises(SealBroken):
            seal.open(sealed, {**PLACE, member: "other"})

    def test_the_cipher_alone_would_refuse_it_too(self):
        careless = Seal(Careless(), "tokens")
        sealed = careless.seal(SECRET, PLACE)

        assert careless.open(sealed, PLACE) == SECRET
        with pytest.raises(SealBroken):
            careless.open(sealed, {**PLACE, "owner": "bob"})

    def test_no_single_changed_byte_goes_unnoticed(self, seal):
        sealed = seal.seal(SECRET, PLACE)

        for position in range(len(sealed)):
            changed = bytearray(sealed)
            changed[position] ^= 1
            with pytest.raises(SealBroken):
                seal.open(bytes(changed), PLACE)

    @pytest.mark.parametrize("length", [0, 1, 2, 3, 40])
    def test_a_stump_does_not_open(self, seal, length):
        with pytest.raises(SealBroken):
            seal.open(seal.seal(SECRET, PLACE)[:length], PLACE)


class TestErrors:
    def test_a_busy_key_service_may_be_tried_again(self, seal, kms):
        kms.fail_with = "ThrottlingException"

        with pytest.raises(UpstreamError) as raised:
            seal.seal(SECRET, PLACE)
        assert raised.value.retryable

    def test_a_refusing_key_service_is_the_operators_to_mend(self, seal, kms):
        kms.fail_with = "AccessDeniedException"

        with pytest.raises(Misconfigured):
            seal.seal(SECRET, PLACE)

    def test_a_key_that_is_gone_leaves_what_it_sealed_closed(self, seal, kms):
        sealed = seal.seal(SECRET, PLACE)
        kms.gone = True

        with pytest.raises(Misconfigured):
            seal.open(sealed, PLACE)

    def test_a_key_that_never_was_is_the_operators_to_mend(self, kms):
        with pytest.raises(Misconfigured, match="TOKEN_KMS_KEY_ID"):
            Seal(kms, "no-such-key").seal(SECRET, PLACE)

    def test_kms_never_learns_whose_secret_it_is(self, seal, kms):
        seal.seal(SECRET, PLACE)

        assert "ann" not in repr(kms.requests)
        assert "canary" not in repr(kms.requests)

    def test_no_error_and_no_cause_of_it_tells_the_secret(self, seal):
        sealed = seal.seal(SECRET, PLACE)

        with pytest.raises(SealBroken) as raised:
            seal.open(sealed, {**PLACE, "owner": "bob"})

        assert "canary" not in repr(raised.value) + str(raised.value.detail) + repr(raised.value.__cause__)
