"""The arguments of `python -m local import`. A module of their own, so that other commands do not load the rest."""

import argparse
from pathlib import Path

MATCH_BY = ("number_and_name", "number_or_email_and_name")
DATE_ORDERS = ("day_first", "month_first")


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
    parser.add_argument("--region", default="", help="country of phone numbers without a country code, such as DE")
    parser.add_argument("--match-by", default="", choices=MATCH_BY, help="how rows match contacts")
    parser.add_argument("--encoding", default="", help="encoding of a text file, such as cp1252 (default: found)")
    parser.add_argument(
        "--date-order",
        default="",
        choices=DATE_ORDERS,
        help="order of dates such as 03/04/1990, where the file does not show it",
    )
    parser.add_argument("--plan-only", action="store_true", help="show what would be imported; ask and import nothing")
    parser.add_argument(
        "--yes",
        action="store_true",
        help="use the suggested mapping and import without confirmation, unless a column must be chosen first",
    )
    parser.add_argument("--port", type=int, help="port of the stack (default: the stack started last)")


def _mapped(text: str) -> str:
    if "=" not in text.lstrip("="):
        raise argparse.ArgumentTypeError(f'{text!r} is not of the form "HEADER=TARGET"')
    return text
