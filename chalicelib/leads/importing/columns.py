"""What the columns of a file of leads are: identities on channels, and what the organization knows about the people.

A mapping may say it, by header. Without one, headers are recognized in several languages. If no column is an identity,
the first one with phone numbers or addresses is that of the import's channel, and profile data too; a column of mobile
numbers goes before others.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from chalicelib.files.mapping.headers import plain_header
from chalicelib.files.mapping.known_headers import meaning_of
from chalicelib.files.mapping.presets import recognize
from chalicelib.files.mapping.target import NAME
from chalicelib.leads.channels.headers import (
    ChannelHeader,
    channel_of_header,
    field_of_own_header,
    scope_of_header,
)
from chalicelib.leads.own_files import (
    EXPORT_COLUMNS,
    IDENTITY_COLUMN,
    LAST_EXPORT_COLUMNS,
    SCOPE_COLUMN,
    is_export,
    result_columns,
)
from chalicelib.leads.profile_input import LONGEST_NAME, MOST_FIELDS

IDENTITY, SCOPE, CUSTOM, IGNORED = "identity", "scope", "custom", "ignore"
FIELDS = ("name", "first_name", "last_name", "email", "phone", "tags", "channel", SCOPE, CUSTOM, IDENTITY, IGNORED)
MOST_COLUMNS = 200
DELIMITERS = (",", ";", "\t", "|")
OF_MEANINGS = {
    (NAME, ""): "name",
    ("display", ""): "name",
    ("given", ""): "first_name",
    ("family", ""): "last_name",
    ("emails", "value"): "email",
    ("phones", "raw"): "phone",
}
_NAME, _FIRST_NAME, _LAST_NAME = "name", "first_name", "last_name"
_AND_IDENTITY = f"+{IDENTITY}"  # of a column that is an identity, too, such as "phone+identity:whatsapp"
_WITH_IDENTITY = ("email", "phone", CUSTOM)
_PHONE_CHANNELS = ("whatsapp", "sms")
_OF_OTHERS = {"assistant", "company", "isdn", "pager", "telex", "tty"}  # labels of numbers
_MESSENGERS = "ims"
_WITHOUT_SCOPES = {"sms", "email", "telegram"}
_SELDOM_WITH_SCOPES = {*_WITHOUT_SCOPES, "whatsapp"}  # where BSUIDs have them
_PROFILE_OF = {"email": "email", "sms": "phone"}  # headers that name a channel, and usually mean the profile


class InvalidColumns(Exception):
    """The columns of the file cannot be imported.

    Args:
        code: for programs.
        words: what is wrong and how to fix it.
    """

    def __init__(self, code: str, words: str) -> None:
        super().__init__(words)
        self.code, self.words = code, words


class IdentityColumn(NamedTuple):
    """A column whose cells identify people."""

    column: int
    channel: str  #: "" if another column names it, or else that of the import
    scope: str | None = None  #: None for that of the import


@dataclass(frozen=True, slots=True)
class Columns:
    """Which column is what, by index."""

    headers: tuple[str, ...]
    identities: tuple[IdentityColumn, ...]
    #: "name", "first_name", "last_name", "email", "phone", "tags", "channel", "custom" (JSON objects), and what
    #: identities are unique in: "scope", or "scope:CHANNEL" for those of one channel; as far as they are there
    fields: Mapping[str, int]
    #: names of custom fields, with their columns
    custom: tuple[tuple[str, int], ...] = ()

    def fields_in_order(self) -> list[str]:
        """What each column is, as a mapping says it."""
        found = [IGNORED] * len(self.headers)
        for field, index in self.fields.items():
            found[index] = field
        for name, index in self.custom:
            found[index] = f"{CUSTOM}:{name}"
        for index, channel, scope in self.identities:
            identity = ":".join([IDENTITY, *filter(None, (channel, scope))])
            found[index] = identity if found[index] == IGNORED else f"{found[index]}+{identity}"
        return found

    def json(self) -> dict[str, str]:
        """The mapping with which the same headers give these columns."""
        return dict(zip(column_keys(self.headers), self.fields_in_order(), strict=True))


def column_keys(headers: Sequence[str]) -> list[str]:
    """What a mapping calls the columns: by their headers, or by number, such as "#2", if that is not clear."""
    return [
        header if header and headers.count(header) == 1 else f"#{number}" for number, header in enumerate(headers, 1)
    ]


def find_delimiter(header_line: str) -> str:
    """The sign between the headers: the one that gives the most known headers, and of those the most columns."""

    def fitness(sign: str) -> tuple[int, int]:
        headers = [header.strip().strip('"') for header in header_line.split(sign)]
        return sum(field_of_header(header, ()) != "" for header in headers) if len(headers) > 1 else 0, len(headers)

    return max(DELIMITERS, key=fitness)


def find_columns(
    headers: Sequence[str], *, channels: Sequence[str], channel: str, mapping: Mapping[str, str] | None = None
) -> Columns:
    """The columns of a file with these headers.

    Args:
        channels: the names of all channels.
        channel: that of identities whose channel nothing else says.
        mapping: what the columns with these headers are; other columns are ignored. None to recognize them.

    Raises:
        InvalidColumns: a header is missing or twice, a field is unknown, or no column identifies people.
    """
    if mapping is None:
        return _check(recognize_columns(headers, channels=channels, channel=channel))
    check_headers(headers)
    return _check(_mapped(headers, mapping, channels))


def recognize_columns(headers: Sequence[str], *, channels: Sequence[str], channel: str) -> Columns:
    """The columns as their headers say; perhaps none identifies people. Arguments as for `find_columns`.

    Raises:
        InvalidColumns: there are no headers, or too many.
    """
    fields = [field_of_header(header, channels) or custom_field(header) for header in headers]
    program = recognize(headers)
    for index, target in enumerate(program.targets if program else ()):
        if target is not None and target.field == _MESSENGERS:  # Yahoo's "Messenger ID" is none of Facebook's
            fields[index] = custom_field(headers[index])
    if is_export(headers):
        fields = [_of_export(header, channels) or field for header, field in zip(headers, fields, strict=True)]
    first = result_columns(headers)
    fields[:first] = [IGNORED] * first
    if _NAME in fields:
        fields[fields.index(_NAME)] = _name_beside(fields)
    return columns_of_fields(headers, fields, channels=channels, channel=channel)


def columns_of_fields(
    headers: Sequence[str], fields: Sequence[str], *, channels: Sequence[str], channel: str
) -> Columns:
    """The columns with these fields, in their order; perhaps none identifies people.

    Of several columns for one field of leads, the later ones become custom fields, and so do scopes that no identity
    has. Without an identity, a column of the profile is that of the import's channel.

    Raises:
        InvalidColumns: there are no headers, or too many.
    """
    check_headers(headers)
    columns = Columns(tuple(headers), (), {})
    for index, (header, field) in enumerate(zip(headers, fields, strict=True)):
        columns = _with(columns, index, custom_field(header) if field in columns.fields else field, channels)
    return _without_idle_scopes(columns if columns.identities else _with_default(columns, channel))


def _of_export(header: str, channels: Sequence[str]) -> str:
    """What a column of an export is; "" for those that are called as in other files."""
    if header in (EXPORT_COLUMNS[0], *LAST_EXPORT_COLUMNS):
        return CUSTOM if header == CUSTOM else IGNORED
    kind, _, channel = header.partition(" ")
    return f"{kind}:{channel}" if kind in (IDENTITY_COLUMN, SCOPE_COLUMN) and channel in channels else ""


def _without_idle_scopes(columns: Columns) -> Columns:
    """The columns with scopes as custom fields if no identity in the file can have them."""
    channels = {identity.channel for identity in columns.identities}
    used = {f"{SCOPE}:{channel}" for channel in channels - _WITHOUT_SCOPES}
    used |= {SCOPE} if channels - _SELDOM_WITH_SCOPES else set()
    custom, fields = columns.custom, dict(columns.fields)
    for field, index in columns.fields.items():
        if field.partition(":")[0] == SCOPE and field not in used and "" not in channels:
            del fields[field]
            custom = (*custom, (_free_name(columns.headers[index].strip(), custom), index))
    return replace(columns, fields=fields, custom=custom)


def _name_beside(fields: Sequence[str]) -> str:
    """What a column called "Name" is beside one for a part of the name: the other part, as in "Nombre, Apellidos"."""
    if (_FIRST_NAME in fields) == (_LAST_NAME in fields):
        return _NAME
    return _LAST_NAME if _FIRST_NAME in fields else _FIRST_NAME


def custom_field(header: str) -> str:
    """The field of a column that leads have no field for; a column without a header is ignored."""
    return f"{CUSTOM}:{header.strip()}" if header.strip() else IGNORED


def is_identity(field: str) -> bool:
    return field.partition(":")[0] == IDENTITY


def check_headers(headers: Sequence[str]) -> None:
    """Raises InvalidColumns if there are no headers, or too many."""
    if not any(map(str.strip, headers)):
        raise InvalidColumns("no_headers", "The first row of the file must hold the headers of its columns.")
    if len(headers) > MOST_COLUMNS:
        raise InvalidColumns("too_many_columns", f"The file has more than {MOST_COLUMNS} columns.")


def _check(columns: Columns) -> Columns:
    if not columns.identities:
        raise InvalidColumns(
            "no_identity",
            "No column identifies people on a channel. The first row must hold the headers of the columns. If they are "
            'not recognized, name one in the mapping, such as {"Phone": "identity:whatsapp"}. If people are known by '
            "their email addresses alone, choose the channel email.",
        )
    for name, index in columns.custom:
        if len(name) > LONGEST_NAME:
            raise InvalidColumns(
                "name_too_long",
                f"The name of a custom field can have at most {LONGEST_NAME} characters. Give column {index + 1} a "
                "shorter one in the mapping, or do not name it there.",
            )
    return columns


def check_fields(columns: Columns, rows: Iterable[Sequence[str]]) -> None:
    """
    Args:
        rows: the first ones of the file.

    Raises:
        InvalidColumns: each of them has more custom fields than a lead can have.
    """
    if len(columns.custom) <= MOST_FIELDS:
        return
    places = [index for _, index in columns.custom]
    fewest = min((sum(bool(row[index].strip()) for index in places if index < len(row)) for row in rows), default=0)
    if fewest > MOST_FIELDS:
        raise InvalidColumns(
            "too_many_fields",
            f"The rows have values in {fewest} columns for custom fields or more, and a lead can have {MOST_FIELDS}. "
            "Name the columns to import in the mapping: the others are ignored.",
        )


def _mapped(headers: Sequence[str], mapping: Mapping[str, str], channels: Sequence[str]) -> Columns:
    keys = column_keys(headers)
    for key in mapping:
        if key not in keys:
            problem = "several columns" if headers.count(key) > 1 else "no column"
            advice = " Name each by its number, such as #2." if key in headers else ""
            raise InvalidColumns("unknown_header", f"The file has {problem} with the header {key!r}.{advice}")
    columns = Columns(tuple(headers), (), {})
    for index, key in enumerate(keys):
        columns = _with(columns, index, mapping.get(key, IGNORED), channels)
    return columns


def field_of_header(header: str, channels: Sequence[str]) -> str:
    """The field of a header; "" if it is not known."""
    plain = plain_header(header)
    scoped = scope_of_header(header, channels)
    if scoped is not None:
        return f"{SCOPE}:{scoped}" if scoped else SCOPE
    known = channel_of_header(header) or ChannelHeader(plain.removesuffix(" id").replace(" ", ""), is_identity=True)
    if known.channel in channels and known.channel not in _PROFILE_OF:
        return f"{IDENTITY}:{known.channel}" if known.is_identity else ""
    found = meaning_of(plain)
    own = (each for each in found.meanings if not _is_of_others(each.label)) if found else ()
    meanings = (OF_MEANINGS.get(each[:2], "") for each in own)
    return field_of_own_header(header) or next(filter(None, meanings), "") or _PROFILE_OF.get(known.channel, "")


def _is_of_others(label: str) -> bool:
    """Whether the number or address with this label is none by which a person can be reached directly."""
    return label.endswith("fax") or label in _OF_OTHERS


def _with(columns: Columns, index: int, field: str, channels: Sequence[str]) -> Columns:
    """The columns with one more, which may be an identity, too. Raises as `_with_field`."""
    also, sign, rest = field.rpartition(_AND_IDENTITY)
    if sign and rest[:1] in ("", ":") and also.partition(":")[0] in _WITH_IDENTITY:
        columns, field = _with_field(columns, index, also, channels), IDENTITY + rest
    return _with_field(columns, index, field, channels)


def _with_field(columns: Columns, index: int, field: str, channels: Sequence[str]) -> Columns:
    """The columns with one more.

    Raises:
        InvalidColumns: the field is unknown, or another column has it.
    """
    kind, _, detail = field.partition(":")
    if kind == IGNORED:
        return columns
    if kind == SCOPE and detail and detail not in channels:
        raise _unknown_channel(detail, channels)
    if kind == CUSTOM and detail:
        return replace(columns, custom=(*columns.custom, (_free_name(detail, columns.custom), index)))
    if kind == IDENTITY:
        channel, _, scope = detail.partition(":")
        if channel and channel not in channels:
            raise _unknown_channel(channel, channels)
        return replace(columns, identities=(*columns.identities, IdentityColumn(index, channel, scope or None)))
    if field not in FIELDS and kind != SCOPE:
        raise InvalidColumns(
            "unknown_field", f"There is no field {field!r}. Known are {', '.join(FIELDS)}, custom:NAME."
        )
    if field in columns.fields:
        raise InvalidColumns("field_twice", f"Two columns are mapped to {field}.")
    return replace(columns, fields={**columns.fields, field: index})


def _unknown_channel(channel: str, channels: Sequence[str]) -> InvalidColumns:
    return InvalidColumns("unknown_channel", f"There is no channel {channel!r}. Known are {', '.join(channels)}.")


def _free_name(name: str, custom: Sequence[tuple[str, int]]) -> str:
    """The name, with a number if another custom field has it."""
    taken = {each for each, _ in custom}
    numbered = (f"{name} {number}" for number in range(2, len(taken) + 3))
    return name if name not in taken else next(each for each in numbered if each not in taken)


def _with_default(columns: Columns, channel: str) -> Columns:
    """The columns with the identity of the import's channel in one of those of the profile."""
    if channel in _PHONE_CHANNELS:
        mobile = (index for index, header in enumerate(columns.headers) if _is_mobile(header))
        index = next(mobile, columns.fields.get("phone"))
    else:
        index = columns.fields.get("email") if channel == "email" else None
    return columns if index is None else replace(columns, identities=(IdentityColumn(index, channel),))


def _is_mobile(header: str) -> bool:
    found = meaning_of(plain_header(header))
    return found is not None and any(each.field == "phones" and each.label == "mobile" for each in found.meanings)
