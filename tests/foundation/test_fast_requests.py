"""Requests encoded with orjson say what botocore's own say."""

import json
from typing import Any

import pytest
from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.config import Config
from botocore.session import Session
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.foundation.aws import AwsClients
from chalicelib.foundation.fast_requests import encode_with_orjson

KEYS = {"pk": {"S": "a"}, "sk": {"S": "b"}}
ITEM = {
    **KEYS,
    "count": {"N": "12345678901234567890"},
    "flag": {"BOOL": True},
    "nested": {"L": [{"M": {"no": {"L": []}}}]},
}
PUT = {"TableName": "jobs", "Item": ITEM, "ConditionExpression": "attribute_not_exists(pk)"}
REQUESTS: dict[str, dict[str, Any]] = {
    "get_item": {"TableName": "jobs", "Key": KEYS, "ConsistentRead": True},
    "put_item": PUT,
    "update_item": {"TableName": "jobs", "Key": KEYS, "UpdateExpression": "REMOVE a", "ReturnValues": "ALL_NEW"},
    "delete_item": {"TableName": "jobs", "Key": KEYS},
    "query": {"TableName": "jobs", "KeyConditionExpression": "pk = :pk", "ExclusiveStartKey": KEYS, "Limit": 7},
    "batch_get_item": {"RequestItems": {"jobs": {"Keys": [KEYS], "ConsistentRead": True}}},
    "batch_write_item": {"RequestItems": {"jobs": [{"DeleteRequest": {"Key": KEYS}}]}},
    "transact_write_items": {"TransactItems": [{"Put": PUT}], "ClientRequestToken": "once"},
}


class Wire:
    """Takes the requests of a client of botocore before they are sent, and answers with {}."""

    def __init__(self, client: Any) -> None:
        self.client = client
        self.sent: list[AWSPreparedRequest] = []
        client.meta.events.register("before-send", self._answer)

    def _answer(self, request: AWSPreparedRequest, **_: Any) -> AWSResponse:
        self.sent.append(request)
        response = AWSResponse(request.url, 200, {}, None)
        response._content = b"{}"  # as if it had been read
        return response


@pytest.fixture(scope="module")
def plain() -> Wire:
    session = Session()
    session.set_credentials("id", "secret")
    return Wire(session.create_client("dynamodb", "us-east-1"))


@pytest.fixture(scope="module")
def ours() -> Wire:
    clients = AwsClients("us-east-1")
    clients._session.set_credentials("id", "secret")  # nobody else has that session
    return Wire(clients("dynamodb"))


class TestRequests:
    @pytest.mark.parametrize("operation", REQUESTS)
    def test_have_the_same_target_and_the_same_content(self, plain, ours, operation):
        for wire in (plain, ours):
            getattr(wire.client, operation)(**REQUESTS[operation])

        expected, sent = plain.sent[-1], ours.sent[-1]
        assert (sent.method, sent.url) == (expected.method, expected.url)
        assert sent.headers["X-Amz-Target"] == expected.headers["X-Amz-Target"]
        assert sent.headers["Content-Type"] == expected.headers["Content-Type"]
        assert json.loads(sent.body) == json.loads(expected.body) == REQUESTS[operation]

    @pytest.mark.parametrize("operation", REQUESTS)
    def test_are_signed_with_the_content_that_is_sent(self, ours, operation):
        getattr(ours.client, operation)(**REQUESTS[operation])

        assert int(ours.sent[-1].headers["Content-Length"]) == len(ours.sent[-1].body)
        assert b"AWS4-HMAC-SHA256" in ours.sent[-1].headers["Authorization"]

    @given(text=st.text(st.characters()))
    def test_keep_every_text_even_with_lone_surrogates(self, ours, text):
        ours.client.get_item(TableName="jobs", Key={"pk": {"S": text}})

        assert json.loads(ours.sent[-1].body)["Key"] == {"pk": {"S": text}}

    def test_get_a_token_from_botocore_if_they_have_none(self, ours):
        ours.client.transact_write_items(TransactItems=[{"Put": PUT}])

        assert json.loads(ours.sent[-1].body)["ClientRequestToken"]

    def test_are_seen_whole_by_others_that_listen(self):
        session = Session()
        session.set_credentials("id", "secret")
        seen = []
        session.register("before-parameter-build", lambda params, **_: seen.append(dict(params)))
        wire = Wire(session.create_client("dynamodb", "us-east-1", config=Config(parameter_validation=False)))
        encode_with_orjson(wire.client)

        wire.client.get_item(TableName="jobs", Key=KEYS)

        assert seen == [{"TableName": "jobs", "Key": KEYS}]
