"""Small files that show what an import understands, one for each of the usual formats."""

from collections.abc import Mapping
from typing import NamedTuple


class SampleFile(NamedTuple):
    """A file to download."""

    title: str
    content: str
    content_type: str


_CSV = """First Name,Last Name,Email Address,Mobile Phone,Organization,Birthday,Notes
Ada,Lovelace,ada@example.com,+44 20 7946 0018,Analytical Engines Ltd,1815-12-10,Met in London
Grace,Hopper,grace@example.com,+1 202 555 0143,Navy,1906-12-09,
"""
_VCARD = """BEGIN:VCARD
VERSION:3.0
N:Lovelace;Ada;;;
FN:Ada Lovelace
EMAIL;TYPE=HOME:ada@example.com
TEL;TYPE=CELL:+44 20 7946 0018
ORG:Analytical Engines Ltd
BDAY:1815-12-10
NOTE:Met in London
END:VCARD
BEGIN:VCARD
VERSION:3.0
N:Hopper;Grace;;;
FN:Grace Hopper
EMAIL;TYPE=WORK:grace@example.com
TEL;TYPE=CELL:+1 202 555 0143
END:VCARD
"""
#: By their name in the address of the download.
SAMPLES: Mapping[str, SampleFile] = {
    "contacts.csv": SampleFile("CSV", _CSV.replace("\n", "\r\n"), "text/csv; charset=utf-8"),
    "contacts.vcf": SampleFile("vCard", _VCARD.replace("\n", "\r\n"), "text/vcard; charset=utf-8"),
}
