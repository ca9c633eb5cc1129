"""The CPU of a cold start: a fresh process that loads the unzipped package and responds to one status request.

The request has a bearer token, whose signature is verified with a key that the process fetches. AWS is empty, so the
response says that there is no such job.
"""

import json
import statistics
import subprocess
import sys
import tempfile
import threading
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from adapter import package
from measuring import Measure

from infra.cold_start import probe_settings
from infra.probe_sign_in import jwks, token

PROCESSES = 9  # of one measurement
ROUTE = "/api/v1/contacts/import/status/{job_id}"
NO_SUCH_JOB = "AAAAAAAAAAAAAAAAAAAAAA"
NOT_FOUND = 404

RESPOND = """
import json, sys, time
sys.path.insert(0, sys.argv[1])
import app

class Context:
    function_name, aws_request_id, memory_limit_in_mb = "api", "probe", 1024
    invoked_function_arn = "arn:aws:lambda:us-east-1:000000000000:function:api"
    def get_remaining_time_in_millis(self):
        return 25_000

response = app.app(json.load(sys.stdin), Context())
print(json.dumps({"status": response["statusCode"], "cpu": time.process_time() * 1000}))
"""


@contextmanager
def status_by_bearer(_contacts: int) -> Iterator[Measure]:
    with tempfile.TemporaryDirectory(prefix="package-") as scratch, _empty_aws() as port:
        unzipped = Path(scratch) / "unzipped"
        with zipfile.ZipFile(package(Path(scratch) / "package")) as deployment:
            deployment.extractall(unzipped)
        settings = probe_settings(port)
        yield lambda: {"cpu": statistics.median(_milliseconds(unzipped, settings) for _ in range(PROCESSES))}


def _milliseconds(unzipped: Path, settings: dict[str, str]) -> float:
    command = [sys.executable, "-I", "-S", "-B", "-c", RESPOND, str(unzipped)]
    bearer = token(settings["AUTH_ISSUER"], settings["AUTH_AUDIENCE"])
    done = subprocess.run(
        command, input=json.dumps(_event(bearer)), env=settings, check=True, stdout=subprocess.PIPE, text=True
    )
    answer = json.loads(done.stdout.splitlines()[-1])
    if answer["status"] != NOT_FOUND:
        raise RuntimeError(f"the status request returned {answer['status']}, not {NOT_FOUND}: {done.stdout}")
    return float(answer["cpu"])


def _event(bearer: str) -> dict[str, Any]:
    """What API Gateway gives to the function."""
    path = ROUTE.format(job_id=NO_SUCH_JOB)
    headers = {"Host": "127.0.0.1", "Authorization": f"Bearer {bearer}"}
    return {
        "resource": ROUTE,
        "path": path,
        "httpMethod": "GET",
        "headers": headers,
        "multiValueHeaders": {name: [value] for name, value in headers.items()},
        "queryStringParameters": None,
        "multiValueQueryStringParameters": None,
        "pathParameters": {"job_id": NO_SUCH_JOB},
        "stageVariables": None,
        "body": None,
        "isBase64Encoded": False,
        "requestContext": {
            "httpMethod": "GET",
            "resourcePath": ROUTE,
            "path": path,
            "requestId": "probe",
            "identity": {"sourceIp": "127.0.0.1"},
        },
    }


class _Empty(BaseHTTPRequestHandler):
    """An AWS whose tables are empty, and an issuer with one key."""

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length", "0")))
        self._answer({"Items": [], "Count": 0} if self.headers.get("X-Amz-Target", "").endswith("Query") else {})

    def do_GET(self) -> None:
        self._answer(jwks())

    def _answer(self, body: Any) -> None:
        content = json.dumps(body).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *arguments: Any) -> None:  # noqa: A002 # named by http.server
        """Logs nothing."""


@contextmanager
def _empty_aws() -> Iterator[int]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Empty)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        server.server_close()
