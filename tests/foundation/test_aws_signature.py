"""Our signatures are the ones that botocore makes."""

from datetime import UTC, datetime

import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import ReadOnlyCredentials
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.foundation.aws_signature import Signer

REGION, HOST = "eu-central-1", "dynamodb.eu-central-1.amazonaws.com"
INSTANTS = st.datetimes(datetime(2000, 1, 1), datetime(2099, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 # bounds have none
WORDS = st.text("abcXYZ019./+=-", min_size=1, max_size=60)
CREDENTIALS = st.builds(ReadOnlyCredentials, WORDS, WORDS, st.none() | WORDS, st.none())


def signed(credentials: ReadOnlyCredentials, operation: str, body: bytes, now: datetime) -> dict[str, str]:
    headers = {"content-type": "application/x-amz-json-1.0", "host": HOST, "x-amz-target": operation}
    return Signer(lambda: credentials, REGION, "dynamodb").signed(headers, body, now)


def signature_by_botocore(credentials: ReadOnlyCredentials, headers: dict[str, str], body: bytes) -> str:
    sent = {name: value for name, value in headers.items() if name != "authorization"}
    request = AWSRequest("POST", f"https://{HOST}/", sent, body)
    request.context["timestamp"] = headers["x-amz-date"]
    signer = SigV4Auth(credentials, "dynamodb", REGION)
    return str(signer.signature(signer.string_to_sign(request, signer.canonical_request(request)), request))


@given(credentials=CREDENTIALS, operation=WORDS, body=st.binary(max_size=200), now=INSTANTS)
def test_a_request_is_signed_as_botocore_signs_it(credentials, operation, body, now):
    headers = signed(credentials, operation, body, now)

    assert headers["authorization"].endswith(f"Signature={signature_by_botocore(credentials, headers, body)}")


def test_what_was_signed_by_whom_is_named():
    headers = signed(
        ReadOnlyCredentials("AKID", "secret", None, None), "Query", b"{}", datetime(2026, 11, 29, tzinfo=UTC)
    )

    assert headers["authorization"].startswith(
        "AWS4-HMAC-SHA256 Credential=AKID/20261129/eu-central-1/dynamodb/aws4_request, "
        "SignedHeaders=content-type;host;x-amz-date;x-amz-target, Signature="
    )


def test_temporary_credentials_send_their_token():
    temporary = ReadOnlyCredentials("AKID", "secret", "token", None)

    headers = signed(temporary, "Query", b"{}", datetime(2026, 11, 29, tzinfo=UTC))

    assert headers["x-amz-security-token"] == "token"
    assert "host;x-amz-date;x-amz-security-token;x-amz-target" in headers["authorization"]


@pytest.mark.parametrize("later", [datetime(2026, 11, 30, tzinfo=UTC), datetime(2027, 11, 29, tzinfo=UTC)])
def test_a_key_is_for_one_day(later):
    credentials = ReadOnlyCredentials("AKID", "secret", None, None)
    signed(credentials, "Query", b"{}", datetime(2026, 11, 29, tzinfo=UTC))

    headers = signed(credentials, "Query", b"{}", later)

    assert headers["authorization"].endswith(signature_by_botocore(credentials, headers, b"{}"))


def test_renewed_credentials_are_used():
    valid = [ReadOnlyCredentials("OLD", "old", None, None)]
    signer = Signer(lambda: valid[0], REGION, "dynamodb")
    signer.signed({"host": HOST}, b"", datetime(2026, 11, 29, tzinfo=UTC))
    valid[0] = ReadOnlyCredentials("NEW", "new", None, None)

    headers = signer.signed({"host": HOST}, b"", datetime(2026, 11, 29, tzinfo=UTC))

    assert "Credential=NEW/" in headers["authorization"]
    assert headers["authorization"].endswith(signature_by_botocore(valid[0], headers, b""))
