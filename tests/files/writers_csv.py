"""Writes contacts as the programs of the presets do, and says what must be read back.

A row is drawn as one value for each column: {target: value}. `written` writes a table of rows in the program's dialect;
`expected` builds the contact of a row in the plainest way.
"""

import csv
import io
from collections.abc import Mapping, Sequence
from typing import Any

from hypothesis import strategies as st

from chalicelib.contacts.contact_fields import FIELDS
from chalicelib.files.mapping.presets import Preset
from chalicelib.files.mapping.target import Target

Row = Mapping[str, Any]  # values by target
COLUMNS_OF_A_NUMBERED_LIST = (1, 2, 11)
MOST_VALUES = 12  # of a row
UNUSUAL = [
    "Ada",
    "Zoë",
    "O'Neill",
    "van der Berg",
    "李",
    "عمر",
    '"Al"',
    "Müller, Söhne",
    "=1+1",
    "a\\nb",
    "😀",
    "Ω mega",
]
words = st.sampled_from(UNUSUAL) | st.text(st.characters(categories=["L"]), min_size=1, max_size=8)
lines = st.sampled_from(["one\ntwo", "a, b; c", 'say "x"', "tab\there", "back\\slash"]) | words
labels = st.sampled_from(["home", "work", "Ferienhaus, am See", "x"])
months, days = st.integers(1, 12), st.integers(13, 28)  # the order of day and month can always be seen
dates = st.builds(
    lambda year, month, day: {"year": year, "month": month, "day": day}, st.integers(1901, 2100), months, days
)
yearless = st.builds(lambda month, day: {"month": month, "day": day}, months, days)
VALUES = {
    "emails": st.builds("{}@example.org".format, st.from_regex(r"[a-z]{1,8}\.?[a-z0-9]{1,3}", fullmatch=True)),
    "phones": st.builds("+49 170 {:07d}".format, st.integers(0, 9_999_999)),
    "urls": st.builds("https://example.org/{}".format, st.from_regex(r"[a-z,;]{0,8}[a-z]", fullmatch=True)),
    "events": dates | yearless,
    "birthday": dates | yearless,
    "groups": st.lists(st.sampled_from(["Friends", "Süd", "work"]), min_size=1, max_size=3, unique=True),
    "notes": lines,
}


def columns_of(preset: Preset, language: str) -> dict[str, str]:
    """The headers that the program writes in this language, by target, in its order."""
    native, english = preset.headers[language], next(iter(preset.headers.values()))
    found: dict[str, str] = {}
    for headers in (native, english):
        for header, targets in headers.items():
            for target in targets:
                if target and target not in found:
                    found[target] = header
    order = [target for targets in english.values() for target in targets if target]
    templates = [target for target in dict.fromkeys(order) if target in found]
    return {name: header for target in templates for name, header in _numbered(target, found[target])}


def _numbered(target: str, header: str) -> list[tuple[str, str]]:
    if "{n}" not in target:
        return [(target, header)]
    numbers = COLUMNS_OF_A_NUMBERED_LIST
    return [
        (target.replace("{n}", str(n)), " ".join(str(n) if w == "n" else w for w in header.split())) for n in numbers
    ]


@st.composite
def rows(draw: Any, targets: Sequence[str]) -> Row:
    """The values of one contact: always a name or an address, and some others."""
    needed = next(target for target in ("family", "display", "emails.1") if target in targets)
    dated = ("birthday.", "events.1.year", "events.1.month", "events.1.day")  # drawn below, all parts of a date at once
    others = [target for target in targets if not target.startswith(dated)]
    chosen = draw(st.lists(st.sampled_from(others), max_size=MOST_VALUES, unique=True))
    row = {target: draw(value_of(Target.of(target))) for target in dict.fromkeys([needed, *chosen])}
    if "birthday.day" in targets and (day := draw(st.none() | dates | yearless)):
        row |= {f"birthday.{part}": str(number) for part, number in day.items()}
    if "events.1.day=anniversary" in targets and (day := draw(st.none() | dates)):
        row |= {f"events.1.{part}=anniversary": str(number) for part, number in day.items()}
    return row


