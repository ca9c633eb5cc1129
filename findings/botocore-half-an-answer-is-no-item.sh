#!/usr/bin/env bash
# botocore 1.44.5, urllib3 2.8.0: an answer of DynamoDB that is cut off is read as an answer without an item.
#
# Expected: a GetItem whose answer ends after 1 of the 900 bytes that its Content-Length promises raises an error, as a
#           GetObject of S3 does when its body is read.
# Happens:  the body that is no JSON counts as an answer with nothing in it. No `Item` means that there is none, so whoever
#           asks takes an item that exists for one that is missing. DynamoDB sends a checksum (x-amz-crc32) for this case;
#           retries in "standard" mode do not look at it, in "legacy" mode they do.
# Seen:     standard: {} without an error   with a wrong checksum: {} without an error   legacy, wrong checksum: ChecksumError
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet botocore==1.44.5 urllib3==2.8.0
cat > "$folder/read.py" <<'PY'
import socket
import sys
import threading

from botocore.config import Config
from botocore.session import get_session


def half_an_answer(server, head):
    while True:
        line, _ = server.accept()
        with line:
            line.recv(65_536)
            line.sendall(head + b"Content-Type: application/x-amz-json-1.0\r\nContent-Length: 900\r\n\r\n{")


def asked(mode, head=b"HTTP/1.1 200 OK\r\n"):
    server = socket.create_server(("127.0.0.1", 0))
    threading.Thread(target=half_an_answer, args=(server, head), daemon=True).start()
    client = get_session().create_client(
        "dynamodb",
        region_name="us-east-1",
        endpoint_url=f"http://127.0.0.1:{server.getsockname()[1]}",
        aws_access_key_id="nobody",
        aws_secret_access_key="nothing",
        config=Config(retries={"mode": mode, "total_max_attempts": 1}),
    )
    try:
        answer = client.get_item(TableName="contacts", Key={"pk": {"S": "a"}})
    except Exception as error:
        return type(error).__name__
    answer.pop("ResponseMetadata")
    return f"{answer} without an error"


checked = b"HTTP/1.1 200 OK\r\nx-amz-crc32: 1\r\n"
seen = "standard: {}   with a wrong checksum: {}   legacy, wrong checksum: {}".format(
    asked("standard"), asked("standard", checked), asked("legacy", checked)
)
print(seen)
nothing = "{} without an error"
wanted = f"standard: {nothing}   with a wrong checksum: {nothing}   legacy, wrong checksum: ChecksumError"
sys.exit(0 if seen == wanted else 1)
PY
"$folder/venv/bin/python" "$folder/read.py"
