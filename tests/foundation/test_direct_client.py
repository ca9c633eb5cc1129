"""Direct requests are those that botocore sends, and what comes back means what it means to botocore."""

import json
import zlib
from collections.abc import Mapping
from functools import cache
from typing import Any

import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSPreparedRequest, AWSRequest, AWSResponse
from botocore.config import Config
from botocore.credentials import Credentials
from botocore.exceptions import ClientError, NoCredentialsError, ReadTimeoutError
from botocore.session import Session
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.foundation.aws_models import ModelLoader
from chalicelib.foundation.direct_client import DirectClient
from chalicelib.foundation.kept_connections import Received

URL = "http://127.0.0.1:8001"
CREDENTIALS = Credentials("id", "secret", "token")
KEYS = {"pk": {"S": "a"}, "sk": {"S": "b"}}
ITEM = {
    **KEYS,
    "count": {"N": "12345678901234567890"},
    "name": {"S": "Zoë"},
    "nested": {"L": [{"M": {"b": {"B": "AP8="}}}]},
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
    "batch_execute_statement": {"Statements": [{"Statement": "INSERT", "Parameters": [{"S": "a"}]}]},
}
RESPONSES: dict[str, dict[str, Any]] = {
    "get_item": {"Item": ITEM},
    "put_item": {"Attributes": ITEM},
    "update_item": {"Attributes": ITEM},
    "delete_item": {},
    "query": {"Items": [ITEM], "Count": 1, "ScannedCount": 1, "LastEvaluatedKey": KEYS},
    "batch_get_item": {"Responses": {"jobs": [ITEM]}, "UnprocessedKeys": {"jobs": {"Keys": [KEYS]}}},
    "batch_write_item": {"UnprocessedItems": {"jobs": [{"DeleteRequest": {"Key": KEYS}}]}},
    "transact_write_items": {},
    "batch_execute_statement": {"Responses": [{"TableName": "jobs"}, {"Error": {"Code": "DuplicateItem"}}]},
}
CANCELED = [{"Code": "None"}, {"Code": "ConditionalCheckFailed", "Message": "false", "Item": ITEM}]
FOUND = json.dumps({"Item": ITEM}, ensure_ascii=False).encode()
HEADERS = {"date": "Tue, 03 Mar 2026 12:00:05 GMT", "x-amzn-requestid": "r1"}


def response(content: bytes, status: int = 200, *, is_whole: bool = True, **headers: str) -> Received:
    length = {"content-length": str(len(content) + (not is_whole))}
    return Received(status, {**HEADERS, **length, **headers}, content, is_whole)


def error(code: str, status: int = 400, **more: Any) -> Received:
    return response(json.dumps({"__type": f"com.amazonaws.dynamodb.v20120810#{code}", **more}).encode(), status)


THROTTLED, FAILED = error("ThrottlingException", message="slow down"), error("InternalServerError", 500)
LOST = ReadTimeoutError(endpoint_url=URL)


class Wire:
    """Gives these responses, one after the other, to direct requests and to those that botocore sends."""

    def __init__(self, *responses: Received | Exception) -> None:
        self.responses = list(responses)
        self.sent: list[tuple[Mapping[str, str], bytes]] = []
        self.by_botocore = 0

    def post(self, headers: Mapping[str, str], body: bytes) -> Received:
        self.sent.append((headers, body))
        given = self.responses.pop(0)
        if isinstance(given, Exception):
            raise given
        return given

    def send(self, request: AWSPreparedRequest) -> AWSResponse:
        self.by_botocore += 1
        received = self.post({name: _text(value) for name, value in request.headers.items()}, request.body)
        answer = AWSResponse(request.url, received.status, received.headers, None)
        answer._content = received.content  # as if it had been read
        return answer


def _text(value: str | bytes) -> str:
    return value.decode() if isinstance(value, bytes) else value


@cache
def session() -> Session:
    made = Session()
    made.set_credentials("id", "secret", "token")
    made.register_component("data_loader", ModelLoader())
    return made


def botocore_client(wire: Wire) -> Any:
    retries = {"mode": "standard", "total_max_attempts": 3}
    config = Config(retries=retries, parameter_validation=False, user_agent="us")
    client = session().create_client("dynamodb", "us-east-1", endpoint_url=URL, config=config)
    client._endpoint.http_session = wire  # the port at which botocore leaves this process
    return client


def direct_client(wire: Wire, *, credentials: Any = CREDENTIALS, check_time: Any = lambda: None) -> Any:
    connections: Any = wire
    signature = SigV4Auth(credentials, "dynamodb", "us-east-1")
    return DirectClient(botocore_client(wire), lambda: signature, connections, check_time)


@pytest.mark.parametrize("operation", REQUESTS)
def test_requests_and_results_are_those_of_botocore(operation):
    content = json.dumps(RESPONSES[operation]).encode()
    ours, theirs = Wire(response(content)), Wire(response(content))

    result = getattr(direct_client(ours), operation)(**REQUESTS[operation])
    expected = getattr(botocore_client(theirs), operation)(**REQUESTS[operation])

    assert result == expected
    [(headers, body)], [(their_headers, their_body)] = ours.sent, theirs.sent
    assert json.loads(body) == json.loads(their_body)
    for name in ("Content-Type", "X-Amz-Target", "X-Amz-Security-Token", "User-Agent"):
        assert headers[name] == their_headers[name]
    assert ours.by_botocore == 0


