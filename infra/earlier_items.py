"""Items as earlier versions of the service wrote them, so that an upgrade over them can be rehearsed and tested.

Those versions wrote `earlier_items.json` themselves, with the embedded AWS and people of the sandbox. Left out is what
cannot be used elsewhere, such as sealed tokens. Contacts and jobs of five people:

    olga, rosa        by the version whose contacts kept the words of a name instead of cards
    otto, paul, quin  by the version that counted edits in the owner's line: before a book had an item of its own

olga and otto had edited, emptied and deleted contacts; then a full import of their changed account was interrupted
after its first chunk, by the end of its process. rosa has a finished bulk run, one of whose contacts she edited. paul
has asked to be erased; quin too, and the first sweep is done.
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
    """What the tables and the bucket held.

    Args:
        people: what is known of each. `job`: the unfinished one, or the finished bulk run.
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
    """Everything as if the last of it had been written `AGE` before `now`."""
    text = FILE.read_text()
    made = datetime.fromtimestamp(json.loads(text)["made_at"] / 1000, UTC)
    kept = json.loads(_moved(text, made, now - AGE))
    blobs = {key: base64.b64decode(content) for key, content in kept["blobs"].items()}
    tables = {
        "jobs": [_listed(item) for item in kept["jobs"]],
        "contacts": kept["contacts"],
        "people": kept["connections"],  # the table's name in those versions
    }
    return EarlierItems(kept["people"], tables, blobs)


def account_of(person: str) -> str:
    """The address of the Google account of one of `IMPORTING`."""
    return f"{person}@moved.example"


def _moved(text: str, made: datetime, to: datetime) -> str:
    """The text with every instant in it moved as `made` is."""
    milliseconds = round((to - made).total_seconds() * 1000)
    first = str(round(made.timestamp() * 1000))[:5]
    return re.sub(rf"(?<!\d){first}\d{{8}}(?!\d)", lambda found: str(int(found[0]) + milliseconds), text)


def _listed(item: Item) -> Item:
    """With the day it was created on, which is a partition of the index of all jobs."""
    if "listed_day" in item:
        item["listed_day"]["S"] = listed_day(sort_key_instant(item["listed_at"]["S"]))
    return item
