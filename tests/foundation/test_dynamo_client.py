"""The DynamoDB client sends what botocore's client sends, and understands responses as it does."""

import json
from base64 import b64encode
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from botocore.credentials import ReadOnlyCredentials
from botocore.exceptions import ClientError, HTTPClientError
from botocore.httpsession import get_cert_path
from botocore.session import Session
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.foundation.aws import dynamodb_endpoint
from chalicelib.foundation.aws_signature import Signer
from chalicelib.foundation.dynamo_client import ATTEMPTS, FIRST_REST, FIRST_REST_THROTTLED, HttpDynamoClient
from tests.fakes.certificate import certificate_of_this_machine
from tests.fakes.http_service import Answer, HttpService, http_service

KEY = ReadOnlyCredentials("AKID", "secret", "token", None)
ITEM = {
    "pk": {"S": "a"},
    "sk": {"S": 'Zoë 山 \x00 " \\ 🎈'},
    "count": {"N": "12345678901234567890"},
    "flag": {"BOOL": True},
    "nothing": {"NULL": True},
    "ids": {"SS": ["x", "y"]},
    "sealed": {"B": b"\x00\xff"},
    "nested": {"L": [{"M": {"deep": {"L": []}}}]},
}
PUT = {"TableName": "jobs", "Item": ITEM, "ConditionExpression": "attribute_not_exists(pk)"}
KEYS = {"pk": {"S": "a"}, "sk": {"S": "b"}}
REQUESTS: dict[str, dict[str, Any]] = {
    "get_item": {"TableName": "jobs", "Key": KEYS, "ConsistentRead": True},
    "put_item": PUT,
    "update_item": {
        "TableName": "jobs",
        "Key": KEYS,
        "UpdateExpression": "SET #a = :a",
        "ExpressionAttributeNames": {"#a": "a"},
        "ExpressionAttributeValues": {":a": {"M": ITEM}},
        "ReturnValues": "ALL_NEW",
    },
    "delete_item": {"TableName": "jobs", "Key": KEYS},
    "query": {
        "TableName": "jobs",
        "KeyConditionExpression": "pk = :pk",
        "ExpressionAttributeValues": {":pk": {"S": "a"}},
        "ExclusiveStartKey": KEYS,
        "Limit": 7,
    },
    "batch_get_item": {"RequestItems": {"jobs": {"Keys": [KEYS], "ConsistentRead": True}}},
    "batch_write_item": {"RequestItems": {"jobs": [{"DeleteRequest": {"Key": KEYS}}]}},
    "transact_write_items": {"TransactItems": [{"Put": PUT}], "ClientRequestToken": "once"},
}
RESPONSES: dict[str, dict[str, Any]] = {
    "get_item": {"Item": ITEM},
    "put_item": {"Attributes": ITEM},
    "update_item": {"Attributes": ITEM},
    "delete_item": {},
    "query": {"Items": [ITEM], "Count": 1, "ScannedCount": 1, "LastEvaluatedKey": KEYS},
    "batch_get_item": {"Responses": {"jobs": [ITEM]}, "UnprocessedKeys": {"jobs": {"Keys": [KEYS]}}},
    "batch_write_item": {"UnprocessedItems": {"jobs": [{"DeleteRequest": {"Key": KEYS}}]}},
    "transact_write_items": {"ConsumedCapacity": [{"TableName": "jobs", "CapacityUnits": 2.0}]},
}
CANCELED = [
    {"Code": "None"},
    {"Code": "ConditionalCheckFailed", "Message": "The conditional request failed", "Item": ITEM},
]
ERRORS: dict[str, dict[str, Any]] = {
    "ConditionalCheckFailedException": {"message": "The conditional request failed", "Item": ITEM},
    "TransactionCanceledException": {"Message": "Transaction cancelled", "CancellationReasons": CANCELED},
    "ValidationException": {"message": "One or more parameter values were invalid"},
    "ResourceNotFoundException": {"message": "Requested resource not found"},
}


@pytest.fixture(scope="module")
def service() -> Iterator[HttpService]:
    with http_service() as running:
        yield running


def client_of(service: HttpService, *, ca_file: str = "", sleep: Callable[[float], None] = lambda _: None) -> Any:
    signer = Signer(lambda: KEY, "us-east-1", "dynamodb")
    return HttpDynamoClient(
        service.address, signer, connect_seconds=5.0, read_seconds=5.0, ca_file=ca_file, sleep=sleep
    )


@pytest.fixture
def rests() -> list[float]:
    """How long the client rested between attempts."""
    return []


@pytest.fixture
def client(service, rests) -> Any:
    service.answers.clear()
    service.received.clear()
    return client_of(service, sleep=rests.append)


@pytest.fixture(scope="module")
def botocore_client(service) -> Any:
    session = Session()
    session.set_credentials(*KEY[:3])
    return session.create_client("dynamodb", region_name="us-east-1", endpoint_url=service.address)


def in_base64(value: Any) -> Any:
    """The same value as DynamoDB writes it in JSON."""
    if isinstance(value, dict):
        return {name: in_base64(each) for name, each in value.items()}
    if isinstance(value, list):
        return [in_base64(each) for each in value]
    return b64encode(value).decode() if isinstance(value, bytes) else value


def error(code: str, status: int = 400, **more: Any) -> Answer:
    return Answer(status, json.dumps({"__type": f"com.amazonaws.dynamodb.v20120810#{code}", **more}).encode())


