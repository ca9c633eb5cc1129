"""The specification of the store of grants, for the fake DynamoDB and the embedded AWS alike."""

from typing import Any

import pytest

from chalicelib.foundation.scopes import Scope
from chalicelib.service_clients.grant import Grant
from chalicelib.service_clients.grant_store import GrantStore
from tests.fakes.clock import NOON

READ, WRITE, IMPORT = Scope
CRM = Grant("crm", frozenset({READ, IMPORT}), NOON)
MIRROR = Grant("mirror#1@clients|x", frozenset({WRITE}), NOON)


@pytest.fixture
def grants(ground: Any) -> GrantStore:
    return GrantStore(ground.dynamo, ground.names.people)


def test_a_grant_is_of_one_person_and_one_client(grants):
    grants.put("ann", CRM, ())
    grants.put("ann", MIRROR, ())
    grants.put("bob", MIRROR, ())

    assert [grants.find("ann", client) for client in ("crm", MIRROR.client, "other")] == [CRM, MIRROR, None]
    assert [list(grants.of_person(each)) for each in ("ann", "bob", "eve")] == [[CRM, MIRROR], [MIRROR], []]


def test_it_replaces_the_one_before(grants):
    grants.put("ann", CRM, ())
    grants.put("ann", Grant("crm", frozenset({READ}), NOON), ())

    assert grants.find("ann", "crm").scopes == {READ}


def test_it_is_deleted_by_itself_or_with_all_others_of_its_person(grants):
    for owner, grant in (("ann", CRM), ("ann", MIRROR), ("bob", CRM)):
        grants.put(owner, grant, ())

    grants.delete("ann", "crm", ())
    grants.delete("ann", "crm", ())
    assert list(grants.of_person("ann")) == [MIRROR]
    grants.forget("ann")
    grants.forget("ann")
    assert [list(grants.of_person(each)) for each in ("ann", "bob")] == [[], [CRM]]
