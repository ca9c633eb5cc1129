"""JSON Schemas of the responses of merging. Imported only to describe the API."""

from chalicelib.foundation.schema import TEXT, TEXT_OR_NULL, Schema, exact_object, list_of, ref

_KEPT = {
    **exact_object({"contact_id": TEXT, "field": TEXT_OR_NULL, "source": TEXT_OR_NULL, "source_id": TEXT_OR_NULL}),
    "description": "A field that you edited while the two were one, or a record that arrived, and where it is now.",
}

SCHEMAS: dict[str, Schema] = {
    "MergedContacts": exact_object(
        {
            "merge_id": {**TEXT_OR_NULL, "description": "Null if it was a dry run."},
            "merged": list_of(TEXT),
            "dry_run": {"type": "boolean"},
            "contact": ref("ContactInFull"),
        }
    ),
    "UnmergedContacts": exact_object(
        {
            "merge_id": TEXT,
            "contacts": {
                **list_of(ref("ContactInFull")),
                "description": "The contact in the path, unless its sources removed all of it, and the other one. "
                "None if nothing is left of either: they are two if their sources have them again.",
            },
            "kept": list_of(_KEPT),
        }
    ),
    "SplitContacts": exact_object({"contact": ref("ContactInFull"), "new_contact": ref("ContactInFull")}),
}
