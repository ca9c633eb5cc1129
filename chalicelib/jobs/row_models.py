"""The items of the jobs table that the job engine writes, as PynamoDB models; their keys are in `tables.keys`.

The models declare attributes and build requests; `JobStore` sends them.
"""

from pynamodb.attributes import (
    BooleanAttribute,
    JSONAttribute,
    ListAttribute,
    NumberAttribute,
    TTLAttribute,
    UnicodeAttribute,
    UnicodeSetAttribute,
)

from chalicelib.tables.keyed_row import KeyedRow


class JobRow(KeyedRow):
    job_id = UnicodeAttribute()
    owner = UnicodeAttribute()
    kind = UnicodeAttribute()
    lane = UnicodeAttribute(null=True)  # missing for the book's lane
    state = UnicodeAttribute()
    rev = NumberAttribute()
    holder = UnicodeAttribute(null=True)
    due_shard = UnicodeAttribute(null=True)
    due = NumberAttribute(null=True)
    not_before = NumberAttribute(null=True)
    waiting = UnicodeAttribute(null=True)
    generation = NumberAttribute()
    chunk = NumberAttribute()
    cursor = JSONAttribute(null=True)
    created = NumberAttribute()
    updated = NumberAttribute()
    unchanged = NumberAttribute()
    skipped = NumberAttribute()
    failed = NumberAttribute()
    removed = NumberAttribute()  # further outcomes of a kind are count_<outcome>
    estimate = NumberAttribute(null=True)
    attempts = NumberAttribute()
    failures = NumberAttribute()
    crashes = NumberAttribute()
    details = JSONAttribute()
    error = UnicodeAttribute(null=True)
    error_code = UnicodeAttribute(null=True)
    retry_of = UnicodeAttribute(null=True)
    viewer = UnicodeAttribute(null=True)
    created_at = NumberAttribute()
    claimed_at = NumberAttribute(null=True)
    updated_at = NumberAttribute(null=True)
    finished_at = NumberAttribute(null=True)
    ttl = TTLAttribute(null=True)  # only an erasure leaves nothing behind for good


class LedgerRow(KeyedRow):
    lines = JSONAttribute()  # [source id, outcome, contact id, reason, name], trailing empties left out
    gone = JSONAttribute(null=True)  # source ids the provider said were deleted


class QueueRow(KeyedRow):
    jobs: ListAttribute[str] = ListAttribute(of=UnicodeAttribute)  # type: ignore[arg-type] # PynamoDB types only nested maps
    edits = NumberAttribute()  # older versions counted the edits of the book here; never raised any more
    changed = UnicodeAttribute(null=True)  # "<job id>.<rev>" of the last head that left having changed something
    erasing = BooleanAttribute(null=True)  # set while a person is being erased: nothing new may begin


class OwnerRow(KeyedRow):
    """Written only when a job outside the book's lane is created or ends, and by erasing."""

    jobs = UnicodeSetAttribute(null=True)  # missing when there are none
    erasing = BooleanAttribute(null=True)  # as in `QueueRow`, for all other lanes


class ListedRow(KeyedRow):
    job_id = UnicodeAttribute()
    kind = UnicodeAttribute()
    listed_day = UnicodeAttribute(null=True)
    listed_at = UnicodeAttribute(null=True)  # its place: <created>#<id>


class IdempotencyRow(KeyedRow):
    job_id = UnicodeAttribute()
    asked = UnicodeAttribute()  # hash of what was asked for; the same key must not ask for something else
    ttl = TTLAttribute()
