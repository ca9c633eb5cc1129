"""The secrets of vendors are stored sealed, each for its vendor alone."""

import pytest

from chalicelib.enrichment.vendor_keys import VendorKeys
from chalicelib.foundation.seal import Seal, SealBroken
from tests.fakes.kms import FakeKms

KEYS = VendorKeys(Seal(FakeKms(), "key"))
SECRETS = {"account": "AC1", "key": "a-secret-key"}


def test_they_come_back_for_their_vendor():
    assert KEYS.opened("hunter", KEYS.sealed("hunter", SECRETS)) == SECRETS


def test_they_cannot_be_read_as_they_are_stored():
    assert b"a-secret-key" not in b"".join(KEYS.sealed("hunter", SECRETS).values())


def test_they_cannot_be_opened_for_another_vendor_or_under_another_name():
    sealed = KEYS.sealed("hunter", SECRETS)

    with pytest.raises(SealBroken):
        KEYS.opened("twilio-lookup", sealed)
    with pytest.raises(SealBroken):
        KEYS.opened("hunter", {"account": sealed["key"]})
