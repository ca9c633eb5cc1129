"""How fast rows of a file are read, beside Python's csv module on the same text."""

import csv
import io
import random
import time
from collections import deque

from chalicelib.files.delimited import read_delimited
from chalicelib.files.dialects import find_dialect
from chalicelib.files.formats import recognize
from chalicelib.files.mapping.known_headers import knows

HEADERS = ("First Name", "Last Name", "E-mail Address", "Mobile Phone", "Home Street", "Company")


def csv_of_people(rows: int) -> str:
    """A CSV file with accents, quotation marks, and line breaks in a quarter of its rows."""
    chance = random.Random(1)
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(HEADERS)
    for number in range(rows):
        street = chance.choice(["Main St 1", 'Apt "4", Main St', "Straße 1\nHinterhof", "Rua São João 2"])
        given = chance.choice(["Jürgen", "Ann", "Zoë"])
        phone = f"+49 30 {chance.randrange(10**7)}"
        writer.writerow([given, f"Müller{number}", f"m{number}@example.com", phone, street, "Acme GmbH"])
    return text.getvalue()


def seconds_of_reading(data: bytes) -> float:
    """CPU seconds of everything between the bytes and the last row."""
    began = time.process_time()
    found = recognize(data)
    encoding = found.encoding.name if found.encoding else ""
    table = read_delimited(found.data, encoding, find_dialect(found.data, encoding, knows))
    deque(table.rows, maxlen=0)
    return time.process_time() - began


def seconds_of_csv_module(text: str) -> float:
    """CPU seconds of the csv module alone, on text that is decoded already."""
    began = time.process_time()
    deque(csv.reader(io.StringIO(text, newline="")), maxlen=0)
    return time.process_time() - began
