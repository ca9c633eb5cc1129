"""File imports as items of the people table and back. By hand: PynamoDB loads slowly, and the status route needs it."""

from dataclasses import fields
from typing import Any

from chalicelib.file_imports.storing.file_import import FileImport, FileImportState, Plan
from chalicelib.file_imports.storing.match_by import MatchBy
from chalicelib.foundation.clock import instant, milliseconds
from chalicelib.foundation.dynamo import Item
from chalicelib.foundation.fast_json import decode_json, encode_json
from chalicelib.tables.keys import FILE_IMPORT

_APART = ("created_at", "updated_at", "plan", "decided", "undone_by")
_FIELDS = [each.name for each in fields(FileImport) if each.name not in _APART]
_DECIDED = "decided_"  # begins the names of attributes with numbers of decided rows, before the outcome
UNDONE_BY = "undone_by"  # the attribute with the id of the job that has undone the commit


def to_item(found: FileImport) -> Item:
    """The item. Its version, undo and numbers of decided rows are attributes for expressions; the rest is JSON."""
    content = {
        **{name: getattr(found, name) for name in _FIELDS},
        "created_at": milliseconds(found.created_at),
        "updated_at": None if found.updated_at is None else milliseconds(found.updated_at),
        "plan": None if found.plan is None else found.plan.json(),
    }
    return {
        **FILE_IMPORT.key(owner=found.owner, import_id=found.import_id).item,
        "version": {"N": str(found.version)},
        "content": {"S": encode_json(content)},
        **{decided_attribute(outcome): {"N": str(count)} for outcome, count in found.decided.items()},
        **({} if found.undone_by is None else {UNDONE_BY: {"S": found.undone_by}}),
    }


def decided_attribute(outcome: str) -> str:
    """The attribute with the number of rows that a person has decided with this outcome."""
    return f"{_DECIDED}{outcome}"


def to_file_import(item: Item) -> FileImport:
    content: dict[str, Any] = decode_json(item["content"]["S"])
    updated_at, plan = content["updated_at"], content["plan"]
    return FileImport(
        **{
            **{name: content[name] for name in _FIELDS if name in content},
            "match_by": MatchBy(content["match_by"]),
            "state": FileImportState(content["state"]),
            "created_at": instant(content["created_at"]),
            "updated_at": None if updated_at is None else instant(updated_at),
            "plan": None if plan is None else Plan.of(plan),
            "decided": {
                name.removeprefix(_DECIDED): int(value["N"])
                for name, value in item.items()
                if name.startswith(_DECIDED)
            },
            "undone_by": item[UNDONE_BY]["S"] if UNDONE_BY in item else None,
        }
    )
