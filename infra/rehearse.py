"""`python -m infra rehearse`: deploy the package into an embedded AWS and import contacts with it.

CloudFormation creates everything from the packaged template. The API, the queue and the schedule run as Lambdas from
the packaged zip, on the Python of its runtime. A person connects a Google account of the sandbox. Only two things
differ from a real deployment: where the zip is uploaded to, and a proxy in place of a domain.
"""

import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from chalicelib.tables.keys import TABLES
from infra.added_template import TEMPLATE
from infra.api_proxy import ApiProxy
from infra.clean_copy import SHIPS
from infra.deployment import Deployment
from infra.package_checks import named_runtimes
from infra.packaging import PACKAGE, ROOT, package
from infra.runtime import this_runtime
from infra.runtime_environment import embedded_aws_python
from infra.upgrade import put_earlier_items, upgrade
from local.embedded_aws.server import EmbeddedAws
from local.processes import free_ports
from local.sandbox import running
from local.sandbox_control import SandboxControl
from local.service_client import ServiceClient, Status
from local.stack_settings import Ports, stack_settings

PERSON = "ada"
GOOGLE = ("ada@rehearsal.example", 250)
SECOND = ("ben@rehearsal.example", 60)
COUNTS = ("created", "updated", "unchanged", "skipped_contacts", "failed_contacts")


class RehearsalFailed(Exception):
    """A step of the rehearsal failed. The message says which, with the logs of the functions."""


@dataclass(frozen=True)
class Rehearsal:
    """The settings, the sandbox and the deployment of a rehearsal."""

    settings: dict[str, str]
    sandbox: SandboxControl
    deployment: Deployment

    def say(self, line: str) -> None:
        print(f"  {line}", flush=True)

    def expect(self, found: object, wanted: object, what: str) -> None:
        if found != wanted:
            raise RehearsalFailed(f"{what}: {found!r}, not {wanted!r}")


def rehearse(directory: Path = PACKAGE) -> None:
    """Rehearse the deployment of the package in a directory, which is made if it is missing or older than its sources.

    Raises:
        PackageFailed, DeploymentFailed, PartFailed: it could not be made, deployed or started.
        RehearsalFailed: the deployed service did something unexpected.
    """
    if not _is_fresh(directory):
        print(package(target=directory))
    with tempfile.TemporaryDirectory(prefix="rehearsal-") as scratch, _stage(Path(scratch)) as (rehearsal, proxy):
        _deploy(rehearsal, proxy, directory)
        try:
            upgrade(rehearsal, put_earlier_items(rehearsal))
            _import_with_queue(rehearsal, _client(rehearsal))
            _import_with_schedule_alone(rehearsal, _client(rehearsal))
            _check_access(rehearsal)
        except Exception as error:
            raise RehearsalFailed(f"{error}\n{_logs(rehearsal, Path(scratch))}") from error
        _delete(rehearsal)


@contextmanager
def _stage(scratch: Path) -> Iterator[tuple[Rehearsal, ApiProxy]]:
    """Start an empty AWS, the sandbox, and a proxy for the API."""
    proxy_port, aws_port = free_ports(2)
    aws_here = EmbeddedAws(port=aws_port, log=scratch / "aws.log", python=embedded_aws_python())
    with aws_here as aws, running() as sandbox, ApiProxy(proxy_port) as proxy:
        sandbox_port = int(sandbox.origin.rpartition(":")[2])
        settings = stack_settings(Ports(api=proxy_port, aws=aws_port, sandbox=sandbox_port), {})
        control = SandboxControl.of(settings)
        for address, contacts in (GOOGLE, SECOND):
            control.account("google", address, contacts)
        yield Rehearsal(settings, control, Deployment(aws.client, aws.endpoint)), proxy


def _deploy(rehearsal: Rehearsal, proxy: ApiProxy, package: Path) -> None:
    began = time.monotonic()
    outputs = rehearsal.deployment.create(package, rehearsal.settings)
    proxy.target = f"{rehearsal.deployment.endpoint}/restapis/{outputs['RestAPIId']}/api/_user_request_"
    resources = len(rehearsal.deployment.resources())
    rehearsal.say(f"deployed: {resources} resources on {this_runtime()} in {time.monotonic() - began:.1f} s")


