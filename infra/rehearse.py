"""`python -m infra rehearse`: the very package that would be deployed, deployed into an embedded AWS, at its main job.

CloudFormation makes everything from the packaged template; API, queue and schedule run as Lambdas from the packaged
zip, on the Python of its runtime; a person connects a Google account of the sandbox. Only two things differ from a real
deployment: where the zip is uploaded to, and a proxy in place of a domain.
"""

import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from chalicelib.tables.keys import TABLES
from infra.added_template import TEMPLATE
from infra.clean_copy import SHIPS
from infra.deployment import Deployment
from infra.environment import embedded_aws_python
from infra.front import Front
from infra.judge import named_runtimes
from infra.packaging import PACKAGE, ROOT, package
from infra.runtime import this_runtime
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


class Failed(Exception):
    """The rehearsal went wrong; the text says where, with what the functions logged."""


@dataclass(frozen=True)
class Rehearsal:
    """Everything that a rehearsal is made with."""

    settings: dict[str, str]
    sandbox: SandboxControl
    deployment: Deployment

    def say(self, line: str) -> None:
        print(f"  {line}", flush=True)

    def expect(self, found: object, wanted: object, what: str) -> None:
        if found != wanted:
            raise Failed(f"{what}: {found!r}, not {wanted!r}")


def rehearse(made: Path = PACKAGE) -> None:
    """Raises Failed, NotDeployed, PackageRefused, PartFailed or Unexpected."""
    if not _is_fresh(made):
        print(package(target=made))
    with tempfile.TemporaryDirectory(prefix="rehearsal-") as scratch, _stage(Path(scratch)) as (rehearsal, front):
        _deploy(rehearsal, front, made)
        try:
            upgrade(rehearsal, put_earlier_items(rehearsal))
            _import_with_queue(rehearsal, _client(rehearsal))
            _import_with_schedule_alone(rehearsal, _client(rehearsal))
            _what_strangers_get(rehearsal)
        except Exception as error:
            raise Failed(f"{error}\n{_last_words(rehearsal, Path(scratch))}") from error
        _delete(rehearsal)


@contextmanager
def _stage(scratch: Path) -> Iterator[tuple[Rehearsal, Front]]:
    """An empty AWS, the sandbox, and an address for the API that is to come."""
    front_port, aws_port = free_ports(2)
    aws_here = EmbeddedAws(port=aws_port, log=scratch / "aws.log", python=embedded_aws_python())
    with aws_here as aws, running() as sandbox, Front(front_port) as front:
        sandbox_port = int(sandbox.origin.rpartition(":")[2])
        settings = stack_settings(Ports(api=front_port, aws=aws_port, sandbox=sandbox_port), {})
        control = SandboxControl.of(settings)
        for address, contacts in (GOOGLE, SECOND):
            control.account("google", address, contacts)
        yield Rehearsal(settings, control, Deployment(aws.client, aws.endpoint)), front


def _deploy(rehearsal: Rehearsal, front: Front, package: Path) -> None:
    began = time.monotonic()
    outputs = rehearsal.deployment.create(package, rehearsal.settings)
    front.target = f"{rehearsal.deployment.endpoint}/restapis/{outputs['RestAPIId']}/api/_user_request_"
    resources = len(rehearsal.deployment.resources())
    rehearsal.say(f"deployed: {resources} resources on {this_runtime()} in {time.monotonic() - began:.1f} s")


def _import_with_queue(rehearsal: Rehearsal, client: ServiceClient) -> None:
    """The main job: consent, a message that starts it at once, a status that is polled until it is done."""
    began = time.monotonic()
    job_id = client.connect("google", GOOGLE[0])
    status = client.finished(job_id)
    _check(rehearsal, status, GOOGLE[1])
    rehearsal.expect(client.get(f"/api/v1/imports/{job_id}/verify")["consistent"], True, "the counts and the ledger")
    rehearsal.say(f"import started by the queue: {_told(status)}, {time.monotonic() - began:.1f} s after consent began")


def _import_with_schedule_alone(rehearsal: Rehearsal, client: ServiceClient) -> None:
    """Nobody takes messages: the minute schedule finds the job."""
    rehearsal.deployment.switch_queue(on=False)
    began = time.monotonic()
    status = client.finished(client.connect("google", SECOND[0]))
    _check(rehearsal, status, SECOND[1])
    rehearsal.say(f"import left to the schedule: {_told(status)}, {time.monotonic() - began:.1f} s after consent began")


def _what_strangers_get(rehearsal: Rehearsal) -> None:
    """Through the deployed API, as people outside meet it."""
    stranger = ServiceClient(rehearsal.settings["PUBLIC_URL"], rehearsal.sandbox.token("stranger"))
    rehearsal.expect(stranger.get("/api/v1/imports")["imports"], [], "a stranger's imports")
    secret = {"x-cron-secret": rehearsal.settings["CRON_SECRET"]}
    for headers, wanted in (({}, 401), (secret, 200)):
        answer = stranger.ask("POST", "/api/cron/process-imports", headers=headers)
        rehearsal.expect(answer.status_code, wanted, f"the schedule by hand, with {list(headers) or 'no secret'}")
    rehearsal.say("strangers see nothing; the cron route opens to its secret alone")


def _delete(rehearsal: Rehearsal) -> None:
    """The stack goes; what people gave us stays, as the template promises."""
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
    rehearsal.expect(counted, contacts, "what became of them, together")
    rehearsal.expect(status["created"] > 0, True, "some are new")


def _told(status: Status) -> str:
    return ", ".join(f"{status[name]} {name.removesuffix('_contacts')}" for name in COUNTS if status[name])


def _last_words(rehearsal: Rehearsal, scratch: Path) -> str:
    """The end of every log: the functions', and the embedded AWS's own."""
    logs = rehearsal.deployment.client("logs")
    said = [f"embedded AWS: {line}" for line in (scratch / "aws.log").read_text(errors="replace").splitlines()[-10:]]
    for group in logs.describe_log_groups()["logGroups"]:
        name = group["logGroupName"]
        events = logs.filter_log_events(logGroupName=name)["events"]
        said += [f"{name}: {event['message'].rstrip()}" for event in events[-30:]]
    return "\n".join(said)


def _is_fresh(package: Path) -> bool:
    """Whether the package is for this runtime and newer than all its sources."""
    zipped, template = package / "deployment.zip", package / "sam.json"
    if not (zipped.exists() and template.exists() and named_runtimes(template) == [this_runtime()]):
        return False
    sources = [TEMPLATE, Path(__file__).parent, *(ROOT / name for name in SHIPS)]
    files = [path for source in sources for path in ([source] if source.is_file() else source.rglob("*"))]
    return max(path.stat().st_mtime for path in files if "__pycache__" not in path.parts) < zipped.stat().st_mtime
