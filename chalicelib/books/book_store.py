"""What is kept of a book as a whole: how often people edited it, what they edited last, and whether it is being erased.

One item per owner, beside their jobs. Edits and imports share no item but the contacts themselves: a commit of a job
never looks at this one, and edits never look at the line of the jobs.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from chalicelib.books.version import BookState, Edits, book_state
from chalicelib.foundation.dynamo import ConditionFailed, Dynamo, Item, ResponseLost, TransactionCanceled, Write
from chalicelib.foundation.errors import Conflict
from chalicelib.jobs.reads import JobReads
from chalicelib.jobs.rows import queue_key, to_queue
from chalicelib.tables.keys import BOOK, BOOK_QUEUE

KEPT_EDITS = 100  # of the last ones, at least
MOST_EDITS = 150  # an editor that finds more than that removes the oldest


@dataclass(frozen=True)
class BookStore:
    """Args:
    table: of the jobs; a book's item is beside its owner's jobs. jobs: says which job is at the front of a line.
    """

    dynamo: Dynamo
    table: str
    jobs: JobReads

    # ── reading

    def state(self, owner: str) -> BookState:
        """The state of the owner's book; to be read before the book itself."""
        keys = [queue_key(owner).item, BOOK.key(owner=owner).item]
        items = {item["sk"]["S"]: item for item in self.dynamo.get_many(self.table, keys)}
        book, line = items.get(BOOK.sk), to_queue(owner, items.get(BOOK_QUEUE.sk))
        return book_state(
            line,
            self.jobs.find(line.jobs[0]) if line.jobs else None,
            edits=_edits(book),
            older_edits=_count(items.get(BOOK_QUEUE.sk)),  # older versions counted edits with the line
            is_erasing=book is not None and "erasing" in book,
        )

    def edits(self, owner: str) -> Edits:
        """The edits of the owner's book; one read."""
        item = self.dynamo.get(self.table, BOOK.key(owner=owner).item)
        return _edits(item)

    # ── writing

    def commit_edit(
        self, owner: str, contact_ids: Sequence[str], writes: Sequence[Write], seen: Edits | None = None
    ) -> bool:
        """Write what a person does to these contacts and note the edit, in one transaction.

        Args:
            seen: the edits before, if the caller has just read them.

        Returns:
            False if a contact was changed meanwhile; nothing was written.

        Raises:
            Conflict: the person is being erased.
        """
        seen = seen or self.edits(owner)
        try:
            self.dynamo.commit([*writes, self._edit_write(owner, contact_ids)])
        except TransactionCanceled as refused:
            if refused.reasons[-1].is_condition:
                raise Conflict("Your data is being erased; nothing can be changed any more.") from None
            return False
        if len(seen.recent) > MOST_EDITS:
            self._trim(owner, len(seen.recent))
        return True

    def erasing_write(self, owner: str) -> Write:
        """Refuses every edit from now on, until `forget_write`."""
        return {
            "Update": {
                **self._place(owner),
                "UpdateExpression": "SET erasing = :true",
                "ExpressionAttributeValues": {":true": {"BOOL": True}},
            }
        }

    def forget_write(self, owner: str) -> Write:
        """Removes all of it, with the end of the erasure."""
        return {"Delete": self._place(owner)}

    def _edit_write(self, owner: str, contact_ids: Sequence[str]) -> Write:
        edit = {"L": [{"S": contact_id} for contact_id in contact_ids]}
        return {
            "Update": {
                **self._place(owner),
                "UpdateExpression": "SET recent = list_append(if_not_exists(recent, :none), :edit) ADD edits :one",
                "ConditionExpression": "attribute_not_exists(erasing)",
                "ExpressionAttributeValues": {":none": {"L": []}, ":edit": {"L": [edit]}, ":one": {"N": "1"}},
            }
        }

    def _trim(self, owner: str, length: int) -> None:
        """Remove the oldest of the recent edits, unless another editor just did; the next one tries again.

        Edits that land meanwhile are appended, so the first ones stay the oldest.
        """
        oldest = ", ".join(f"recent[{index}]" for index in reversed(range(length - KEPT_EDITS)))
        try:
            self.dynamo.update(
                **self._place(owner),
                UpdateExpression=f"REMOVE {oldest}",
                ConditionExpression="size(recent) >= :length",
                ExpressionAttributeValues={":length": {"N": str(length)}},
            )
        except (ConditionFailed, ResponseLost):
            return

    def _place(self, owner: str) -> Item:
        return {"TableName": self.table, "Key": BOOK.key(owner=owner).item}


def _edits(item: Item | None) -> Edits:
    return Edits() if item is None else Edits(_count(item), _recent(item))


def _count(item: Item | None) -> int:
    return 0 if item is None or "edits" not in item else int(item["edits"]["N"])


def _recent(item: Item) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(contact_id["S"] for contact_id in edit["L"]) for edit in item.get("recent", {}).get("L", ()))
