"""The demo's own receiver: keeps messages whose signatures are right, over a real socket."""

import json
from datetime import UTC, datetime

import pytest
import requests

from chalicelib.events.message import headers, new_secret
from local.receiver import Receiver

BODY = json.dumps({"type": "import.completed", "timestamp": "2026-03-03T12:00:00Z", "data": {"job_id": "j"}}).encode()


@pytest.fixture
def receiver():
    with Receiver(new_secret()) as listening:
        yield listening


def send(receiver: Receiver, secret: str, message_id: str = "evt_1") -> int:
    now = round(datetime.now(UTC).timestamp() * 1000)
    signed = headers(message_id, BODY, [secret], now)
    return requests.post(receiver.url, data=BODY, headers=signed, timeout=30).status_code


def test_a_signed_message_is_kept_once(receiver):
    assert [send(receiver, receiver.secret) for _ in range(2)] == [204, 204]

    assert receiver.counts == {"import.completed": 1}
    assert receiver.jobs("import.completed") == {"j"}
    assert receiver.jobs("import.failed") == set()


def test_one_with_another_secret_is_refused(receiver):
    assert send(receiver, new_secret()) == 400

    assert (receiver.wrong, receiver.messages) == (1, {})


def test_one_without_a_signature_is_refused(receiver):
    assert requests.post(receiver.url, data=BODY, timeout=30).status_code == 400
