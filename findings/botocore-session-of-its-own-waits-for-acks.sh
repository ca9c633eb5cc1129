#!/usr/bin/env bash
# botocore: an HTTP session that one creates oneself delays the body of each request, unlike the session of a client.
#
# Versions: botocore 1.44.5, urllib3 as it requires, Python 3.11.
# Expected: `botocore.httpsession.URLLib3Session()`, which every client uses, sends as a client's session does; urllib3
#   alone sets TCP_NODELAY on each connection, too.
# Happens: without `socket_options`, it tells urllib3 to set none. Headers and body are two packets, and with Nagle's
#   algorithm the second one waits until the first is acknowledged: 40 ms for each request of a kept-open connection.
#   A client passes TCP_NODELAY itself, so only a session of one's own is slow.
# Seen:
#   a client's session: TCP_NODELAY is set
#   a session of one's own: TCP_NODELAY is not set
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
"${PYTHON:-python3}" -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check botocore==1.44.5

"$place/venv/bin/python" - <<'PYTHON'
import socket
import sys
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import urllib3.connection
from botocore.awsrequest import AWSRequest
from botocore.httpsession import URLLib3Session
from botocore.session import Session


class Answers(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *_):
        pass


server = HTTPServer(("127.0.0.1", 0), Answers)
threading.Thread(target=server.serve_forever, daemon=True).start()
url = f"http://127.0.0.1:{server.server_port}/"
connect, connected = urllib3.connection.connection.create_connection, []


def noted(*args, **kwargs):
    connected.append(connect(*args, **kwargs))
    options.append(bool(connected[-1].getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)))
    return connected[-1]


options = []
urllib3.connection.connection.create_connection = noted
session = Session()
session.set_credentials("test", "test")
client = session.create_client("dynamodb", region_name="us-east-1", endpoint_url=url)
client.get_item(TableName="jobs", Key={"pk": {"S": "a"}})
client.close()
connected[0].close()
URLLib3Session().send(AWSRequest("POST", url, data=b"{}").prepare())

for name, is_set in zip(("a client's session", "a session of one's own"), options, strict=True):
    print(f"{name}: TCP_NODELAY is {'set' if is_set else 'not set'}")
sys.exit(options != [True, False])
PYTHON
