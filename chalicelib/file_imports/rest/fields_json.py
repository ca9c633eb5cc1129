"""The published JSON of what a file is and what its columns become, and the mapping that a client sends back."""

from collections.abc import Mapping, Sequence
from typing import Any

from chalicelib.contacts.contact_fields import FIELDS
from chalicelib.file_imports.planning.checked_region import checked_region
from chalicelib.file_imports.storing.file_description import FileDescription
from chalicelib.file_imports.storing.file_import import FileImport
from chalicelib.files.mapping.column_mapping import ColumnMapping, MappedColumn
from chalicelib.files.mapping.target import TITLES, Target
from chalicelib.foundation.errors import InvalidInput
from chalicelib.foundation.json import Json, JsonObject


def fields_body(found: FileImport, description: FileDescription, mapping: ColumnMapping | None) -> JsonObject:
    """What was read of a file, and what its columns become.

    Args:
        mapping: the confirmed mapping, or the suggested one; None for cards, which have no columns.
    """
    return {
        "format": description.format,
        "program": description.program or None,
        "encoding": description.encoding or None,
        "is_encoding_certain": description.is_encoding_certain,
        "encodings": list(description.encodings),
        "telling_lines": [
            {"line": line, "before": before, "after": after} for line, before, after in description.telling_lines
        ],
        "delimiter": description.delimiter or None,
        "header_row": description.header_row,
        "sheets": list(description.sheets),
        "sheet": description.sheet or None,
        "columns": None if mapping is None else _columns(description.columns or (), mapping.columns),
        **_common(found, mapping),
        "targets": dict(TITLES),
    }


def sent_mapping(sent: Mapping[str, Any], found: FileImport, current: ColumnMapping) -> ColumnMapping:
    """The mapping that a client sent.

    Args:
        sent: its plain JSON; what it leaves out stays as it is.
        current: the confirmed mapping, or the suggested one.

    Raises:
        InvalidInput: it names what does not exist.
    """
    for place, column in enumerate(sent["columns"]):
        _check_target(column["target"], f"columns.{place}.target")
    region = checked_region(sent["region"]) if "region" in sent else found.region or current.region
    plain = {**current.to_json(), **sent, "region": region, "preset": current.preset}
    try:
        return ColumnMapping.from_json(plain)
    except ValueError as error:
        detail = f"This mapping cannot be used ({error}). Read the fields of the import again."
        raise InvalidInput(detail, field="rules" if "field" in str(error) else "defaults") from None


def title_of(target: Target) -> str:
    """What a column becomes, for people: "Email 2", "Address: City", "Custom field (Shoe size)"."""
    title = TITLES[target.kind]
    known = FIELDS.get(target.field)
    if known is not None and target.entry > 1:
        title = f"{known.title} {target.entry}{title.removeprefix(known.title)}"
    return f"{title} ({target.label})" if target.label else title


def _columns(described: Sequence[Mapping[str, Json]], mapped: Sequence[MappedColumn]) -> list[Json]:
    return [
        {
            "position": position,
            **suggestion,
            "target": column.target.text,
            "title": title_of(column.target),
            "date_order": column.date_order.value if column.date_order else None,
        }
        for position, (suggestion, column) in enumerate(zip(described, mapped, strict=True))
    ]


def _common(found: FileImport, mapping: ColumnMapping | None) -> JsonObject:
    if mapping is None:
        empty: JsonObject = {"name_order": None, "rules": {}, "defaults": {}, "missing": []}
        return {"region": found.region or None, **empty}
    return {
        "region": found.region or mapping.region or None,
        "name_order": mapping.name_order.value,
        "rules": {name: rule.value for name, rule in mapping.rules.items()},
        "defaults": dict(mapping.defaults),
        "missing": list(mapping.missing()),
    }


def _check_target(text: str, field: str) -> None:
    try:
        Target.of(text)
    except ValueError:
        detail = f'"{text[:100]}" is not a field. Use a key of `targets`, lists with a number: "emails.1".'
        raise InvalidInput(detail, field=field) from None
