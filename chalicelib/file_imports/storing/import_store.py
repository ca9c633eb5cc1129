"""The store of file imports."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import wraps
from typing import ParamSpec

from chalicelib.file_imports.storing.file_import import FileImport
from chalicelib.file_imports.storing.import_rows import UNDONE_BY, decided_attribute, to_file_import, to_item
from chalicelib.foundation.clock import Clock
from chalicelib.foundation.dynamo import ConditionFailed, Dynamo, Item, TransactionCanceled, Write
from chalicelib.foundation.errors import Conflict, NotFound
from chalicelib.tables.keys import FILE_IMPORT

_Parameters = ParamSpec("_Parameters")
_MOST_TRIES = 4


@dataclass(frozen=True)
class FileImportStore:
    """Reads and writes file imports in the people table."""

    dynamo: Dynamo
    table: str
    clock: Clock

    def find(self, owner: str, import_id: str) -> FileImport | None:
        item = self.dynamo.get(self.table, FILE_IMPORT.key(owner=owner, import_id=import_id).item)
        return None if item is None else to_file_import(item)

    def get(self, owner: str, import_id: str) -> FileImport:
        """The import.

        Raises:
            NotFound: this owner has no such import.
        """
        found = self.find(owner, import_id)
        if found is None:
            raise NotFound("File import not found.")
        return found

    def of_owner(self, owner: str) -> list[FileImport]:
        """All imports of this owner, newest first."""
        return sorted(map(to_file_import, self._query(owner)), key=lambda each: each.created_at, reverse=True)

    def write_new(self, new: FileImport) -> Write:
        """A write that adds an import. Its condition fails if there is one with this id."""
        return self._put(new, "attribute_not_exists(pk)", {})

    def write(self, changed: FileImport) -> Write:
        """A write of the next version. Its condition fails if the import was changed since it was read, or deleted."""
        return self._put(changed, "version = :seen", {":seen": {"N": str(changed.version - 1)}})

    def count_decided(self, owner: str, import_id: str, counts: Mapping[str, int]) -> Write:
        """A write that adds numbers of decided rows by outcome. The import stays the same version."""
        added = ", ".join(f"{decided_attribute(outcome)} :{outcome}" for outcome in counts)
        update = {
            "TableName": self.table,
            "Key": FILE_IMPORT.key(owner=owner, import_id=import_id).item,
            "UpdateExpression": f"ADD {added}",
            "ConditionExpression": "attribute_exists(pk)",
            "ExpressionAttributeValues": {f":{outcome}": {"N": str(count)} for outcome, count in counts.items()},
        }
        return {"Update": update}

    def note_undone(self, owner: str, import_id: str, undone_by: str | None) -> Write:
        """A write that notes the job that has undone the commit; None if the commit stands again.

        The import stays the same version.
        """
        update = {
            "TableName": self.table,
            "Key": FILE_IMPORT.key(owner=owner, import_id=import_id).item,
            "UpdateExpression": f"REMOVE {UNDONE_BY}",
            "ConditionExpression": "attribute_exists(pk)",
        }
        if undone_by is not None:
            update["UpdateExpression"] = f"SET {UNDONE_BY} = :undo"
            update["ExpressionAttributeValues"] = {":undo": {"S": undone_by}}
        return {"Update": update}

    def save(self, write: Write) -> None:
        """Send one of the writes above.

        Raises:
            Conflict: its condition failed.
        """
        self.save_all([write])

    def save_all(self, writes: Sequence[Write]) -> None:
        """Send several writes, of imports and what belongs to them, in one transaction. Raises as `save`."""
        try:
            self.dynamo.commit(list(writes))
        except (ConditionFailed, TransactionCanceled):
            raise changed_meanwhile() from None

    def erase(self, owner: str) -> None:
        """Delete all imports of this owner. Safe to repeat."""
        self.dynamo.delete_many(self.table, list(self._query(owner, ProjectionExpression="pk, sk")))

    def _query(self, owner: str, **more: object) -> Iterator[Item]:
        return self.dynamo.query(
            TableName=self.table,
            KeyConditionExpression="pk = :pk AND begins_with(sk, :prefix)",
            ExpressionAttributeValues={
                ":pk": {"S": FILE_IMPORT.partition(owner=owner)},
                ":prefix": {"S": FILE_IMPORT.sk_prefix()},
            },
            ConsistentRead=True,
            **more,
        )

    def _put(self, changed: FileImport, condition: str, values: Item) -> Write:
        item = to_item(replace(changed, updated_at=self.clock.now()))
        put = {"TableName": self.table, "Item": item, "ConditionExpression": condition}
        return {"Put": {**put, **({"ExpressionAttributeValues": values} if values else {})}}


class ChangedMeanwhile(Conflict):
    """The import was changed since it was read: by a person, or by the job that reads and plans it."""


def changed_meanwhile() -> ChangedMeanwhile:
    return ChangedMeanwhile("The import was changed at the same time. Read it again, and try again.")


def repeat_if_overtaken(change: Callable[_Parameters, FileImport]) -> Callable[_Parameters, FileImport]:
    """Makes a function that reads an import and changes it read it again if it was changed in between.

    The job that reads and plans an import changes it a few times, which must not make a person's change fail.
    """

    @wraps(change)
    def repeated(*arguments: _Parameters.args, **named: _Parameters.kwargs) -> FileImport:
        for _ in range(_MOST_TRIES - 1):
            with suppress(ChangedMeanwhile):
                return change(*arguments, **named)
        return change(*arguments, **named)

    return repeated
