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
    """A job; `job.py` explains its attributes."""

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
    failed_chunks = JSONAttribute(null=True)  # missing if no line failed
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
    request_id = UnicodeAttribute(null=True)
    client = UnicodeAttribute(null=True)
    created_at = NumberAttribute()
    claimed_at = NumberAttribute(null=True)
    updated_at = NumberAttribute(null=True)
    finished_at = NumberAttribute(null=True)
    ttl = TTLAttribute(null=True)  # set at the end of an erasure, and of kinds that expire


class QueueRow(KeyedRow):
    """The queue of one lane of an owner."""

    jobs: ListAttribute[str] = ListAttribute(of=UnicodeAttribute)  # type: ignore[arg-type] # PynamoDB types only nested maps
    edits = NumberAttribute()  # of the book, counted here by older versions; no longer written, only read
    changed = UnicodeAttribute(null=True)  # "<job id>.<rev>" of the last job to leave the front after a change
    erasing = BooleanAttribute(null=True)  # set while the owner is being erased: no job may be added


class OwnerRow(KeyedRow):
    """The owner's jobs outside the book's lane. Written when one is created or ends, and by an erasure."""

    jobs = UnicodeSetAttribute(null=True)  # missing when there are none
    erasing = BooleanAttribute(null=True)  # as in `QueueRow`, for all other lanes


class ListedRow(KeyedRow):
    """A job in the list of its owner, and in the list of all jobs."""

    job_id = UnicodeAttribute()
    kind = UnicodeAttribute()
    listed_day = UnicodeAttribute(null=True)
    listed_at = UnicodeAttribute(null=True)  # its sort key: <created>#<id>
    ttl = TTLAttribute(null=True)  # of kinds that expire
