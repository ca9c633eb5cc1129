"""Writes a book as JSON: each contact as in the API, with the provenance of its values, in no particular order."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from chalicelib.contacts.contact import Contact
from chalicelib.contacts.contact_json import contact_details_json
from chalicelib.foundation.clock import rfc3339
from chalicelib.foundation.fast_json import encode_json


def json_of(contacts: Iterable[Contact], now: datetime, *, has_external_ids: bool = False) -> Iterator[str]:
    """`{"exported_at": …, "contacts": […]}`, one contact at a time, so that memory does not grow with the book."""
    yield f'{{"exported_at":"{rfc3339(now)}","contacts":['
    between = "\n"
    for contact in contacts:
        yield between + encode_json(contact_details_json(contact, has_external_ids=has_external_ids))
        between = ",\n"
    yield "\n]}\n"