def full_row(targets: Sequence[str]) -> Row:
    """A contact with a value of its own in every column."""
    whole = {target: _certain_value(Target.of(target), place) for place, target in enumerate(targets)}
    return {target: value for target, value in whole.items() if value is not None}


def _certain_value(target: Target, place: int) -> Any:
    if target.part in ("year", "month", "day"):
        return {"year": "1980", "month": "2", "day": "13"}[target.part]
    if target.part == "whole" and target.field == "addresses":
        return None  # the parts of the address say the same
    values = {
        "emails": f"a{place}@example.org",
        "phones": f"+49 170 {place:07d}",
        "urls": f"https://example.org/{place}",
        "birthday": {"year": 1980, "month": 2, "day": 13},
        "events": {"year": 2001, "month": 5, "day": 14},
        "groups": ["Friends", "Süd"],
    }
    is_label = target.part and target.part == FIELDS[target.field].label
    return f"label {place}" if is_label else values.get(target.field, f"value {place}")


def value_of(target: Target) -> st.SearchStrategy[Any]:
    if target.part and target.part == FIELDS[target.field].label:
        return labels
    if target.part in ("street", "whole"):
        return lines
    return VALUES.get(target.field, words)


def written(preset: Preset, columns: Mapping[str, str], book: Sequence[Row]) -> str:
    """The file."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(columns.values())
    writer.writerows([[_cell(preset, target, row.get(target)) for target in columns] for row in book])
    return text.getvalue()


def _cell(preset: Preset, target: str, value: Any) -> str:
    if value is None:
        is_unset_date = target == "birthday" and preset.id == "outlook_windows"
        return "0/0/00" if is_unset_date else ""
    if isinstance(value, list):
        return {"google": " ::: ", "google_before_2024": " ::: "}.get(preset.id, ";").join(value)
    if isinstance(value, dict):
        return written_date(preset, value)
    if preset.escapes == "c":
        return value.replace("\\", "\\\\").replace("\n", "\\n")
    return str(value)


def written_date(preset: Preset, day: Mapping[str, int]) -> str:
    """As the program writes it; a day without a year as each of them does that can."""
    year = day.get("year")
    if preset.id == "linkedin":
        month = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"][day["month"] - 1]
        return f"{day['day']:02d} {month} {year}" if year else f"{month} {day['day']}"
    if preset.id in ("outlook_windows", "yahoo", "windows_live_mail") and year:
        return f"{day['month']}/{day['day']}/{year}"
    if preset.id.startswith("google"):
        return iso(day) if year else " " + iso(day)
    return iso(day) if year else f"1604-{iso(day)[2:]}"


def iso(day: Mapping[str, int]) -> str:
    year = f"{day['year']:04d}" if "year" in day else "-"
    return f"{year}-{day['month']:02d}-{day['day']:02d}"


def expected(row: Row) -> tuple[dict[str, Any], str]:
    """The fields of the contact, and its id."""
    fields: dict[str, Any] = {}
    entries: dict[tuple[str, int], dict[str, Any]] = {}
    for text, value in row.items():
        target = Target.of(text)
        if target.entry:
            entry = entries.setdefault((target.field, target.entry), {})
            entry[target.part] = value
            if target.label:
                entry.setdefault(FIELDS[target.field].label, target.label)
        elif target.part:
            fields.setdefault(target.field, {})[target.part] = int(value)
        elif target.field != "uid":
            fields[target.field] = value
    for (field, _), entry in sorted(entries.items(), key=lambda item: (list(FIELDS).index(item[0][0]), item[0][1])):
        if (value := _value(field, entry)) and value not in fields.get(field, []):
            fields.setdefault(field, []).append(value)
    return fields, row.get("uid", "")


def _value(field: str, entry: dict[str, Any]) -> dict[str, Any]:
    whole = entry.pop("whole", None)
    label = {part: entry.pop(part) for part in (FIELDS[field].label,) if part in entry}
    if whole and not entry:
        entry["street"] = whole
    if {"year", "month", "day"} & set(entry):
        entry = {"value": iso({part: int(number) for part, number in entry.items()})}
    if isinstance(entry.get("value"), dict):
        entry["value"] = iso(entry["value"])
    return {**entry, **label} if entry else {}
