"""What `python -m local bulk` may be told. Apart from what it does, so that no other part loads that."""

import argparse

KINDS = ("create", "cleanup")
STATES = ("queued", "processing", "completed", "partial", "failed", "canceled")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--person", required=True, help="whose jobs they are")
    common.add_argument("--port", type=int, help="the stack's; the newest that runs unless given")
    one = argparse.ArgumentParser(add_help=False)
    one.add_argument("run", metavar="RUN", help="the job id of a bulk create, or its tracking key")
    one.add_argument("--contact", action="append", default=[], metavar="ID", help="only this one; may be repeated")
    whats = parser.add_subparsers(dest="what", required=True, metavar="WHAT")
    listing = whats.add_parser("list", parents=[common], help="all bulk jobs, running and past")
    listing.add_argument("--kind", choices=KINDS)
    listing.add_argument("--state", choices=STATES)
    whats.add_parser("dry-run", parents=[common, one], help="what a cleanup would delete")
    deleting = whats.add_parser("delete", parents=[common, one], help="delete what a run created, after asking")
    deleting.add_argument("--yes", action="store_true", help="do not ask")
