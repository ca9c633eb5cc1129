"""How fast vCards are read, beside vobject on the same text."""

import random
import time
from collections import deque

import vobject  # type: ignore[import-untyped]

from chalicelib.files.read_file import read_file

_CARD = """BEGIN:VCARD
VERSION:3.0
N:Müller{number};{given};;;
FN:{given} Müller{number}
ORG:Acme GmbH;Sales
TITLE:Head of sales\\, north
EMAIL;type=INTERNET;type=WORK;type=pref:m{number}@example.com
TEL;type=CELL;type=VOICE;type=pref:+49 30 {phone}
item1.TEL:+49 40 {phone}
item1.X-ABLabel:_$!<Main>!$_
item2.ADR;type=HOME:;;{street};Berlin;;10115;Germany
item2.X-ABADR:de
BDAY;value=date:19{year}-04-02
NOTE:Met at the fair in spring; likes tea\\, coffee and long walks. Call
  in the morning.
CATEGORIES:Friends,Sales
END:VCARD
"""


def cards_of_people(number: int) -> str:
    """A file of version 3.0 as phones write it: accents, labels, and one folded line for each card."""
    chance = random.Random(1)
    return "".join(
        _CARD.format(
            number=each,
            given=chance.choice(["Jürgen", "Ann", "Zoë"]),
            phone=chance.randrange(10**6, 10**7),
            street=chance.choice(["Main St 1", "Straße 1\\nHinterhof", "Rua São João 2"]),
            year=chance.randrange(50, 99),
        )
        for each in range(number)
    ).replace("\n", "\r\n")


def seconds_of_reading(data: bytes) -> float:
    """CPU seconds of everything between the bytes and the last card, its fields included."""
    began = time.process_time()
    deque(read_file(data).contents, maxlen=0)  # type: ignore[arg-type] # cards, not a table
    return time.process_time() - began


def seconds_of_vobject(text: str) -> float:
    """CPU seconds of vobject alone, on text that is decoded already."""
    began = time.process_time()
    deque(vobject.readComponents(text), maxlen=0)
    return time.process_time() - began
