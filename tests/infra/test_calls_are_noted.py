"""The parts of a running stack record the AWS calls of each function, so that they can be compared with its policy."""

import os
import time

from infra.iam_policies import disallowed_calls, policies
from local.aws_calls import RECORD, read_calls
from local.sandbox_control import SandboxControl
from local.service_client import ServiceClient
from local.stack import Stack

PATIENCE_SECONDS = 20.0


def test_every_function_is_seen_and_stays_within_its_policy(tmp_path):
    with Stack(None, None, {"PATH": os.environ["PATH"], RECORD: str(tmp_path)}) as stack:
        sandbox = SandboxControl.of(stack.settings)
        sandbox.account("google", "noted@gmail.example", 30)
        client = ServiceClient(stack.url, sandbox.token("anna"))
        client.wait_until_finished(client.connect("google", "noted@gmail.example"))
        until = time.monotonic() + PATIENCE_SECONDS
        while {call.function for call in read_calls(tmp_path)} != set(policies()) and time.monotonic() < until:
            client.get("/api/v1/imports")
        calls = read_calls(tmp_path)

    assert {call.function for call in calls} == set(policies())
    assert {call.action.partition(":")[0] for call in calls} >= {"dynamodb", "kms", "s3", "sqs"}
    assert disallowed_calls(calls) == []
