"""Contacts to be written down."""

from hypothesis import strategies as st

from chalicelib.contacts.contact import Contact
from tests.contacts.making import GOOGLE, fields, record
from tests.contacts.strategies import records, texts

UPDATED = 1_772_539_200_000  # 2026-03-03T12:00:00Z
HOSTILE = {
    "formula": '=HYPERLINK("http://evil.example","x")',
    "markup": "<script>alert(1)</script>",
    "bidi": "\u202egnp.exe\u2066",
    "long": "Ω" * 3_000,
    "injection": "x\r\nEND:VCARD\r\nBEGIN:VCARD\r\nFN:Eve",
    "beyond the plane": "😀👩‍👩‍👧𝒜" * 20,
    "escapes": "a\\nb\\,c;d,e\\",
}
contacts = st.builds(
    lambda number, records, duplicates: Contact(f"id{number}", 1, records, 1, UPDATED, duplicates),
    st.integers(0, 10**6),
    records(texts),
    st.lists(st.sampled_from(["a1", "b2"]), max_size=2, unique=True).map(tuple),
)


def contact(name: str = "", contact_id: str = "id1", **more) -> Contact:
    return Contact(contact_id, 1, [record(GOOGLE, fields(name, **more), source_id="people/c1")], UPDATED, UPDATED)
