"""The specification of the store of the secret of lead keys, for the fake DynamoDB and the embedded AWS alike."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest

from chalicelib.foundation.dynamo import Dynamo
from chalicelib.foundation.seal import Seal, SealBroken
from chalicelib.leads.store.lead_key_store import LeadKeyStore
from chalicelib.tables.keys import LEAD_KEY
from tests.contracts.stores import losing_one_response
from tests.fakes.kms import FakeKms
from tests.leads.faulty import Meanwhile


@pytest.fixture
def store(ground: Any) -> LeadKeyStore:
    seal = Seal(FakeKms(), "key")
    return LeadKeyStore(ground.dynamo, ground.names.leads, lambda: seal)


class TestTheSecret:
    def test_is_made_once_and_stays(self, store):
        assert store.load() == store.load()
        assert len(store.load().secret) == 32

    def test_is_stored_sealed(self, store):
        keys = store.load()

        assert keys.secret.hex() not in str(store.dynamo.get(store.table, LEAD_KEY.key().item))

    def test_is_the_other_ones_if_another_process_was_faster(self, store):
        client = Meanwhile(store.dynamo.client, "put_item", store.load)
        dynamo: Dynamo = replace(store.dynamo, client=client)

        assert replace(store, dynamo=dynamo).load() == store.load()

    def test_survives_a_lost_response(self, store):
        assert losing_one_response(store, "put_item").load() == store.load()

    def test_cannot_be_read_with_another_key_of_kms(self, store):
        store.load()
        other = Seal(FakeKms(), "key")

        with pytest.raises(SealBroken):
            replace(store, seal=lambda: other).load()

    def test_is_one_for_all_who_need_it_first(self, store):
        with ThreadPoolExecutor(16) as pool:
            assert len({keys.secret for keys in pool.map(lambda _: store.load(), range(16))}) == 1
