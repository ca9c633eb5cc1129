#!/usr/bin/env bash
# ministack: a Lambda runs on the Python of ministack itself, whatever its Runtime says.
#
# Versions: ministack 1.5.33, boto3 1.43.106, Python 3.11 and 3.13.
# Expected: a function with Runtime python3.12 runs on Python 3.12, or CreateFunction refuses a runtime that is not here.
# Happens: it is accepted, GetFunction says python3.12, and it runs on the interpreter that started ministack. A package with
#   libraries compiled for another version fails at its first import, and one for the wrong version can pass a rehearsal.
# Seen, with ministack in an environment of Python 3.11 (in one of 3.13 the last word is 3.13):
#   GetFunction says python3.12, the function ran on 3.11
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
import io
import json
import os
import sys
import time
import urllib.request
import zipfile

import boto3

endpoint = f"http://127.0.0.1:{os.environ['PORT']}"
for _ in range(150):
    try:
        urllib.request.urlopen(f"{endpoint}/_ministack/health", timeout=2)
        break
    except OSError:
        time.sleep(0.2)

own = "%d.%d" % sys.version_info[:2]
asked = "python3.12" if own != "3.12" else "python3.11"
code = "import sys\n\ndef handler(event, context):\n    return '%d.%d' % sys.version_info[:2]\n"
packed = io.BytesIO()
with zipfile.ZipFile(packed, "w") as archive:
    archive.writestr("which.py", code)
client = boto3.client(
    "lambda", endpoint_url=endpoint, region_name="us-east-1", aws_access_key_id="test", aws_secret_access_key="test"
)
client.create_function(
    FunctionName="which",
    Runtime=asked,
    Handler="which.handler",
    Role="arn:aws:iam::000000000000:role/any",
    Code={"ZipFile": packed.getvalue()},
)
told = client.get_function(FunctionName="which")["Configuration"]["Runtime"]
ran = json.loads(client.invoke(FunctionName="which")["Payload"].read())
print(f"GetFunction says {told}, the function ran on {ran}")
sys.exit(not (told == asked and ran == own))
PYTHON
