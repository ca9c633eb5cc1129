"""Messages are signed as receivers verify them: by two libraries of others, with one secret or two."""

import base64
import random
from datetime import UTC, datetime, timedelta
from importlib import import_module
from typing import Any

import pytest
from standardwebhooks import Webhook as StandardWebhook
from standardwebhooks import WebhookVerificationError

from chalicelib.events.message import Message, headers, new_secret, signature

MESSAGE = Message("evt_1", "import.completed", 1_772_539_200_000, {"job_id": "j", "name": "Zoë Ünïcode"})


@pytest.fixture(params=["standardwebhooks", "svix"])
def library(request: pytest.FixtureRequest) -> Any:
    """Imported by the tests that use it alone: Svix's takes a second, which every process would spend on collecting."""
    return import_module(f"{request.param}.webhooks").Webhook


def now() -> int:
    """The libraries look at the clock of this machine."""
    return round(datetime.now(UTC).timestamp() * 1000)


class TestReceivers:
    def test_a_message_is_verified(self, library):
        secret = new_secret()
        sent = headers(MESSAGE.message_id, MESSAGE.body, [secret], now())

        library(secret).verify(MESSAGE.body, sent)

    def test_both_secrets_verify_it_while_two_are_valid(self, library):
        secrets = [new_secret(), new_secret()]
        sent = headers(MESSAGE.message_id, MESSAGE.body, secrets, now())

        for secret in secrets:
            library(secret).verify(MESSAGE.body, sent)

    @pytest.mark.parametrize("part", ["body", "webhook-id", "webhook-timestamp", "secret"])
    def test_it_is_refused_if_anything_is_different(self, library, part):
        secret = new_secret()
        sent = headers(MESSAGE.message_id, MESSAGE.body, [secret], now())
        body = MESSAGE.body.replace(b"completed", b"failed") if part == "body" else MESSAGE.body
        changed = {**sent, part: str(int(sent[part]) + 1) if part == "webhook-timestamp" else "other"}

        with pytest.raises((WebhookVerificationError, Exception)):
            library(new_secret() if part == "secret" else secret).verify(body, sent if part == "body" else changed)

    def test_one_that_is_old_is_refused(self, library):
        secret = new_secret()
        sent = headers(MESSAGE.message_id, MESSAGE.body, [secret], now() - 10 * 60 * 1000)

        with pytest.raises(Exception, match="too old"):
            library(secret).verify(MESSAGE.body, sent)


class TestForm:
    def test_the_headers_are_those_of_the_standard(self):
        sent = headers("evt_1", b"{}", ["whsec_" + base64.b64encode(b"k" * 24).decode()], 1_772_539_200_999)

        assert sent["webhook-id"] == "evt_1"
        assert sent["webhook-timestamp"] == "1772539200"
        assert sent["webhook-signature"].startswith("v1,")
        assert sent["content-type"] == "application/json"

    def test_the_body_has_type_time_and_data(self):
        assert MESSAGE.body.decode() == (
            '{"type":"import.completed","timestamp":"2026-03-03T12:00:00.000Z",'
            '"data":{"job_id":"j","name":"Zoë Ünïcode"}}'
        )

    def test_a_secret_has_32_random_bytes(self):
        secret = new_secret()

        assert secret.startswith("whsec_")
        assert len(base64.b64decode(secret.removeprefix("whsec_"), validate=True)) == 32
        assert new_secret() != secret

    def test_any_bytes_are_signed_as_the_library_signs_them(self):
        chance = random.Random(5)
        for _ in range(50):
            secret = "whsec_" + base64.b64encode(chance.randbytes(chance.randint(24, 64))).decode()
            body = "".join(chr(chance.randint(32, 0x2FFF)) for _ in range(chance.randint(0, 200)))
            at = datetime(2026, 3, 3, tzinfo=UTC) + timedelta(seconds=chance.randint(0, 10**8))
            ours = signature(secret, "evt_1", int(at.timestamp()), body.encode())

            assert ours == StandardWebhook(secret).sign("evt_1", at, body)