def test_a_request_is_signed_with_the_content_that_is_sent():
    wire = Wire(response(b"{}"))
    direct_client(wire).put_item(**PUT)

    [(headers, body)] = wire.sent
    signed = AWSRequest("POST", URL, {name: headers[name] for name in headers if name != "Authorization"}, body)
    signed.context["timestamp"], auth = headers["X-Amz-Date"], SigV4Auth(CREDENTIALS, "dynamodb", "us-east-1")
    signature = auth.signature(auth.string_to_sign(signed, auth.canonical_request(signed)), signed)
    assert headers["Authorization"].endswith(f"Signature={signature}")


@pytest.fixture(scope="module")
def wire() -> Wire:
    return Wire()


@pytest.fixture(scope="module")
def client(wire: Wire) -> Any:
    return direct_client(wire)


@given(text=st.text(st.characters()))
def test_every_text_is_kept_even_with_lone_surrogates(wire, client, text):
    wire.responses.append(response(b"{}"))

    client.get_item(TableName="jobs", Key={"pk": {"S": text}})

    assert json.loads(wire.sent[-1][1])["Key"] == {"pk": {"S": text}}


def test_a_transaction_without_a_token_gets_one_from_botocore():
    wire = Wire(response(b"{}"))

    direct_client(wire).transact_write_items(TransactItems=[{"Put": PUT}])

    assert json.loads(wire.sent[0][1])["ClientRequestToken"]


class TestWhateverElseComesBack:
    """It is botocore's: it raises its error or sends the request again, as if it had sent it the first time."""

    @pytest.mark.parametrize(
        "refusal",
        [
            error("ConditionalCheckFailedException", message="false", Item=ITEM),
            error("TransactionCanceledException", Message="canceled", CancellationReasons=CANCELED),
            error("ValidationException", message="wrong"),
            response(b"<html>", 413),
        ],
        ids=["condition", "canceled", "invalid", "not of DynamoDB"],
    )
    def test_a_refusal_is_the_same_error(self, refusal):
        with pytest.raises(ClientError) as ours:
            direct_client(Wire(refusal)).put_item(**PUT)
        with pytest.raises(ClientError) as theirs:
            botocore_client(Wire(refusal)).put_item(**PUT)

        assert (ours.type.__name__, str(ours.value)) == (theirs.type.__name__, str(theirs.value))
        assert ours.value.response == theirs.value.response

    @pytest.mark.parametrize(
        "first",
        [
            FAILED,
            THROTTLED,
            LOST,
            response(FOUND, **{"x-amz-crc32": str(zlib.crc32(b"other"))}),
        ],
        ids=["failure", "throttled", "no response", "wrong checksum"],
    )
    def test_is_tried_again(self, first):
        wire = Wire(first, response(FOUND, **{"x-amz-crc32": str(zlib.crc32(FOUND))}))

        found = direct_client(wire).get_item(TableName="jobs", Key=KEYS)

        assert (found["Item"], found["ResponseMetadata"]["RetryAttempts"]) == (ITEM, 1)
        assert (len(wire.sent), wire.by_botocore) == (2, 1)
        assert json.loads(wire.sent[0][1]) == json.loads(wire.sent[1][1])

    @pytest.mark.parametrize(
        "answer",
        [FAILED, LOST, response(b"<html>"), response(b"[]"), response(b"")],
        ids=["failure", "no response", "not JSON", "no object", "empty"],
    )
    def test_has_as_many_attempts_as_with_botocore_alone_and_the_same_end(self, answer):
        ours, theirs = Wire(*[answer] * 3), Wire(*[answer] * 3)

        assert outcome(direct_client(ours)) == outcome(botocore_client(theirs))
        assert len(ours.sent) == len(theirs.sent)

    def test_concerns_no_later_request(self):
        wire = Wire(error("ValidationException"), response(FOUND))
        client = direct_client(wire)
        with pytest.raises(ClientError):
            client.get_item(TableName="jobs", Key=KEYS)

        assert client.get_item(TableName="jobs", Key=KEYS)["Item"] == ITEM


def outcome(client: Any) -> Any:
    """The name of the error, or the result."""
    try:
        return client.get_item(TableName="jobs", Key=KEYS)
    except Exception as raised:
        return type(raised).__name__, str(raised)


def test_nothing_is_sent_without_credentials():
    with pytest.raises(NoCredentialsError):
        direct_client(Wire(), credentials=None).get_item(TableName="jobs", Key=KEYS)


class TestTime:
    """Of our caller's request, which is checked before every attempt."""

    def test_nothing_is_sent_if_there_is_too_little(self):
        with pytest.raises(TimeoutError):
            direct_client(Wire(), check_time=timer(attempts=0)).get_item(TableName="jobs", Key=KEYS)

    def test_what_came_back_counts_however_little_is_left(self):
        refusal = Wire(error("ConditionalCheckFailedException"))

        with pytest.raises(ClientError):
            direct_client(refusal, check_time=timer(attempts=1)).put_item(**PUT)

    def test_it_is_checked_before_a_further_attempt(self):
        wire = Wire(FAILED)

        with pytest.raises(TimeoutError):
            direct_client(wire, check_time=timer(attempts=1)).get_item(TableName="jobs", Key=KEYS)

        assert len(wire.sent) == 1


def timer(*, attempts: int) -> Any:
    """Has time for so many attempts."""
    left = iter(range(attempts))

    def check_time() -> None:
        if next(left, None) is None:
            raise TimeoutError

    return check_time
