#!/usr/bin/env bash
# ministack: REMOVE of several elements of one list takes them away one after another, so the wrong ones go.
#
# Versions: ministack 1.5.33, boto3 1.43.106, Python 3.11; DynamoDB's own documentation shows two elements removed at once.
# Expected: `REMOVE l[0], l[1]` removes the first two elements; every index means the list before the update, as on DynamoDB.
# Happens: the first element goes, the list moves up, and `l[1]` then takes what was the third. Named from the last to the
#   first, `REMOVE l[1], l[0]`, the same two elements go here and on DynamoDB.
# Seen:
#   REMOVE l[0], l[1] of a b c d e leaves b d e
#   REMOVE l[1], l[0] of a b c d e leaves c d e
set -euo pipefail
place=$(mktemp -d)
server=
trap 'if [ -n "$server" ]; then kill "$server" 2>/dev/null || true; wait "$server" 2>/dev/null || true; fi; rm -rf "$place"' EXIT
"${PYTHON:-python3}" -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check ministack==1.5.33 boto3==1.43.106
port=$("$place/venv/bin/python" -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')

TMPDIR="$place" BIND_HOST=127.0.0.1 MINISTACK_HOST=127.0.0.1 GATEWAY_PORT="$port" IOT_MTLS_ENABLED=0 SFTP_ENABLED=0 \
    LOG_LEVEL=ERROR "$place/venv/bin/ministack" >"$place/log" 2>&1 &
server=$!

PORT="$port" "$place/venv/bin/python" - <<'PYTHON'
import os
import sys
import time
import urllib.request

import boto3

endpoint = f"http://127.0.0.1:{os.environ['PORT']}"
for _ in range(150):
    try:
        urllib.request.urlopen(f"{endpoint}/_ministack/health", timeout=2)
        break
    except OSError:
        time.sleep(0.2)

client = boto3.client(
    "dynamodb", endpoint_url=endpoint, region_name="us-east-1", aws_access_key_id="test", aws_secret_access_key="test"
)
client.create_table(
    TableName="lists",
    KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
    AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
    BillingMode="PAY_PER_REQUEST",
)


def left(expression):
    key = {"pk": {"S": expression}}
    client.put_item(TableName="lists", Item={**key, "l": {"L": [{"S": letter} for letter in "abcde"]}})
    client.update_item(TableName="lists", Key=key, UpdateExpression=expression)
    kept = [each["S"] for each in client.get_item(TableName="lists", Key=key)["Item"]["l"]["L"]]
    print(expression, "of a b c d e leaves", *kept)
    return kept


forwards, backwards = left("REMOVE l[0], l[1]"), left("REMOVE l[1], l[0]")
sys.exit(not (forwards == ["b", "d", "e"] and backwards == ["c", "d", "e"]))
PYTHON
