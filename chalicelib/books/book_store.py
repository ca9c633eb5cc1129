"""The item of a whole book: how many edits, which contacts last, and whether it has statuses or is being erased.

One item per owner, in the jobs table. Edits and imports share no item but the contacts themselves: the commit of a job
does not check this item, and an edit does not check the job queue.
"""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

from chalicelib.books.version import UNWRITTEN, BookState, Edits, book_state
from chalicelib.foundation.dynamo import ConditionFailed, Dynamo, Item, ResponseLost, TransactionCanceled, Write
from chalicelib.foundation.errors import Conflict
from chalicelib.jobs.events import NewEvent
from chalicelib.jobs.job import Job
from chalicelib.jobs.outbox import Outbox
from chalicelib.jobs.reads import JobReads
from chalicelib.jobs.rows import queue_key, to_queue
from chalicelib.tables.keys import BOOK, BOOK_QUEUE

KEPT_EDITS = 100  # the last ones, at least
MOST_EDITS = 150  # an edit that finds more removes the oldest


@dataclass(frozen=True)
class BookStore:
    """The books' items. Every method may raise `ResponseLost` if DynamoDB does not respond."""

    dynamo: Dynamo
    table: str  #: the jobs table
    jobs: JobReads
    outbox: Outbox | None = None  #: writes the events of edits; None if nobody wants any
    most_unlinked: int = 1_000  #: contacts that may wait to be linked; further edits are linked to the index only

    def key(self, owner: str) -> Item:
        """The key of the book's item."""
        return BOOK.key(owner=owner).item

    # ── reading

    def state(self, owner: str, front: Job | None = None) -> BookState:
        """The state of the owner's book. Read it before the book itself.

        Args:
            front: the job at the front of the book's queue, if the caller knows it; else it is read, too.
        """
        keys = [queue_key(owner).item, self.key(owner)]
        items = {item["sk"]["S"]: item for item in self.dynamo.get_many(self.table, keys)}
        book, queue = items.get(BOOK.sk), to_queue(owner, items.get(BOOK_QUEUE.sk))
        if front is None and queue.jobs:
            front = self.jobs.find(queue.jobs[0])
        return book_state(
            queue,
            front,
            edits=to_edits(book),
            older_edits=_count(items.get(BOOK_QUEUE.sk)),  # older versions counted edits in the queue's item
            is_erasing=book is not None and "erasing" in book,
        )

    def edits(self, owner: str) -> Edits:
        """The edits of the owner's book."""
        return to_edits(self.dynamo.get(self.table, self.key(owner)))

    def is_empty(self, job: Job, state: BookState) -> bool:
        """Whether nothing was ever written to the book, so that it need not be read.

        Contacts are created by people, whose edits the version counts, and by jobs; later jobs wait until this one
        leaves the front of the queue. The version does not suffice: older versions did not note the imports in it.

        Args:
            job: the one at the front of the book's queue, as it was claimed.
            state: as it was read since.
        """
        return state.version == UNWRITTEN and not job.chunk and self.jobs.is_first_to_change_book(job)

    # ── writing

    def commit_edit(
        self,
        owner: str,
        contact_ids: Sequence[str],
        writes: Sequence[Write],
        seen: Edits | None = None,
        *,
        unlinked: Sequence[str] = (),
        linked: Sequence[str] = (),
        carries_statuses: bool = False,
        events: Sequence[NewEvent] = (),
    ) -> bool:
        """Write a person's changes of these contacts and record the edit, in one transaction.

        Args:
            contact_ids: the contacts that the edit changes.
            writes: of the contacts, each with its own condition.
            seen: the edits before this one, if the caller has just read them.
            unlinked: ids to add to the contacts that wait to be linked.
            linked: ids to remove from them.
            carries_statuses: whether the writes would be others if the book had statuses and `seen` says it has none.
            events: what others are told of the edit.

        Returns:
            False if a contact has changed meanwhile, or the book's first statuses were stored; nothing was written.

        Raises:
            Conflict: the owner is being erased.
        """
        seen = seen or self.edits(owner)
        add = unlinked if len(seen.unlinked) < self.most_unlinked else ()
        has_none = carries_statuses and not seen.has_statuses
        told = [] if self.outbox is None else self.outbox.writes(owner, events, self.jobs.clock.now())
        edit = self._edit_write(owner, contact_ids, add, linked, has_no_statuses=has_none)
        try:
            self.dynamo.commit([*writes, *told, edit])
        except TransactionCanceled as refused:
            if refused.reasons[-1].is_condition and "erasing" in (refused.reasons[-1].old or {}):
                raise Conflict("Your data is being erased, so nothing can be changed.") from None
            return False
        if len(seen.recent) > MOST_EDITS:
            self._trim(owner, len(seen.recent))
        return True

    def note_linked(self, owner: str, contact_id: str) -> None:
        """Remove a contact from those that wait to be linked, although there was nothing to write."""
        with suppress(ConditionFailed):  # the owner is being erased
            self.dynamo.update(
                **self._item_key(owner),
                UpdateExpression="DELETE unlinked :linked",
                ConditionExpression="attribute_exists(unlinked) AND attribute_not_exists(erasing)",
                ExpressionAttributeValues={":linked": {"SS": [contact_id]}},
            )

    def statuses_write(self, owner: str) -> Write:
        """The write that notes that the book has statuses of enrichment, for the transaction that stores the first."""
        return {
            "Update": {
                **self._item_key(owner),
                "UpdateExpression": "SET has_statuses = :true",
                "ExpressionAttributeValues": {":true": {"BOOL": True}},
            }
        }

    def note_statuses(self, owner: str) -> None:
        """Note that the book has statuses of enrichment, before the first is stored. May be repeated."""
        self.dynamo.update(**self.statuses_write(owner)["Update"])

    def erasing_write(self, owner: str) -> Write:
        """The write after which every edit is refused, because the owner is being erased."""
        return {
            "Update": {
                **self._item_key(owner),
                "UpdateExpression": "SET erasing = :true",
                "ExpressionAttributeValues": {":true": {"BOOL": True}},
            }
        }

    def not_erasing_check(self, owner: str) -> Write:
        """The check that the owner is not being erased, for what is stored of them beside the book."""
        condition = {"ConditionExpression": "attribute_not_exists(erasing)"}
        return {"ConditionCheck": {**self._item_key(owner), **condition}}

    def forget_write(self, owner: str) -> Write:
        """The write that deletes the item, at the end of the erasure."""
        return {"Delete": self._item_key(owner)}

    def _edit_write(
        self,
        owner: str,
        contact_ids: Sequence[str],
        unlinked: Sequence[str],
        linked: Sequence[str],
        *,
        has_no_statuses: bool,
    ) -> Write:
        edit = {"L": [{"S": contact_id} for contact_id in contact_ids]}
        expression = "SET recent = list_append(if_not_exists(recent, :none), :edit) ADD edits :one"
        values: Item = {":none": {"L": []}, ":edit": {"L": [edit]}, ":one": {"N": "1"}}
        if unlinked:
            expression, values = f"{expression}, unlinked :unlinked", {**values, ":unlinked": {"SS": list(unlinked)}}
        if linked:
            expression, values = f"{expression} DELETE unlinked :linked", {**values, ":linked": {"SS": list(linked)}}
        condition = "attribute_not_exists(erasing)"
        if has_no_statuses:
            condition += " AND attribute_not_exists(has_statuses)"
        return {
            "Update": {
                **self._item_key(owner),
                "UpdateExpression": expression,
                "ConditionExpression": condition,
                "ExpressionAttributeValues": values,
                "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
            }
        }

    def _trim(self, owner: str, length: int) -> None:
        """Remove the oldest of the recent edits, unless another edit has just done so; the next edit tries again.

        Concurrent edits are appended, so the first ones stay the oldest.
        """
        oldest = ", ".join(f"recent[{index}]" for index in reversed(range(length - KEPT_EDITS)))
        try:
            self.dynamo.update(
                **self._item_key(owner),
                UpdateExpression=f"REMOVE {oldest}",
                ConditionExpression="size(recent) >= :length",
                ExpressionAttributeValues={":length": {"N": str(length)}},
            )
        except (ConditionFailed, ResponseLost):
            return

    def _item_key(self, owner: str) -> Item:
        return {"TableName": self.table, "Key": self.key(owner)}


def to_edits(item: Item | None) -> Edits:
    """The edits in a book's item; none if there is no item."""
    if item is None:
        return Edits()
    recent = tuple(tuple(contact_id["S"] for contact_id in edit["L"]) for edit in item.get("recent", {}).get("L", ()))
    unlinked = frozenset(item.get("unlinked", {}).get("SS", ()))
    return Edits(_count(item), recent, unlinked, has_statuses="has_statuses" in item)


def _count(item: Item | None) -> int:
    return 0 if item is None or "edits" not in item else int(item["edits"]["N"])
