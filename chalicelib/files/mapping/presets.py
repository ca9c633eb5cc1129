"""The programs whose files are recognized by their headers, and what their columns become: the data in `presets/`.

A preset's file says where its headers come from. `[columns]` has the headers of each target, one for each language,
with " | " between different ones; `{n}` stands for a number. `needs` names the targets without which a file is not of
that program; one of several if they are in a list of their own.
"""

import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from chalicelib.files.mapping import own_exports
from chalicelib.files.mapping.headers import plain_header, with_placeholder
from chalicelib.files.mapping.target import Target
from chalicelib.files.mapping.written_dates import DateOrder

_FOLDER = Path(__file__).with_name("presets")
_SEVERAL = " | "
_NUMBER = "{n}"
_LEAST_SHARE = 0.6  # of a file's headers that its program is known to write


@dataclass(frozen=True, slots=True)
class Preset:
    """How one program writes contacts."""

    id: str
    title: str
    #: The targets of each header, plain as `plain_header` gives it, by language; English comes first.
    headers: Mapping[str, Mapping[str, Sequence[str]]]
    #: Targets of which a file must have at least one, for each of these groups.
    needs: Sequence[Sequence[str]]
    #: What separates values in one cell; None if the program does not say.
    separators: Sequence[str] | None = None
    #: The order of the numbers in a date; None if it follows the writer's language.
    date_order: DateOrder | None = None
    #: Cells that mean that there is no value.
    unset: frozenset[str] = frozenset()
    #: The beginnings of lines behind the last contact.
    footers: tuple[str, ...] = ()
    #: Groups that the program makes for itself.
    system_groups: frozenset[str] = frozenset()
    #: Whether a label that begins with a star is that of the preferred value.
    stars: bool = False
    #: How cells are escaped: "c" for line breaks written as in C, "formula" for `safe_csv.escape_cell`.
    escapes: str = ""
    #: Whether the file is an export of this service, whose cells are exactly what is stored.
    is_own: bool = False
    #: The number of columns of a program that always writes the same ones in the same order.
    columns_by_position: int = 0
    #: The targets in the order of those columns.
    targets: Sequence[str] = ()
    #: The plain headers of the first of those columns, also in languages whose other headers are not known.
    first_headers: frozenset[str] = frozenset()


UNKNOWN = Preset("", "", {}, ())


@dataclass(frozen=True, slots=True)
class RecognizedProgram:
    """A file's program, and what its columns become; None for a column that the program is not known to write."""

    preset: Preset
    targets: Sequence[Target | None]


def recognize(headers: Sequence[str]) -> RecognizedProgram | None:
    """The program that wrote a file with these headers."""
    plain = [plain_header(header) for header in headers]
    best: tuple[Preset, list[str | None]] | None = None
    best_known = 0
    for preset in presets().values():
        for language in preset.headers:
            templates = _templates(preset, language, plain)
            known = len(templates) - templates.count(None)
            if known > best_known and _fits(preset, templates, plain):
                best, best_known = (preset, templates), known
    if best is None:
        return None
    preset, templates = best
    if len(plain) == preset.columns_by_position and _are_in_place(templates, preset):
        templates = list(preset.targets)
    numbered = zip(templates, plain, strict=True)
    return RecognizedProgram(preset, [None if text is None else _target(text, header) for text, header in numbered])


def _are_in_place(templates: Sequence[str | None], preset: Preset) -> bool:
    """Whether the columns that are known stand where the program always writes them."""
    return all(text in (None, target) for text, target in zip(templates, preset.targets, strict=True))


def _templates(preset: Preset, language: str, plain: Sequence[str]) -> list[str | None]:
    """What each column becomes, without the number of the value; None for an unknown column.

    Columns with one header become what it can mean, one after the other.
    """
    native, english = preset.headers[language], next(iter(preset.headers.values()))
    seen: Counter[str] = Counter()
    found: list[str | None] = []
    for header in plain:
        meanings = native.get(header) or english.get(header)
        if meanings is None:
            pattern, _ = with_placeholder(header)
            meanings = native.get(pattern) or english.get(pattern)
        found.append(meanings[min(seen[header], len(meanings) - 1)] if meanings else None)
        seen[header] += 1
    return found


def _fits(preset: Preset, templates: Sequence[str | None], plain: Sequence[str]) -> bool:
    named = sum(map(bool, plain))
    known = len(templates) - templates.count(None)
    return known >= _LEAST_SHARE * named and all(any(one in templates for one in group) for group in preset.needs)


def _target(template: str, header: str) -> Target:
    number = with_placeholder(header)[1] or 1
    return Target.of(template.replace(_NUMBER, str(number)))


@cache
def presets() -> Mapping[str, Preset]:
    """All presets by id; of those that fit a file equally well, the first counts."""
    own = [_of(each["id"], each) for each in own_exports.layouts()]
    of_others = [_of(path.stem, tomllib.loads(path.read_text("utf-8"))) for path in sorted(_FOLDER.glob("*.toml"))]
    return {preset.id: preset for preset in [*own, *of_others]}


def preset_of(preset_id: str) -> Preset:
    """The preset with this id; `UNKNOWN` for none."""
    return presets().get(preset_id, UNKNOWN)


def by_position(headers: Sequence[str], widths: Mapping[int, int]) -> RecognizedProgram | None:
    """The program that wrote a file whose headers say little, because it always writes the same columns.

    Args:
        widths: the number of rows with each number of cells.
    """
    if not headers or len(widths) != 1:
        return None
    (width,) = widths
    first = plain_header(headers[0])
    for preset in presets().values():
        if preset.columns_by_position == width and first in preset.first_headers:
            return RecognizedProgram(preset, [Target.of(text) for text in preset.targets])
    return None


def _of(preset_id: str, data: Mapping[str, Any]) -> Preset:
    columns: Mapping[str, str | Sequence[str]] = data["columns"]
    order = data.get("date_order")
    return Preset(
        preset_id,
        data["title"],
        {language: _headers(columns, place) for place, language in enumerate(data.get("languages", ["en"]))},
        [[need] if isinstance(need, str) else need for need in data["needs"]],
        separators=data.get("separators"),
        date_order=DateOrder(order) if order else None,
        unset=frozenset(data.get("unset", ())),
        footers=tuple(data.get("footers", ())),
        system_groups=frozenset(data.get("system_groups", ())),
        stars=data.get("stars", False),
        escapes=data.get("escapes", ""),
        is_own=data.get("is_own", False),
        columns_by_position=data.get("columns_by_position", 0),
        targets=tuple(columns) if "columns_by_position" in data else (),
        first_headers=frozenset(map(plain_header, data.get("first_headers", ()))),
    )


def _headers(columns: Mapping[str, str | Sequence[str]], place: int) -> dict[str, list[str]]:
    """The targets of the plain headers of one language, in their order."""
    found: dict[str, list[str]] = {}
    for target, written in columns.items():
        for header in _of_language(written, place):
            targets = found.setdefault(plain_header(header), [])
            if target not in targets:
                targets.append(target)
    return found


def _of_language(written: str | Sequence[str], place: int) -> Iterator[str]:
    """The headers of the language at `place`; a text alone is English."""
    languages = [written] if isinstance(written, str) else written
    if place < len(languages):
        yield from filter(None, languages[place].split(_SEVERAL))
