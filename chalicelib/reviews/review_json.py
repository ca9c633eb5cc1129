"""The JSON of reviews in responses."""

from collections.abc import Sequence
from typing import Any

from chalicelib.contacts.contact import Contact
from chalicelib.contacts.contact_fields import DEFAULTS, with_defaults
from chalicelib.contacts.contact_json import contact_details_json
from chalicelib.foundation.clock import instant, rfc3339
from chalicelib.foundation.json import JsonObject
from chalicelib.reviews.compare_contacts import FieldComparison, SideValue
from chalicelib.reviews.list_reviews import Queue
from chalicelib.reviews.read_review import ReadSides, ReviewDetails
from chalicelib.reviews.review import ImportRow, Reason, Side
from chalicelib.reviews.review_store import Decided

WAITING = tuple(reason for reason in Reason if reason is not Reason.CHOSEN)


def review_json(sides: ReadSides, *, is_put_off: bool) -> JsonObject:
    """A review in a list."""
    review = sides.review
    return {
        "review_id": review.review_id,
        "reason": review.reason.value,
        "reasons": list(review.reasons),
        "score": review.score,
        "found_at": None if review.at is None else rfc3339(instant(review.at)),
        "left": _side(review.left, sides.left),
        "right": _side(review.right, sides.right),
        "differs": list(sides.differs),
        "put_off": is_put_off,
    }


def review_details_json(details: ReviewDetails) -> JsonObject:
    """A review in full: each field of both sides, and their source records."""
    sides = details.sides
    return {
        **review_json(sides, is_put_off=details.is_put_off),
        "fields": [_field(each) for each in details.fields],
        "left_contact": contact_details_json(sides.left, (), details.left.source_rows),
        "right_contact": contact_details_json(sides.right, (), details.right.source_rows),
    }


def counts_json(queue: Queue) -> JsonObject:
    """How many wait, by reason, and how many were put off."""
    counts = queue.counts
    return {**{reason.value: counts.get(reason, 0) for reason in WAITING}, "put_off": len(queue.put_off)}


def decided_json(decided: Decided) -> JsonObject:
    """What was decided of a review."""
    return {
        "review_id": decided.review_id,
        "decision": decided.answer.value,
        "into": decided.into or None,
        "merged": decided.merged or None,
        "job_id": decided.job_id or None,
        "decided_at": rfc3339(instant(decided.at)),
    }


def _side(side: Side, contact: Contact) -> JsonObject:
    is_row = isinstance(side, ImportRow)
    return {
        "contact_id": None if is_row else contact.contact_id or None,
        "import_id": side.import_id if isinstance(side, ImportRow) else None,
        "row": side.row if isinstance(side, ImportRow) else None,
        "version": None if is_row else contact.version,
        "display": contact.shown.get("display", ""),
        "organization": contact.shown.get("organization", ""),
        "emails": contact.shown.get("emails", []),
        "phones": contact.shown.get("phones", []),
    }


def _field(field: FieldComparison) -> JsonObject:
    return {
        "field": field.field,
        "difference": field.difference.value,
        "left": _values(field, field.left),
        "right": _values(field, field.right),
    }


def _values(field: FieldComparison, values: Sequence[SideValue]) -> list[Any]:
    return [
        {
            "value": with_defaults(field.field, each.value) if field.field in DEFAULTS else each.value,
            "text": each.text,
            "label": each.label,
            "is_common": each.is_common,
            "differs": _marks(each),
        }
        for each in values
    ]


def _marks(value: SideValue) -> list[list[int]]:
    """Where the text differs from the other side's: begin and end of each part, in characters (code points)."""
    marks, at = list[list[int]](), 0
    for segment in value.segments:
        if segment.differs:
            marks.append([at, at + len(segment.text)])
        at += len(segment.text)
    return marks
