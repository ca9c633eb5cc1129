"""The arguments of `python -m local import`. A module of their own, so that other commands do not load the rest."""

import argparse
from pathlib import Path


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, metavar="FILE", help="a CSV, vCard, spreadsheet, LDIF or JSON of contacts")
    parser.add_argument("--person", required=True, help="whose address book the contacts come into")
    parser.add_argument("--tag", default="", help="name of the source of these contacts, such as iris-import")
    parser.add_argument(
        "--map",
        type=_mapped,
        action="append",
        default=[],
        metavar="HEADER=TARGET",
        help='what a column becomes, such as "Mobile=phones.1"; "HEADER=" ignores it; can be repeated',
    )
    parser.add_argument("--plan-only", action="store_true", help="show what would be imported, and import nothing")
    parser.add_argument("--yes", action="store_true", help="use the suggested mapping and import without confirmation")
    parser.add_argument("--port", type=int, help="port of the stack (default: the stack started last)")


def _mapped(text: str) -> str:
    if "=" not in text.lstrip("="):
        raise argparse.ArgumentTypeError(f'{text!r} is not of the form "HEADER=TARGET"')
    return text