def _import_with_queue(rehearsal: Rehearsal, client: ServiceClient) -> None:
    """Connect an account: a message starts the import at once, and its status is polled until it is done."""
    began = time.monotonic()
    job_id = client.connect("google", GOOGLE[0])
    status = client.wait_until_finished(job_id)
    _check(rehearsal, status, GOOGLE[1])
    rehearsal.expect(client.get(f"/api/v1/imports/{job_id}/verify")["consistent"], True, "the counts and the ledger")
    rehearsal.say(f"import started by the queue: {_counts(status)}, {time.monotonic() - began:.1f} s after consent")


def _import_with_schedule_alone(rehearsal: Rehearsal, client: ServiceClient) -> None:
    """Without the queue, the minute schedule finds the job."""
    rehearsal.deployment.switch_queue(on=False)
    began = time.monotonic()
    status = client.wait_until_finished(client.connect("google", SECOND[0]))
    _check(rehearsal, status, SECOND[1])
    rehearsal.say(f"import left to the schedule: {_counts(status)}, {time.monotonic() - began:.1f} s after consent")


def _check_access(rehearsal: Rehearsal) -> None:
    """Check what the deployed API gives to another person, and without the cron secret."""
    stranger = ServiceClient(rehearsal.settings["PUBLIC_URL"], rehearsal.sandbox.token("stranger"))
    rehearsal.expect(stranger.get("/api/v1/imports")["imports"], [], "another person's imports")
    secret = {"x-cron-secret": rehearsal.settings["CRON_SECRET"]}
    for headers, wanted in (({}, 401), (secret, 200)):
        answer = stranger.ask("POST", "/api/cron/process-imports", headers=headers)
        rehearsal.expect(answer.status_code, wanted, f"the schedule by hand, with {list(headers) or 'no secret'}")
    rehearsal.say("another person sees no imports; the cron route requires its secret")


def _delete(rehearsal: Rehearsal) -> None:
    """Delete the stack. The tables stay, as the template says."""
    resources = rehearsal.deployment.resources()
    rehearsal.deployment.delete()
    tables = rehearsal.deployment.client("dynamodb").list_tables()["TableNames"]
    kept = {resources[table.logical_id] for table in TABLES.values()}
    rehearsal.expect(kept <= set(tables), True, "the tables outlive the stack")
    rehearsal.expect(rehearsal.deployment.client("lambda").list_functions()["Functions"], [], "functions left")
    rehearsal.say("deleted: the functions are gone, the tables are kept")


def _client(rehearsal: Rehearsal) -> ServiceClient:
    return ServiceClient(rehearsal.settings["PUBLIC_URL"], rehearsal.sandbox.token(PERSON))


def _check(rehearsal: Rehearsal, status: Status, contacts: int) -> None:
    rehearsal.expect(status["status"], "completed", f"the import ({status.get('error_message')})")
    rehearsal.expect(status["total_contacts"], contacts, "contacts in all")
    counted = status["created"] + status["updated"] + status["skipped_contacts"] + status["failed_contacts"]
    rehearsal.expect(counted, contacts, "all outcomes together")
    rehearsal.expect(status["created"] > 0, True, "some are new")


def _counts(status: Status) -> str:
    return ", ".join(f"{status[name]} {name.removesuffix('_contacts')}" for name in COUNTS if status[name])


def _logs(rehearsal: Rehearsal, scratch: Path) -> str:
    """The end of the logs of the functions and of the embedded AWS."""
    logs = rehearsal.deployment.client("logs")
    lines = [f"embedded AWS: {line}" for line in (scratch / "aws.log").read_text(errors="replace").splitlines()[-10:]]
    for group in logs.describe_log_groups()["logGroups"]:
        name = group["logGroupName"]
        events = logs.filter_log_events(logGroupName=name)["events"]
        lines += [f"{name}: {event['message'].rstrip()}" for event in events[-30:]]
    return "\n".join(lines)


def _is_fresh(package: Path) -> bool:
    """Whether the package is for this runtime and newer than its sources."""
    zipped, template = package / "deployment.zip", package / "sam.json"
    if not (zipped.exists() and template.exists() and named_runtimes(template) == [this_runtime()]):
        return False
    sources = [TEMPLATE, Path(__file__).parent, *(ROOT / name for name in SHIPS)]
    files = [path for source in sources for path in ([source] if source.is_file() else source.rglob("*"))]
    return max(path.stat().st_mtime for path in files if "__pycache__" not in path.parts) < zipped.stat().st_mtime
