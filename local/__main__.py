"""Run the service on this machine: everything at once, or one part."""

import argparse
import re
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from chalicelib.foundation.organizations import Role
from chalicelib.foundation.scopes import Scope
from local import bulk_arguments, import_arguments
from local.processes import PartFailed, free_ports

COMMANDS = {
    "up": "run everything until Ctrl-C",
    "demo": "run everything, import two accounts and a phone backup with live progress, and print the results",
    "tick": "run the schedule once in a running stack",
    "bulk": "bulk jobs of a running stack: list them, show what a cleanup would delete, or delete it",
    "import": "import a file of contacts into a running stack, after showing its plan",
    "enrich": "run a vendor of enrichment over the address books of a running stack",
    "logs": "show the logs of all parts of a stack, in the order of their times",
    "token": "print a bearer token for a person",
    "aws": "run only the embedded AWS",
    "sandbox": "run only the sandbox of the providers and vendors",
    "api": "run only the API; settings come from the environment",
    "worker": "run only the queue reader and the schedule; settings come from the environment",
}


def main(arguments: list[str] | None = None) -> int:
    options = _parser().parse_args(arguments)
    try:
        code = _RUN[options.command](options)
    except PartFailed as failed:
        with suppress(OSError):  # a log on a full disk
            print(failed, file=sys.stderr)
        return failed.code
    except KeyboardInterrupt:
        return 130
    return code or 0


# Each command imports its own module, so that a part loads only what it needs.


def _up(options: argparse.Namespace) -> int:
    from local.up import up

    return up(options.port, options.data_dir, host=options.host, sandbox_port=options.sandbox_port)


def _demo(options: argparse.Namespace) -> None:
    from local.demo import demo

    demo(short=options.short)


def _tick(options: argparse.Namespace) -> None:
    from local.tick import tick

    tick(options.port)


def _bulk(options: argparse.Namespace) -> int:
    from local.bulk import bulk

    return bulk(options)


def _import(options: argparse.Namespace) -> int:
    from local.import_file import import_file

    return import_file(options)


def _enrich(options: argparse.Namespace) -> int:
    from local.enrich import enrich

    return enrich(options)


def _logs(options: argparse.Namespace) -> None:
    from local.show_logs import Chosen, directory_of_logs, show_logs

    chosen = Chosen(options.job, options.pattern)
    directory = directory_of_logs(options.port, options.data_dir)
    with suppress(BrokenPipeError):  # whoever read them has seen enough
        show_logs(directory, chosen, lambda line: print(line, flush=True), follow=options.follow)


def _token(options: argparse.Namespace) -> None:
    from local.token import print_token

    organizations = {options.organization: [options.role]} if options.organization else {}
    print_token(
        options.person,
        port=options.port,
        operator=options.operator,
        organizations=organizations,
        scopes=options.scope,
        client=options.client,
    )


def _aws(options: argparse.Namespace) -> None:
    from local.data_dir import ensure_usable
    from local.embedded_aws.server import serve

    if options.data_dir:
        ensure_usable(options.data_dir)
    serve(options.port or free_ports(1)[0], options.data_dir, options.ready)


def _sandbox(options: argparse.Namespace) -> None:
    from local.data_dir import ensure_usable
    from local.sandbox_part import serve

    if options.data_dir:
        ensure_usable(options.data_dir)
    serve(options.port or free_ports(1)[0], options.host, options.data_dir)


def _api(options: argparse.Namespace) -> None:
    from local.api import serve

    serve(options.port, options.host)


def _worker(options: argparse.Namespace) -> None:
    from local.worker import work

    work(options.ready)


_RUN: dict[str, Callable[[argparse.Namespace], int | None]] = {
    "up": _up,
    "demo": _demo,
    "tick": _tick,
    "bulk": _bulk,
    "import": _import,
    "enrich": _enrich,
    "logs": _logs,
    "token": _token,
    "aws": _aws,
    "sandbox": _sandbox,
    "api": _api,
    "worker": _worker,
}


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m local", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    added = {name: commands.add_parser(name, help=text, description=text) for name, text in COMMANDS.items()}
    for name in ("up", "api"):
        added[name].add_argument(
            "--port", type=_port, default=8000, help="port of the API and the pages (default: 8000)"
        )
    for name in ("up", "api", "sandbox"):
        added[name].add_argument(
            "--host", default="127.0.0.1", help="address to listen on (default: 127.0.0.1, for this machine alone)"
        )
    added["up"].add_argument("--sandbox-port", type=_port, metavar="PORT", help="port of the sandbox (default: any)")
    for name in ("aws", "sandbox"):
        added[name].add_argument("--port", type=_port, help="port to listen on (default: any free port)")
    for name in ("tick", "logs", "token", "enrich"):
        added[name].add_argument("--port", type=_port, help="port of the stack (default: the stack started last)")
    for name in ("up", "aws", "sandbox"):
        added[name].add_argument("--data-dir", type=_directory, metavar="DIR", help="keep the data in this directory")
    for name in ("aws", "worker"):
        added[name].add_argument("--ready", type=Path, metavar="FILE", help="create this file when ready")
    added["logs"].add_argument("--data-dir", type=_directory, metavar="DIR", help="the data directory of the stack")
    added["logs"].add_argument("--follow", action="store_true", help="go on with the lines that come, until Ctrl-C")
    added["logs"].add_argument("--job", metavar="ID", help="lines of this job and of the request that created it")
    added["logs"].add_argument("--pattern", metavar="TEXT", help="lines with this text, in either case")
    bulk_arguments.add_arguments(added["bulk"])
    import_arguments.add_arguments(added["import"])
    added["enrich"].add_argument("--vendor", required=True, metavar="NAME", help="such as phone-metadata")
    added["demo"].add_argument("--short", action="store_true", help="import fewer contacts")
    added["token"].add_argument("person", help="who the token identifies")
    added["token"].add_argument(
        "--scope",
        action="append",
        default=[],
        choices=list(Scope),
        help="limit the token to this scope and others given",
    )
    added["token"].add_argument("--client", default="", metavar="ID", help="a program that acts for the person with it")
    added["token"].add_argument("--operator", action="store_true", help="give the token the operator role")
    added["token"].add_argument("--organization", metavar="ID", help="give the token a role in this organization")
    added["token"].add_argument("--role", choices=list(Role), default=Role.MEMBER, help="which (default: member)")
    return parser


def _port(text: str) -> int:
    if not (re.fullmatch("[0-9]{1,5}", text) and 0 < int(text) < 65536):
        raise argparse.ArgumentTypeError(f"{text!r} is not a port number; use 1 to 65535")
    return int(text)


def _directory(text: str) -> Path:
    if not text.strip():  # Path("") would be the current directory
        raise argparse.ArgumentTypeError("the directory must not be empty")
    return Path(text)


if __name__ == "__main__":
    sys.exit(main())
