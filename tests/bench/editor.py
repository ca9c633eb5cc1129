"""One person's window on a book, a process of its own as an API's function is: edits contact after contact.

It is given its settings on the first line of its input, says `ready`, begins at the next line and stops at the end
of the input. Then it prints what it did.
"""

import json
import os
import random
import sys
import threading
import time
from dataclasses import dataclass, field
from typing import Any

from chalicelib.foundation.errors import ServiceError
from chalicelib.wiring import Wiring

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
    refused: list[str] = field(default_factory=list)
    titles: dict[str, str] = field(default_factory=dict)
    emails: dict[str, list[str]] = field(default_factory=dict)

    def edit(self) -> None:
        contact_id, text = self.chance.choice(self.contact_ids), f"{self.name}-{len(self.seconds)}"
        adds_email = self.chance.random() < EMAIL_SHARE
        wanted = self._with_email(contact_id, text) if adds_email else {"title": text}
        began = time.perf_counter()
        try:
            self.wiring.edit_contact(self.owner, contact_id, wanted)
        except ServiceError as error:
            self.refused.append(type(error).__name__)
        else:
            self._note(contact_id, text, adds_email=adds_email)
        self.seconds.append(time.perf_counter() - began)

    def _with_email(self, contact_id: str, text: str) -> dict[str, Any]:
        shown = self.wiring.contacts.get(self.owner, contact_id).shown
        return {"emails": [*shown.get("emails", []), {"value": f"{text}@edits.example"}]}

    def _note(self, contact_id: str, text: str, *, adds_email: bool) -> None:
        if adds_email:
            self.emails.setdefault(contact_id, []).append(f"{text}@edits.example")
        else:
            self.titles[contact_id] = text


def main() -> None:
    asked = json.loads(sys.stdin.readline())
    os.environ.update(asked["settings"])
    editor = Editor(
        Wiring(asked["settings"]), asked["owner"], asked["name"], asked["contact_ids"], random.Random(asked["name"])
    )
    for _ in range(5):
        editor.edit()  # loads what a process loads once
    editor.seconds.clear()
    print("ready", flush=True)
    sys.stdin.readline()
    ended = threading.Event()
    threading.Thread(target=lambda: (sys.stdin.read(), ended.set()), daemon=True).start()
    while not ended.is_set():
        editor.edit()
    told = {name: getattr(editor, name) for name in ("seconds", "refused", "titles", "emails")}
    print(json.dumps(told))


if __name__ == "__main__":
    main()
