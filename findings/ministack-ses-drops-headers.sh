#!/usr/bin/env bash
# ministack: SendEmail of SES (API version 2) accepts the headers of a simple message, and sends it without them.
#
# Versions: ministack 1.5.33, boto3 1.43.106, Python 3.11.
# Expected: as SES does, the message has the headers in Content.Simple.Headers, such as List-Unsubscribe; or they are refused.
# Happens: the response is a MessageId, and the message that is handed to the SMTP server has none of them. So a test over it
#   cannot tell a message that mail programs can switch off with one click from one that they cannot.
# Seen:
#   accepted: True, subject arrived: True, List-Unsubscribe arrived: False
set -euo pipefail
place=$(mktemp -d)
server=
trap 'if [ -n "$server" ]; then kill "$server" 2>/dev/null || true; wait "$server" 2>/dev/null || true; fi; rm -rf "$place"' EXIT
"${PYTHON:-python3}" -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check ministack==1.5.33 boto3==1.43.106
read -r port mail <<<"$("$place/venv/bin/python" -c '
import socket
both = [socket.socket() for _ in range(2)]
for each in both:
    each.bind(("127.0.0.1", 0))
print(*(each.getsockname()[1] for each in both))')"

TMPDIR="$place" BIND_HOST=127.0.0.1 MINISTACK_HOST=127.0.0.1 GATEWAY_PORT="$port" IOT_MTLS_ENABLED=0 SFTP_ENABLED=0 \
    SMTP_HOST="127.0.0.1:$mail" LOG_LEVEL=ERROR "$place/venv/bin/ministack" >"$place/log" 2>&1 &
server=$!

PORT="$port" MAIL="$mail" "$place/venv/bin/python" - <<'PYTHON'
import os
import socketserver
import sys
import threading
import time
import urllib.request

import boto3

arrived = []


class Smtp(socketserver.StreamRequestHandler):
    """Takes one message, and keeps its lines."""

    def handle(self):
        self.wfile.write(b"220 here\r\n")
        in_data = False
        for line in self.rfile:
            if in_data and line != b".\r\n":
                arrived.append(line.decode())
                continue
            word, in_data = line[:4].upper(), line[:4].upper() == b"DATA"
            self.wfile.write(b"354 go on\r\n" if in_data else b"221 bye\r\n" if word == b"QUIT" else b"250 yes\r\n")


smtp = socketserver.ThreadingTCPServer(("127.0.0.1", int(os.environ["MAIL"])), Smtp)
smtp.daemon_threads = True
threading.Thread(target=smtp.serve_forever, daemon=True).start()
endpoint = f"http://127.0.0.1:{os.environ['PORT']}"
for _ in range(150):
    try:
        urllib.request.urlopen(f"{endpoint}/_ministack/health", timeout=2)
        break
    except OSError:
        time.sleep(0.2)

client = boto3.client(
    "sesv2", endpoint_url=endpoint, region_name="us-east-1", aws_access_key_id="test", aws_secret_access_key="test"
)
client.create_email_identity(EmailIdentity="contacts@example.com")
sent = client.send_email(
    FromEmailAddress="contacts@example.com",
    Destination={"ToAddresses": ["ann@example.com"]},
    Content={
        "Simple": {
            "Subject": {"Data": "Hello"},
            "Body": {"Text": {"Data": "Hello"}},
            "Headers": [{"Name": "List-Unsubscribe", "Value": "<https://example.com/unsubscribe/7>"}],
        }
    },
)
for _ in range(50):
    if arrived:
        break
    time.sleep(0.1)
time.sleep(0.5)
message = "".join(arrived)
has_subject, has_header = "Subject: Hello" in message, "List-Unsubscribe" in message
print(f"accepted: {'MessageId' in sent}, subject arrived: {has_subject}, List-Unsubscribe arrived: {has_header}")
sys.exit(not (has_subject and not has_header))
PYTHON
