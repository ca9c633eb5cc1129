"""The arguments of `python -m local bulk`. A module of their own, so that other commands do not load the rest."""

import argparse

KINDS = ("create", "cleanup")
STATES = ("queued", "processing", "completed", "partial", "failed", "canceled")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--person", required=True, help="the owner of the jobs")
    common.add_argument("--port", type=int, help="port of the stack (default: the stack started last)")
    one = argparse.ArgumentParser(add_help=False)
    one.add_argument("run", metavar="RUN", help="job id or tracking key of a bulk create")
    one.add_argument("--contact", action="append", default=[], metavar="ID", help="only this contact; can be repeated")
    commands = parser.add_subparsers(dest="action", required=True, metavar="COMMAND")
    listing = commands.add_parser("list", parents=[common], help="list all bulk jobs")
    listing.add_argument("--kind", choices=KINDS)
    listing.add_argument("--state", choices=STATES)
    commands.add_parser("dry-run", parents=[common, one], help="show what a cleanup would delete")
    deleting = commands.add_parser(
        "delete", parents=[common, one], help="delete what a run created, after confirmation"
    )
    deleting.add_argument("--yes", action="store_true", help="delete without confirmation")
