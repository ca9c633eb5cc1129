"""The service on one machine: everything at once, or one part alone."""

import argparse
import re
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from local.bulk_arguments import add_arguments
from local.processes import PartFailed, free_ports

COMMANDS = {
    "up": "everything, until Ctrl-C",
    "demo": "everything, two imports with live progress, the results",
    "tick": "one run of the schedule against a running stack",
    "bulk": "bulk jobs of a running stack: list them, dry-run a cleanup, delete what a run created",
    "token": "a bearer token for a person, printed alone",
    "aws": "the embedded AWS alone",
    "sandbox": "the sandbox Google and Microsoft alone",
    "api": "the API alone; needs the settings in the environment",
    "worker": "queue and schedule alone; needs the settings in the environment",
}


def main(arguments: list[str] | None = None) -> int:
    asked = _parser().parse_args(arguments)
    try:
        code = _DO[asked.command](asked)
    except PartFailed as failed:
        with suppress(OSError):  # a log on a full disk
            print(failed, file=sys.stderr)
        return failed.code
    except KeyboardInterrupt:
        return 130
    return code or 0


# Each imports its own module, so that a part loads only what it needs.


def _up(asked: argparse.Namespace) -> int:
    from local.up import up

    return up(asked.port, asked.data_dir)


def _demo(asked: argparse.Namespace) -> None:
    from local.demo import demo

    demo(short=asked.short)


def _tick(asked: argparse.Namespace) -> None:
    from local.tick import tick

    tick(asked.port)


def _bulk(asked: argparse.Namespace) -> int:
    from local.bulk import bulk

    return bulk(asked)


def _token(asked: argparse.Namespace) -> None:
    from local.token import print_token

    print_token(asked.person, operator=asked.operator, port=asked.port)


def _aws(asked: argparse.Namespace) -> None:
    from local.data_dir import usable
    from local.embedded_aws.server import serve

    if asked.data_dir:
        usable(asked.data_dir)
    serve(asked.port or free_ports(1)[0], asked.data_dir, asked.ready)


def _sandbox(asked: argparse.Namespace) -> None:
    from local.data_dir import usable
    from local.sandbox_part import serve

    if asked.data_dir:
        usable(asked.data_dir)
    serve(asked.port or free_ports(1)[0], asked.data_dir)


def _api(asked: argparse.Namespace) -> None:
    from local.api import serve

    serve(asked.port)


def _worker(asked: argparse.Namespace) -> None:
    from local.worker import work

    work(asked.ready)


_DO: dict[str, Callable[[argparse.Namespace], int | None]] = {
    "up": _up,
    "demo": _demo,
    "tick": _tick,
    "bulk": _bulk,
    "token": _token,
    "aws": _aws,
    "sandbox": _sandbox,
    "api": _api,
    "worker": _worker,
}


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m local", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    added = {name: commands.add_parser(name, help=says, description=says) for name, says in COMMANDS.items()}
    for name in ("up", "api"):
        added[name].add_argument("--port", type=_port, default=8000, help="of the API and the page (8000)")
    for name in ("aws", "sandbox"):
        added[name].add_argument("--port", type=_port, help="a free one unless given")
    for name in ("tick", "token"):
        added[name].add_argument("--port", type=_port, help="the stack's; the newest that runs unless given")
    for name in ("up", "aws", "sandbox"):
        added[name].add_argument(
            "--data-dir", type=_directory, metavar="DIR", help="keep everything there over a restart"
        )
    for name in ("aws", "worker"):
        added[name].add_argument("--ready", type=Path, metavar="FILE", help="make this file when ready")
    add_arguments(added["bulk"])
    added["demo"].add_argument("--short", action="store_true", help="fewer contacts")
    added["token"].add_argument("person")
    added["token"].add_argument("--operator", action="store_true", help="with the operator's role")
    return parser


def _port(text: str) -> int:
    if not (re.fullmatch("[0-9]{1,5}", text) and 0 < int(text) < 65536):
        raise argparse.ArgumentTypeError(f"{text!r} is not a port; give a number from 1 to 65535")
    return int(text)


def _directory(text: str) -> Path:
    if not text.strip():  # it would be the present directory
        raise argparse.ArgumentTypeError("it is empty; name a directory")
    return Path(text)


if __name__ == "__main__":
    sys.exit(main())
