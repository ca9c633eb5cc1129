"""A contact as every room's answers tell it, as JSON Schema. Loaded only when the API describes itself."""

from chalicelib.foundation.schema import INSTANT, TEXT, TEXT_OR_NULL, Schema, list_of, some_of

_LABELED = some_of({"value": TEXT, "label": TEXT}, ("value",))
_BIRTHDAY = some_of({name: {"type": "integer"} for name in ("year", "month", "day")})
_ADDRESS = some_of(dict.fromkeys(("street", "city", "region", "postal_code", "country", "label"), TEXT))
_TEXTS = ("display", "given", "family", "nickname", "organisation", "department", "title", "notes", "photo_url")
CONTACT: dict[str, Schema] = {
    "contact_id": TEXT,
    **dict.fromkeys(_TEXTS, TEXT),
    "birthday": {"anyOf": [_BIRTHDAY, {"type": "null"}]},
    "emails": list_of(_LABELED),
    "phones": list_of(some_of({"raw": TEXT, "e164": TEXT, "label": TEXT}, ("raw",))),
    "addresses": list_of(_ADDRESS),
    "urls": list_of(_LABELED),
    "groups": list_of(TEXT),
    "possible_duplicates": list_of(TEXT),
    "external_source": {**TEXT_OR_NULL, "description": "The tracking key of the bulk run that made it."},
    "created_at": INSTANT,
    "updated_at": INSTANT,
}