class TestRequests:
    @pytest.mark.parametrize("operation", REQUESTS)
    def test_are_those_of_botocore(self, service, client, botocore_client, operation):
        getattr(client, operation)(**in_base64(REQUESTS[operation]))
        getattr(botocore_client, operation)(**REQUESTS[operation])

        ours, theirs = service.received
        assert (ours.method, ours.path) == (theirs.method, theirs.path)
        assert json.loads(ours.body) == json.loads(theirs.body)
        for name in ("host", "content-type", "x-amz-target", "x-amz-security-token", "content-length"):
            assert (name in ours.headers) == (name in theirs.headers)
            if name != "content-length":
                assert ours.headers[name] == theirs.headers[name]

    @given(text=st.text(st.characters()))
    def test_keep_every_text(self, service, text):
        client_of(service).get_item(TableName="jobs", Key={"pk": {"S": text}})

        assert json.loads(service.received[-1].body)["Key"] == {"pk": {"S": text}}

    def test_share_a_connection(self, service, client):
        for _ in range(3):
            client.get_item(TableName="jobs", Key=KEYS)

        assert len({each.port for each in service.received}) == 1


class TestResponses:
    @pytest.mark.parametrize("operation", REQUESTS)
    def test_are_understood_as_by_botocore(self, service, client, botocore_client, operation):
        service.answers += [Answer(body=json.dumps(in_base64(RESPONSES[operation])).encode())] * 2

        ours = getattr(client, operation)(**in_base64(REQUESTS[operation]))
        theirs = getattr(botocore_client, operation)(**REQUESTS[operation])

        assert without_metadata(ours) == in_base64(without_metadata(theirs))
        assert ours["ResponseMetadata"]["HTTPHeaders"]["date"] == theirs["ResponseMetadata"]["HTTPHeaders"]["date"]

    @pytest.mark.parametrize("code", ERRORS)
    def test_that_refuse_the_request_are_the_same_errors(self, service, client, botocore_client, code):
        service.answers += [error(code, **in_base64(ERRORS[code]))] * 2

        with pytest.raises(ClientError) as ours:
            client.put_item(**in_base64(PUT))
        with pytest.raises(ClientError) as theirs:
            botocore_client.put_item(**PUT)

        for member in ("Error", "Item", "CancellationReasons"):
            assert ours.value.response.get(member) == in_base64(theirs.value.response.get(member))
        assert ours.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400
        assert len(service.received) == 2

    @pytest.mark.parametrize("body", [b"<html>", b"", b"[]"])
    def test_of_something_in_between_are_errors_by_their_status(self, service, client, body):
        service.answers.append(Answer(413, body))

        with pytest.raises(ClientError) as refused:
            client.get_item(TableName="jobs", Key=KEYS)

        assert refused.value.response["Error"] == {"Code": "413", "Message": ""}

    def test_that_redirect_are_not_followed(self, service, client):
        service.answers.append(Answer(307))

        with pytest.raises(ClientError, match="307"):
            client.get_item(TableName="jobs", Key=KEYS)


def without_metadata(response: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in response.items() if name != "ResponseMetadata"}


class TestAttempts:
    """A request is repeated if AWS itself failed or was too busy, or if there was no response."""

    LOST = Answer(0)
    UNREADABLE = Answer(200, b"<html>")
    FAILED = error("InternalServerError", 500)
    THROTTLED = error("ThrottlingException")

    @pytest.mark.parametrize("answer", [LOST, UNREADABLE, FAILED, THROTTLED])
    def test_go_on_until_one_succeeds(self, service, client, answer):
        service.answers += [answer] * (ATTEMPTS - 1)

        client.put_item(**in_base64(PUT))

        assert len(service.received) == ATTEMPTS
        assert len({each.body for each in service.received}) == 1

    @pytest.mark.parametrize(
        ("answer", "raised"),
        [(LOST, HTTPClientError), (UNREADABLE, HTTPClientError), (FAILED, ClientError), (THROTTLED, ClientError)],
    )
    def test_end_with_the_last_error(self, service, client, answer, raised):
        service.answers += [answer] * (ATTEMPTS + 1)

        with pytest.raises(raised):
            client.put_item(**in_base64(PUT))

        assert len(service.received) == ATTEMPTS

    @pytest.mark.parametrize(("answer", "longest"), [(FAILED, FIRST_REST), (THROTTLED, FIRST_REST_THROTTLED)])
    def test_rest_in_between_and_longer_if_we_are_too_fast(self, service, client, rests, answer, longest):
        service.answers += [answer] * (ATTEMPTS - 1)

        client.put_item(**in_base64(PUT))

        assert len(rests) == ATTEMPTS - 1
        assert all(0 <= rest <= longest * 2**at for at, rest in enumerate(rests))


class TestTls:
    """Only certificates that the given file vouches for are trusted."""

    def test_connects_to_a_trusted_endpoint(self, tmp_path):
        own = certificate_of_this_machine(tmp_path)
        with http_service(own) as secure:
            client_of(secure, ca_file=str(own)).get_item(TableName="jobs", Key=KEYS)

            assert len(secure.received) == 1

    def test_sends_nothing_to_another_one(self, tmp_path):
        with http_service(certificate_of_this_machine(tmp_path)) as secure:
            with pytest.raises(HTTPClientError):
                client_of(secure, ca_file=get_cert_path(True)).get_item(TableName="jobs", Key=KEYS)

            assert secure.received == []


@pytest.mark.parametrize("region", ["eu-central-1", "cn-north-1", "us-gov-west-1"])
def test_the_endpoint_of_a_region_is_the_one_that_botocore_knows(region):
    session = Session()
    session.set_credentials(*KEY[:3])

    assert dynamodb_endpoint(region) == session.create_client("dynamodb", region_name=region).meta.endpoint_url
