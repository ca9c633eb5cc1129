"""The cold start of the status path: the modules that it loads and the CPU that this takes.

One run requests the status of a job that does not exist, with an empty AWS, and lists the loaded modules; the other
runs only load these. A page sends its job's cookie, another client a bearer token, whose verification costs more. It
measures CPU, not time, and takes the best of several runs, because the machine is used by others. How fast the machine
is shows what importing a part of the standard library takes there, in turn with the others: it is not equally fast all
the time.
"""

import json
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from chalicelib.foundation.callers import viewer_cookie
from infra.probe_sign_in import jwks, token
from local.gateway import HttpRequest, event_of
from local.stack_settings import Ports, stack_settings

FEWEST_RUNS, MOST_RUNS = 7, 25
STATUS = "/api/v1/contacts/import/status/{job_id}"
NO_SUCH_JOB = "AAAAAAAAAAAAAAAAAAAAAA"

_SERVE = """
import json, sys
sys.path.insert(0, sys.argv[1])
import app

class Context:
    function_name, aws_request_id, memory_limit_in_mb = "api", "probe", 1024
    invoked_function_arn = "arn:aws:lambda:us-east-1:000000000000:function:api"
    def get_remaining_time_in_millis(self):
        return 25_000

answer = app.app(json.load(sys.stdin), Context())
files = sorted(name for name, module in sys.modules.items() if getattr(module, "__file__", None))
print(json.dumps({"status": answer["statusCode"], "body": answer["body"], "modules": files}))
"""

_LOAD = """
import importlib, json, sys, time
sys.path.insert(0, sys.argv[1])
modules = json.load(sys.stdin)
began = time.process_time()
import app
for module in modules:
    if module not in sys.modules:
        importlib.import_module(module)
print((time.process_time() - began) * 1000)
"""

#: As many modules as an application loads, with two large libraries in C.
REFERENCE = (
    "argparse",
    "asyncio",
    "concurrent.futures.process",
    "configparser",
    "csv",
    "ctypes.util",
    "decimal",
    "difflib",
    "doctest",
    "email.mime.multipart",
    "fractions",
    "ftplib",
    "http.cookiejar",
    "http.server",
    "imaplib",
    "logging.config",
    "multiprocessing.managers",
    "plistlib",
    "pydoc",
    "smtplib",
    "sqlite3",
    "ssl",
    "statistics",
    "tarfile",
    "unittest.mock",
    "wsgiref.simple_server",
    "xml.etree.ElementTree",
    "xml.sax.handler",
    "xmlrpc.server",
    "zipfile",
    "zoneinfo",
)

_LOAD_REFERENCE = """
import importlib, json, sys, time
modules = json.load(sys.stdin)
began = time.process_time()
for module in modules:
    importlib.import_module(module)
print((time.process_time() - began) * 1000)
"""


@dataclass(frozen=True)
class ColdStart:
    """What a cold start costs and loads."""

    #: CPU of the cheapest run with a cookie.
    milliseconds: float
    #: CPU of the cheapest run with a bearer token.
    by_bearer_milliseconds: float
    #: CPU of the cheapest run that imports `REFERENCE` on this machine.
    reference_milliseconds: float
    #: All modules that either run loaded.
    modules: frozenset[str]


class StatusPathFailed(Exception):
    """The unzipped package does not respond to a status request as expected."""


def measure(unzipped: Path, *, enough: float) -> ColdStart:
    """Measure the cold start, up to `MOST_RUNS` times while the cheapest run took too much.

    Args:
        enough: times the CPU of the reference.

    Raises:
        StatusPathFailed: the package does not respond to a status request as expected.
    """
    with _empty_aws() as port:
        settings = probe_settings(port)
        bearer = f"Bearer {token(settings['AUTH_ISSUER'], settings['AUTH_AUDIENCE'])}"
        by_cookie = _loaded_modules(unzipped, settings, ("Cookie", f"{viewer_cookie(NO_SUCH_JOB)}=key"), {401, 404})
        by_bearer = _loaded_modules(unzipped, settings, ("Authorization", bearer), {404})
        programs = ((_LOAD_REFERENCE, REFERENCE), (_LOAD, by_cookie), (_LOAD, by_bearer))
        rounds: list[tuple[float, ...]] = []
        while len(rounds) < FEWEST_RUNS or (_most_times(rounds) > enough and len(rounds) < MOST_RUNS):
            rounds.append(tuple(float(_run(program, unzipped, given, settings)) for program, given in programs))
    reference, cookie_cost, bearer_cost = _cheapest(rounds)
    return ColdStart(cookie_cost, bearer_cost, reference, frozenset(by_cookie + by_bearer))


def _loaded_modules(unzipped: Path, settings: dict[str, str], header: tuple[str, str], wanted: set[int]) -> list[str]:
    served = json.loads(_run(_SERVE, unzipped, _status_event(header), settings))
    if served["status"] not in wanted:
        raise StatusPathFailed(f"the status request returned {served['status']}, not {wanted}: {served['body']}")
    return [name for name in served["modules"] if not name.startswith("__")]


def _most_times(rounds: Sequence[tuple[float, ...]]) -> float:
    """How many times the reference the dearer path takes."""
    reference, *costs = _cheapest(rounds)
    return max(costs) / reference


def _cheapest(rounds: Sequence[tuple[float, ...]]) -> tuple[float, ...]:
    """The CPU of the cheapest run of each program: the reference, with a cookie, with a bearer token."""
    return tuple(min(runs) for runs in zip(*rounds, strict=True))


def probe_settings(port: int) -> dict[str, str]:
    """Settings with which the package starts. It sends requests only to `port` of this machine."""
    settings = stack_settings(Ports(api=port, aws=port, sandbox=port), {})
    return {**settings, "AWS_LAMBDA_FUNCTION_NAME": "api", "AWS_REGION": settings["AWS_DEFAULT_REGION"]}


def _status_event(header: tuple[str, str]) -> dict[str, Any]:
    request = HttpRequest("GET", STATUS.format(job_id=NO_SUCH_JOB), (("Host", "127.0.0.1"), header))
    return event_of(request, binary_types=())


def _run(program: str, unzipped: Path, given: Any, settings: dict[str, str]) -> str:
    command = [sys.executable, "-I", "-S", "-B", "-c", program, str(unzipped)]
    done = subprocess.run(  # noqa: S603 # our own words
        command, input=json.dumps(given), env=settings, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise StatusPathFailed(done.stderr)
    return done.stdout.strip().splitlines()[-1]


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
