"""People who edit a book, each a thread of one process as in an API: contact after contact, as fast as they can.

It is given its settings on the first line of its input, says `ready`, begins at the next line and stops at the end
of the input. Then it prints what each did. In production an API has processors of its own; so that it does not take the
worker's here, it gives way.
"""

import json
import os
import random
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from chalicelib.foundation.errors import ServiceError
from chalicelib.wiring import Wiring

GIVES_WAY = 10
EMAIL_SHARE = 0.3  # of the edits add an email, which looks for others that have it; the rest set a title


@dataclass
class Editor:
    """Edits the contacts it is given, at random, and remembers what it was promised to be kept.

    Args:
        name: marks its texts, so that no two editors write the same.
    """

    wiring: Wiring
    owner: str
    name: str
    contact_ids: list[str]
    chance: random.Random
    seconds: list[float] = field(default_factory=list)
    numbers: Iterator[int] = field(default_factory=count)
    refused: list[str] = field(default_factory=list)
    titles: dict[str, str] = field(default_factory=dict)
    emails: dict[str, list[str]] = field(default_factory=dict)

    def edit(self) -> None:
        contact_id, text = self.chance.choice(self.contact_ids), f"{self.name}-{next(self.numbers)}"
        adds_email = self.chance.random() < EMAIL_SHARE
        wanted = self._with_email(contact_id, text) if adds_email else {"title": text}
        began = time.perf_counter()
        try:
            self.wiring.address_book.edit_contact(self.owner, contact_id, wanted)
        except ServiceError as error:
            self.refused.append(type(error).__name__)
        else:
            self._note(contact_id, text, adds_email=adds_email)
        self.seconds.append(time.perf_counter() - began)

    def _with_email(self, contact_id: str, text: str) -> dict[str, Any]:
        shown = self.wiring.shared.contacts.get(self.owner, contact_id).shown
        return {"emails": [*shown.get("emails", []), {"value": f"{text}@edits.example"}]}

    def _note(self, contact_id: str, text: str, *, adds_email: bool) -> None:
        if adds_email:
            self.emails.setdefault(contact_id, []).append(f"{text}@edits.example")
        else:
            self.titles[contact_id] = text


def main() -> None:
    os.nice(GIVES_WAY)
    task = json.loads(sys.stdin.readline())
    os.environ.update(task["settings"])
    wiring, ids, number = Wiring(task["settings"]), task["contact_ids"], task["editors"]
    editors = [
        Editor(wiring, task["owner"], f"e{place}", ids[place::number], random.Random(place)) for place in range(number)
    ]
    for editor in editors:
        for _ in range(3):
            editor.edit()  # loads what a process loads once
        editor.seconds.clear()
    print("ready", flush=True)
    sys.stdin.readline()
    ended = threading.Event()
    threads = [threading.Thread(target=_edit_until, args=(editor, ended)) for editor in editors]
    for thread in threads:
        thread.start()
    sys.stdin.read()
    ended.set()
    for thread in threads:
        thread.join()
    members = ("seconds", "refused", "titles", "emails")
    print(json.dumps([{name: getattr(editor, name) for name in members} for editor in editors]))


def _edit_until(editor: Editor, ended: threading.Event) -> None:
    while not ended.is_set():
        editor.edit()


if __name__ == "__main__":
    main()
