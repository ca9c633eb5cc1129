"""What is kept of a book as a whole: how often people edited it, what they edited last, and whether it is being erased.

One item per owner, beside their jobs. Edits and imports share no item but the contacts themselves: a commit of a job
never looks at this one, and edits never look at the line of the jobs.
"""

from collections.abc import Sequence
from contextlib import suppress
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
    most_unlinked: contacts that may wait to be linked; a later edit is linked to what the index shows it, no more.
    """

    dynamo: Dynamo
    table: str
    jobs: JobReads
    most_unlinked: int = 1_000

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
        self,
        owner: str,
        contact_ids: Sequence[str],
        writes: Sequence[Write],
        seen: Edits | None = None,
        *,
        unlinked: Sequence[str] = (),
        linked: Sequence[str] = (),
    ) -> bool:
        """Write what a person does to these contacts and note the edit, in one transaction.

        Args:
            seen: the edits before, if the caller has just read them.
            unlinked, linked: contacts to add to those that wait to be linked, and to take from them.

        Returns:
            False if a contact was changed meanwhile; nothing was written.

        Raises:
            Conflict: the person is being erased.
        """
        seen = seen or self.edits(owner)
        add = unlinked if len(seen.unlinked) < self.most_unlinked else ()
        try:
            self.dynamo.commit([*writes, self._edit_write(owner, contact_ids, add, linked)])
        except TransactionCanceled as refused:
            if refused.reasons[-1].is_condition:
                raise Conflict("Your data is being erased, so nothing can be changed.") from None
            return False
        if len(seen.recent) > MOST_EDITS:
            self._trim(owner, len(seen.recent))
        return True

    def note_linked(self, owner: str, contact_id: str) -> None:
        """This contact waits to be linked no longer; there was nothing to write."""
        with suppress(ConditionFailed):  # the person is being erased
            self.dynamo.update(
                **self._place(owner),
                UpdateExpression="DELETE unlinked :linked",
                ConditionExpression="attribute_exists(unlinked) AND attribute_not_exists(erasing)",
                ExpressionAttributeValues={":linked": {"SS": [contact_id]}},
            )

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

    def _edit_write(
        self, owner: str, contact_ids: Sequence[str], unlinked: Sequence[str], linked: Sequence[str]
    ) -> Write:
        edit = {"L": [{"S": contact_id} for contact_id in contact_ids]}
        expression = "SET recent = list_append(if_not_exists(recent, :none), :edit) ADD edits :one"
        values: Item = {":none": {"L": []}, ":edit": {"L": [edit]}, ":one": {"N": "1"}}
        if unlinked:
            expression, values = f"{expression}, unlinked :unlinked", {**values, ":unlinked": {"SS": list(unlinked)}}
        if linked:
            expression, values = f"{expression} DELETE unlinked :linked", {**values, ":linked": {"SS": list(linked)}}
        return {
            "Update": {
                **self._place(owner),
                "UpdateExpression": expression,
                "ConditionExpression": "attribute_not_exists(erasing)",
                "ExpressionAttributeValues": values,
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
    if item is None:
        return Edits()
    return Edits(_count(item), _recent(item), frozenset(item.get("unlinked", {}).get("SS", ())))


def _count(item: Item | None) -> int:
    return 0 if item is None or "edits" not in item else int(item["edits"]["N"])


def _recent(item: Item) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(contact_id["S"] for contact_id in edit["L"]) for edit in item.get("recent", {}).get("L", ()))
