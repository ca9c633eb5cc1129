"""The jobs table: jobs, their ledgers, their owners' lines, idempotency keys and the schedule's last run.

    pk              sk                        row
    job#<id>        job                       JobRow      the job itself; in the index while it heads its line
    job#<id>        ledger#<gen>#<chunk>      LedgerRow   what became of the source contacts of one chunk
    owner#<owner>   line                      QueueRow    ids of the unfinished jobs of the book's lane, in order
    owner#<owner>   lane#<lane>               QueueRow    the same of another lane; only while there are some
    owner#<owner>   owner                     OwnerRow    ids of the unfinished jobs of all those other lanes
    owner#<owner>   book                      what is kept of the owner's book as a whole; belongs to `books/book_store`
    owner#<owner>   job#<created>#<id>        ListedRow   one for each job; lists its owner's, and in the index all
    once#<hash>     once                      OnceRow     an idempotency key, for 24 hours
    schedule        run                       ran_at, when the schedule last ran; written by hand

The models declare keys and attributes and build requests; `JobStore` sends them.
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
from pynamodb.indexes import GlobalSecondaryIndex, KeysOnlyProjection
from pynamodb.models import Model


class _Keyed(Model):
    class Meta:
        table_name = "jobs"
        region = "us-east-1"  # PynamoDB wants one to build a request; nothing is ever sent from here

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)


class DueIndex(GlobalSecondaryIndex["JobRow"]):  # type: ignore[no-untyped-call] # PynamoDB leaves it untyped
    """Proposes jobs that are due. Sparse: finished jobs, and those not at the head of their line, are not in it."""

    class Meta:
        index_name = "due"
        projection = KeysOnlyProjection()

    due_shard = UnicodeAttribute(hash_key=True)
    due = NumberAttribute(range_key=True)


class ListedIndex(GlobalSecondaryIndex["ListedRow"]):  # type: ignore[no-untyped-call] # PynamoDB leaves it untyped
    """All jobs by the day they were created on, for an operator. Written once a job: no commit touches it."""

    class Meta:
        index_name = "listed"
        projection = KeysOnlyProjection()

    listed_day = UnicodeAttribute(hash_key=True)
    listed_at = UnicodeAttribute(range_key=True)


class JobRow(_Keyed):
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
    due_index = DueIndex()


class LedgerRow(_Keyed):
    lines = JSONAttribute()  # [source id, outcome, contact id, reason, name], trailing empties left out
    gone = JSONAttribute(null=True)  # source ids the provider said were deleted


class QueueRow(_Keyed):
    jobs: ListAttribute[str] = ListAttribute(of=UnicodeAttribute)  # type: ignore[arg-type] # PynamoDB types only nested maps
    edits = NumberAttribute()  # older versions counted the edits of the book here; never raised any more
    changed = UnicodeAttribute(null=True)  # "<job id>.<rev>" of the last head that left having changed something
    erasing = BooleanAttribute(null=True)  # set while a person is being erased: nothing new may begin


class OwnerRow(_Keyed):
    """Written only when a job outside the book's lane is created or ends, and by erasing."""

    jobs = UnicodeSetAttribute(null=True)  # missing when there are none
    erasing = BooleanAttribute(null=True)  # as in `QueueRow`, for all other lanes


class ListedRow(_Keyed):
    job_id = UnicodeAttribute()
    kind = UnicodeAttribute()
    listed_day = UnicodeAttribute(null=True)
    listed_at = UnicodeAttribute(null=True)  # its place: <created>#<id>
    listed_index = ListedIndex()


class IdempotencyRow(_Keyed):
    job_id = UnicodeAttribute()
    asked = UnicodeAttribute()  # hash of what was asked for; the same key must not ask for something else
    ttl = TTLAttribute()
