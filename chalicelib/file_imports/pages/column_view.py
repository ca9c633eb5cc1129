"""What a page shows of the columns of a file: what each may become, why, and with which samples. Pure functions."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from chalicelib.contacts.contact_field import Kind
from chalicelib.contacts.contact_fields import FIELDS, TABLE
from chalicelib.file_imports.storing.file_description import FileDescription
from chalicelib.files.mapping.column_mapping import ColumnMapping, MappedColumn, Rule
from chalicelib.files.mapping.suggest import CERTAIN, Reason
from chalicelib.files.mapping.target import TITLES, Target
from chalicelib.foundation.numbered_pages import numbered_page

ON_A_PAGE = 25  # columns; each has a list of all fields
_LIKELY = 0.7
_GROUPS = {  # of the fields to choose from
    "Name": ("name", "display", "prefix", "given", "middle", "family", "suffix", "nickname", "file_as"),
    "How to reach them": ("emails", "phones", "addresses", "urls", "ims"),
    "Work": ("organization", "department", "title"),
    "Dates": ("birthday", "events"),
    "More": ("groups", "notes", "relations", "custom_fields", "photo_url", "uid"),
    "Pronunciation": ("phonetic_given", "phonetic_middle", "phonetic_family", "phonetic_organization"),
}
_LOOK_LIKE = {
    "email": "email addresses",
    "date": "dates",
    "link": "web addresses",
    "phone": "phone numbers",
    "name": "names",
}
_WHOLE_NAME, _UID = "name", "uid"


class ColumnRow(NamedTuple):
    """One column of the file."""

    place: int
    header: str
    samples: Sequence[str]
    #: The written target, and what people call it.
    target: str
    title: str
    #: Whether the list of fields has this target; if not, the page adds an option for it.
    is_listed: bool
    why: str
    #: How certain that is: "Certain", "Likely" or "Please check".
    confidence: str
    needs_check: bool
    #: The chosen order of its dates; None if they have none.
    date_order: str | None


class ColumnPage(NamedTuple):
    """A page of columns."""

    columns: Sequence[ColumnRow]
    number: int
    pages: int
    total: int
    #: How many columns of the whole file need a look.
    unsure: int


def target_groups() -> Sequence[tuple[str, Sequence[tuple[str, str]]]]:
    """The kinds of targets to choose from: groups of written kinds with their titles."""
    return [
        (group, [(kind, title) for kind, title in TITLES.items() if kind.partition(".")[0] in fields])
        for group, fields in _GROUPS.items()
    ]


def column_page(description: FileDescription, mapping: ColumnMapping, number: int) -> ColumnPage:
    """A page of the columns; of a file with several pages, those that need a look come first."""
    suggested = description.columns or []
    rows = [_row(place, *each) for place, each in enumerate(zip(suggested, mapping.columns, strict=False))]
    unsure = sum(row.needs_check for row in rows)
    if len(rows) > ON_A_PAGE:
        rows.sort(key=lambda row: not row.needs_check)
    shown = numbered_page(rows, number, ON_A_PAGE)
    return ColumnPage(shown.items, shown.number, shown.pages, len(rows), unsure)


def field_rules(mapping: ColumnMapping) -> Sequence[tuple[str, str, Rule, Sequence[Rule]]]:
    """The fields that columns become: name, title, rule, and the rules to choose from."""
    used = {column.target.field for column in mapping.columns}
    fields = [(name, FIELDS[name].title) for name in FIELDS if name in used]
    if _WHOLE_NAME in used:
        fields.insert(0, (_WHOLE_NAME, TITLES[_WHOLE_NAME]))
    return [
        (name, title, mapping.rules.get(name, Rule.IN_TURN), _rules_of(name)) for name, title in fields if name != _UID
    ]


def default_fields() -> Sequence[tuple[str, str]]:
    """The fields that can have a value for rows without one."""
    plain = (Kind.LINE, Kind.TEXT, Kind.LINES)
    return [(field.name, field.title) for field in TABLE if field.kind in plain and not field.is_of_name]


def target_title(target: Target) -> str:
    """What people call a target: "Email 2 (work)"."""
    title = TITLES[target.kind]
    numbered = f"{title} {target.entry}" if target.entry else title
    return f"{numbered} ({target.label})" if target.label else numbered


def _rules_of(field: str) -> Sequence[Rule]:
    """A whole name is split, so no single field says whether a contact has one."""
    return tuple(each for each in Rule if field != _WHOLE_NAME or each is not Rule.WHERE_EMPTY)


def _row(place: int, suggested: Mapping[str, Any], column: MappedColumn) -> ColumnRow:
    target = column.target
    is_own = target.text != suggested["target"]
    has_dates = target.field in ("birthday", "events") and not target.part.startswith(("year", "month", "day"))
    asks_order = suggested["asks_date_order"] and column.date_order is None and has_dates
    confidence = suggested["confidence"]
    needs_check = asks_order or (not is_own and confidence < CERTAIN)
    return ColumnRow(
        place,
        suggested["header"],
        suggested["samples"],
        target.text,
        target_title(target),
        not target.entry,
        "You chose it." if is_own else _why(suggested["reason"], suggested["detail"]),
        "Please check"
        if asks_order or (needs_check and confidence < _LIKELY)
        else "Likely"
        if needs_check
        else "Certain",
        needs_check,
        (column.date_order.value if column.date_order else "") if has_dates else None,
    )


def _why(reason: str, detail: str) -> str:
    looks = _LOOK_LIKE.get(detail, "texts")
    match Reason(reason):
        case Reason.PRESET:
            return f"A column of {detail}."
        case Reason.HEADER:
            return "By its header."
        case Reason.SIMILAR_HEADER:
            return f"Its header is similar to “{detail}”."
        case Reason.CONTENT:
            return f"Its cells look like {looks}."
        case Reason.CONTENT_NOT_HEADER:
            return f"Its cells look like {looks}, unlike its header."
        case Reason.NO_VALUES:
            return "It has no values."
        case Reason.UNKNOWN:
            return "Nothing says clearly what it is, so it is kept as a custom field."
