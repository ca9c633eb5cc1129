"""What a page shows of the columns of a file of leads, and what a person chose for each. Pure functions."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from chalicelib.foundation.forms import Form
from chalicelib.leads.importing.columns import CUSTOM, IDENTITY, IGNORED, SCOPE, column_keys
from chalicelib.leads.pages.lead_view import channel_title

SAMPLES = 3  # values of a column
_NAMES = {
    "name": "Name",
    "first_name": "First name",
    "last_name": "Last name",
    "email": "Email",
    "phone": "Phone",
    "tags": "Tags",
    "channel": "Channel of the identity",
    "scope": "Scope of the identity",
    "custom": "Fields of your own, as a JSON object",
    "identity": "Identity on the channel of the row, or the default one",
    "ignore": "Ignored",
}
_PROFILE = ("name", "first_name", "last_name", "email", "phone", "tags", "custom")
_PROFILE_OF_CHANNELS = {"whatsapp": "phone", "sms": "phone", "email": "email"}


class ColumnRow(NamedTuple):
    """One column of the file."""

    place: int
    header: str  #: "" if it has none
    label: str  #: what people call it
    samples: Sequence[str]
    chosen: str
    #: the fields that this column alone can become, with their titles: custom fields, and what else was chosen
    own: Sequence[tuple[str, str]]


def column_rows(headers: Sequence[str], fields: Sequence[str], rows: Sequence[Sequence[str]]) -> list[ColumnRow]:
    """The columns as the page shows them.

    Args:
        fields: what each column becomes.
        rows: the first ones of the file.
    """
    return [
        _row(place, header, field, [row[place].strip() for row in rows if len(row) > place])
        for place, (header, field) in enumerate(zip(headers, fields, strict=True))
    ]


def field_groups(channels: Sequence[str], scoped: Sequence[str]) -> Sequence[tuple[str, Sequence[tuple[str, str]]]]:
    """What every column can become: groups of fields with their titles.

    Args:
        scoped: the channels on which identities have scopes.
    """
    identities = [f"{IDENTITY}:{channel}" for channel in channels]
    scopes = [f"{SCOPE}:{channel}" for channel in scoped]
    with_profile = [
        f"{field}+{IDENTITY}:{channel}" for channel, field in _PROFILE_OF_CHANNELS.items() if channel in channels
    ]
    return [
        ("Identifies people", [(field, field_title(field)) for field in (*identities, *with_profile)]),
        ("Profile", [(field, _NAMES[field]) for field in _PROFILE]),
        ("What identities are unique in", [(field, field_title(field)) for field in (*scopes, SCOPE)]),
        ("Of files whose rows name the channel", [(field, _NAMES[field]) for field in ("channel", IDENTITY)]),
    ]


def field_title(field: str) -> str:
    """What a column becomes, such as "Phone, and identity on WhatsApp"."""
    also, sign, rest = field.rpartition(f"+{IDENTITY}")
    if sign:
        identity = field_title(IDENTITY + rest)
        return f"{field_title(also)}, and {identity[:1].lower()}{identity[1:]}"
    kind, _, detail = field.partition(":")
    if not detail:
        return _NAMES.get(kind, kind)
    if kind == CUSTOM:
        return f"Field of your own: {detail}"
    channel, _, scope = detail.partition(":")
    if kind == SCOPE:
        return f"Scope of the identity on {channel_title(channel)}"
    return f"Identity on {channel_title(channel)}" + (f" in {scope}" if scope else "")


def chosen_fields(form: Form, headers: Sequence[str]) -> list[str]:
    """What the person chose for each column."""
    return [form.text(f"column-{place}", IGNORED)[:300] for place in range(len(headers))]


def mapping_of(headers: Sequence[str], fields: Sequence[str]) -> Mapping[str, str]:
    """The mapping that these fields are."""
    return dict(zip(column_keys(headers), fields, strict=True))


def _row(place: int, header: str, field: str, cells: Sequence[str]) -> ColumnRow:
    label = header or f"Column {place + 1}"
    custom = field if field.startswith(f"{CUSTOM}:") and f"+{IDENTITY}" not in field else f"{CUSTOM}:{label}"
    own = [custom, *([field] if _is_listed_nowhere(field, custom) else [])]
    samples = list(dict.fromkeys(filter(None, cells)))[:SAMPLES]
    return ColumnRow(place, header, label, samples, field, [(each, field_title(each)) for each in own])


def _is_listed_nowhere(field: str, custom: str) -> bool:
    also, sign, rest = field.rpartition(f"+{IDENTITY}:")
    if sign:
        return _PROFILE_OF_CHANNELS.get(rest) != also
    kind, _, detail = field.partition(":")
    if kind == SCOPE:
        return False
    return field != custom and (":" in detail if kind == IDENTITY else field not in _NAMES)
