"""Items that earlier versions of the service stored, to test and rehearse upgrades with.

Those versions wrote `earlier_items.json` themselves, with the embedded AWS and the sandbox. It lacks what cannot be
used elsewhere, such as sealed tokens. It has contacts and jobs of five people:

    olga, rosa        by the version whose contacts stored the words of a name instead of cards
    otto, paul, quin  by the version that counted edits in the owner's queue, before a book had its own item

olga and otto had edited, emptied and deleted contacts; then a full import of their changed account was interrupted
after its first chunk, by the end of its process. rosa has a finished bulk run, one of whose contacts she edited. paul
has requested his erasure; quin too, and its first sweep is done.
"""

import base64
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from chalicelib.jobs.rows import listed_day, sort_key_instant

FILE = Path(__file__).with_name("earlier_items.json")
AGE = timedelta(minutes=20)  # of the last item: leases have run out, and the wait between two sweeps is over
IMPORTING = ("olga", "otto")
SEED, BEFORE, CHANGED, ADDED = 7, 12, 6, 8  # of an account: the sandbox's seed; contacts then, changed, added

Item = dict[str, Any]


@dataclass(frozen=True)
class EarlierItems:
    """The items of the tables and the objects of the bucket.

    Args:
        people: ids of each. `job`: the unfinished one, or the finished bulk run.
            `edited`, `typed`, `deleted`: contacts whose title or addresses they edited, or that they deleted.
        tables: the items of each table, by its name. Connections lack their sealed tokens.
        blobs: the indexes and sent lists by their keys.
    """

    people: Mapping[str, Mapping[str, str]]
    tables: Mapping[str, list[Item]]
    blobs: Mapping[str, bytes]

    def job(self, person: str) -> Item:
        """The item of the person's `job`."""
        key = f"job#{self.people[person]['job']}"
        return next(item for item in self.tables["jobs"] if (item["pk"]["S"], item["sk"]["S"]) == (key, "job"))


def earlier_items(now: datetime) -> EarlierItems:
    """All items, with their instants moved so that the last one was written `AGE` before `now`."""
    text = FILE.read_text()
    made = datetime.fromtimestamp(json.loads(text)["made_at"] / 1000, UTC)
    content = json.loads(_move(text, made, now - AGE))
    blobs = {key: base64.b64decode(content) for key, content in content["blobs"].items()}
    tables = {
        "jobs": [_with_listed_day(item) for item in content["jobs"]],
        "contacts": content["contacts"],
        "people": content["connections"],  # the table's name in those versions
        "leads": [],  # which those versions do not have
    }
    return EarlierItems(content["people"], tables, blobs)


def account_of(person: str) -> str:
    """The address of the Google account of one of `IMPORTING`."""
    return f"{person}@moved.example"


def _move(text: str, made: datetime, to: datetime) -> str:
    """The text with every instant moved by the time from `made` to `to`."""
    milliseconds = round((to - made).total_seconds() * 1000)
    first = str(round(made.timestamp() * 1000))[:5]
    return re.sub(rf"(?<!\d){first}\d{{8}}(?!\d)", lambda found: str(int(found[0]) + milliseconds), text)


def _with_listed_day(item: Item) -> Item:
    """The item with the day of its creation, a partition of the index of all jobs."""
    if "listed_day" in item:
        item["listed_day"]["S"] = listed_day(sort_key_instant(item["listed_at"]["S"]))
    return item
