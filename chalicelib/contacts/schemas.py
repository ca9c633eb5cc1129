"""A contact as every room's answers tell it, as JSON Schema. Loaded only when the API describes itself."""

from chalicelib.contacts.members import LISTS, MEMBERS, SINGLE, Kind, Member
from chalicelib.foundation.schema import INSTANT, TEXT, TEXT_OR_NULL, Schema, list_of, some_of

_BIRTHDAY = some_of({name: {"type": "integer"} for name in ("year", "month", "day")})


def _shape(member: Member) -> Schema:
    match member.kind:
        case Kind.OBJECTS:
            says = [part.name for part in member.parts if part.says]
            return list_of(some_of({part.name: TEXT for part in member.parts}, tuple(says) if len(says) == 1 else ()))
        case Kind.LINES:
            return list_of(TEXT)
        case Kind.DAY:
            return {"anyOf": [_BIRTHDAY, {"type": "null"}]}
    return TEXT


CONTACT: dict[str, Schema] = {
    "contact_id": TEXT,
    **{name: _shape(MEMBERS[name]) for name in (*SINGLE, *LISTS)},
    "possible_duplicates": list_of(TEXT),
    "external_source": {**TEXT_OR_NULL, "description": "The tracking key of the bulk run that made it."},
    "created_at": INSTANT,
    "updated_at": INSTANT,
}
