"""Suggests what each column of a file becomes, with the reason and how certain it is, for a person to confirm."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from chalicelib.contacts.contact_field import Kind
from chalicelib.contacts.contact_fields import FIELDS
from chalicelib.contacts.fold_name import fold_name
from chalicelib.contacts.name_words import FRONT_TITLES, FRONT_TITLES_WITH_STOP
from chalicelib.files.mapping.column_mapping import ColumnMapping, MappedColumn, lone_labels
from chalicelib.files.mapping.entry_numbers import EntryNumbers
from chalicelib.files.mapping.headers import plain_header
from chalicelib.files.mapping.known_headers import Found, Meaning, is_family_first, meaning_of
from chalicelib.files.mapping.person_names import NameOrder
from chalicelib.files.mapping.presets import UNKNOWN, Preset, RecognizedProgram, by_position, recognize
from chalicelib.files.mapping.similar_headers import most_similar
from chalicelib.files.mapping.survey import Content, Survey
from chalicelib.files.mapping.target import IGNORED, NAME, Target
from chalicelib.files.mapping.written_dates import DateOrder
from chalicelib.files.records import column_name

CERTAIN = 0.9  # from this confidence on, nobody need look
LEAST = 0.5  # a guess below this confidence is not suggested
_DATES = ("birthday", "events")  # the kinds of targets whose dates have an order
_FEW_CELLS = 5  # say less about a column
_CUSTOM = Meaning("custom_fields", "value")
_MEANS = {
    Content.EMAIL: Meaning("emails", "value"),
    Content.PHONE: Meaning("phones", "raw"),
    Content.LINK: Meaning("urls", "value"),
    Content.DATE: Meaning("events", "value"),
}
_LOOKS = {"emails": Content.EMAIL, "phones": Content.PHONE, "urls": Content.LINK, "birthday": Content.DATE}
_TITLES_OF_PERSONS_OR_JOBS = frozenset({"title", "titel", "titre", "titolo", "título", "tytuł"})


class Reason(StrEnum):
    """Why a column should become what is suggested."""

    PRESET = "preset"  # the program that wrote the file calls it so
    HEADER = "header"  # a usual header
    SIMILAR_HEADER = "similar_header"  # nearly a usual header
    CONTENT = "content"  # what its cells look like
    CONTENT_NOT_HEADER = "content_not_header"  # its cells look like something else than its header says
    NO_VALUES = "no_values"  # its cells are empty, and its header is not known
    UNKNOWN = "unknown"  # nothing says clearly enough what it is


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What one column should become."""

    header: str
    target: Target
    #: From 0 to 1.
    confidence: float
    reason: Reason
    #: The program, the usual header, or what the cells look like.
    detail: str
    #: Up to three different cells.
    samples: Sequence[str]
    #: Whether a person must say if the day or the month comes first.
    asks_date_order: bool = False

    @property
    def is_certain(self) -> bool:
        return self.confidence >= CERTAIN and not self.asks_date_order


@dataclass(frozen=True)
class Suggested:
    """The mapping that is suggested for a file."""

    mapping: ColumnMapping
    #: One for each column.
    suggestions: Sequence[Suggestion]
    #: What the program that wrote the file is called; "" if it is not known.
    program: str

    @property
    def is_certain(self) -> bool:
        """Whether no person need look at the mapping."""
        return all(suggestion.is_certain for suggestion in self.suggestions) and not self.mapping.missing()

    def with_orders(self, confirmed: ColumnMapping) -> ColumnMapping | None:
        """A mapping that was confirmed for an earlier file with these columns, with the date orders of this one.

        None if dates of this file depend on an order that nobody said.
        """
        columns = []
        for column, suggestion, own in zip(confirmed.columns, self.suggestions, self.mapping.columns, strict=True):
            has_dates = column.target.kind in _DATES
            order = column.date_order or (own.date_order if has_dates else None)
            if has_dates and order is None and suggestion.asks_date_order:
                return None
            columns.append(replace(column, date_order=order))
        return replace(confirmed, columns=columns)


@dataclass(frozen=True, slots=True)
class _Guess:
    meaning: Meaning | None  # None for an ignored column
    confidence: float
    reason: Reason
    detail: str = ""
    number: int = 0


def suggest_mapping(headers: Sequence[str], survey: Survey, *, region: str = "") -> Suggested:
    """The mapping for a table.

    Args:
        headers: of its columns; "Column C" for the third if it has none.
        survey: what its rows look like.
        region: the country of phone numbers without a country code.
    """
    recognized = _program(headers, survey)
    preset = recognized.preset if recognized else UNKNOWN
    headers = _as_wide_as(headers, recognized)
    targets = list(recognized.targets) if recognized else [None] * len(headers)
    guesses = _guesses(headers, targets, survey)
    numbers = EntryNumbers(target for target in targets if target)
    suggestions = [
        _of_preset(header, target, preset, survey.samples(place))
        if target is not None
        else _of_guess(header, guesses[place], numbers, survey.samples(place))
        for place, (header, target) in enumerate(zip(headers, targets, strict=True))
    ]
    for place in lone_labels([suggestion.target for suggestion in suggestions]):
        guess = _Guess(_CUSTOM, LEAST, Reason.UNKNOWN) if survey.samples(place) else _Guess(None, 1.0, Reason.NO_VALUES)
        suggestions[place] = _of_guess(headers[place], guess, numbers, survey.samples(place))
    columns, suggestions = _with_date_orders(suggestions, survey, preset)
    mapping = ColumnMapping(columns, preset.id, region, _name_order(suggestions))
    return Suggested(mapping, suggestions, preset.title)


def _program(headers: Sequence[str], survey: Survey) -> RecognizedProgram | None:
    """The program that wrote the file, by its headers, or else by the places of its columns."""
    if recognized := recognize(headers):
        return recognized
    placed = by_position(headers, survey.widths)
    if placed is None:
        return None
    email = next(place for place, target in enumerate(placed.targets) if target and target.field == "emails")
    return placed if survey.content(email)[0] in (Content.EMAIL, Content.EMPTY) else None


def _as_wide_as(headers: Sequence[str], recognized: RecognizedProgram | None) -> Sequence[str]:
    """The headers, or the targets instead of headers that contain the separator of the file."""
    if recognized is None or len(recognized.targets) == len(headers):
        return headers
    return [target.text if target else "" for target in recognized.targets]


# ── columns that the program is not known to write


def _guesses(headers: Sequence[str], targets: Sequence[Target | None], survey: Survey) -> list[_Guess]:
    plain = [plain_header(header) if header != column_name(place) else "" for place, header in enumerate(headers)]
    found = [meaning_of(header) if target is None else None for header, target in zip(plain, targets, strict=True)]
    taken = {target.field for target in targets if target}
    taken |= {each.meanings[0].field for each in found if each and len(each.meanings) == 1} - {NAME}
    one_meaning = [each and _with_one_meaning(each, taken) for each in found]
    return [_guess(place, plain[place], one_meaning[place], survey, taken) for place in range(len(plain))]


def _with_one_meaning(found: Found, taken: set[str]) -> Found:
    """The meaning that no other column has, of a word that has several."""
    if len(found.meanings) == 1:
        return found
    meaning = next((each for each in found.meanings if each.field not in taken), found.meanings[-1])
    taken.add(meaning.field)
    return found._replace(meanings=[meaning])


def _guess(place: int, header: str, found: Found | None, survey: Survey, taken: set[str]) -> _Guess:
    """What one column is. Adds its field to those that are `taken`."""
    if found:
        meaning = _title_or_prefix(header, found.meanings[0], survey.samples(place))
        guess = _Guess(meaning, 0.95, Reason.HEADER, header, found.number)
    elif similar := most_similar(header):
        guess = _Guess(similar.meaning, 0.9 * similar.likeness, Reason.SIMILAR_HEADER, similar.header)
    else:
        guess = _by_content(place, header, survey, taken)
    guess = _checked(guess, *survey.content(place))
    if guess.confidence < LEAST:
        guess = _Guess(_CUSTOM, guess.confidence, Reason.UNKNOWN)
    if guess.meaning and guess.meaning.field == NAME:
        guess = replace(guess, meaning=_whole_name(taken))
    if guess.meaning:
        taken.add(guess.meaning.field)
    return guess


def _checked(guess: _Guess, content: Content, share: float) -> _Guess:
    """The guess by a header, confirmed or replaced by what the cells look like."""
    expected = _LOOKS.get(guess.meaning.field) if guess.meaning else None
    if expected is None or content not in _MEANS or guess.reason is Reason.CONTENT:
        return guess
    if content is not expected:
        return _Guess(_MEANS[content], 0.6 * share, Reason.CONTENT_NOT_HEADER, content)
    return replace(guess, confidence=max(CERTAIN, guess.confidence))


def _by_content(place: int, header: str, survey: Survey, taken: set[str]) -> _Guess:
    content, share = survey.content(place)
    if content is Content.EMPTY:
        return _Guess(None, 1.0, Reason.NO_VALUES)
    likely = 0.8 * share if survey.judged(place) >= _FEW_CELLS else 0.6 * share
    if content in _MEANS:
        return _Guess(_MEANS[content], likely, Reason.CONTENT, content)
    if content is Content.NAME and not header and not taken & {NAME, "given", "family", "display"}:
        return _Guess(Meaning(NAME), 0.7 * likely, Reason.CONTENT, content)
    return _Guess(_CUSTOM, LEAST, Reason.UNKNOWN)


def _whole_name(taken: set[str]) -> Meaning:
    """What a column called "Name" is, beside columns for the parts of the name."""
    parts = taken & {"given", "family"}
    if not parts:
        return _CUSTOM if NAME in taken else Meaning(NAME)
    if len(parts) == 2:
        return Meaning("display")
    return Meaning("family" if "given" in parts else "given")


def _title_or_prefix(header: str, meaning: Meaning, samples: Sequence[str]) -> Meaning:
    """The title of a job, unless the cells are titles of persons."""
    if header not in _TITLES_OF_PERSONS_OR_JOBS or not samples:
        return meaning
    keys = [fold_name(sample.replace(".", "")) for sample in samples]
    return Meaning("prefix") if all(key in FRONT_TITLES | FRONT_TITLES_WITH_STOP for key in keys) else meaning


def _of_preset(header: str, target: Target, preset: Preset, samples: Sequence[str]) -> Suggestion:
    return Suggestion(header, target, 1.0, Reason.PRESET, preset.title, samples)


def _of_guess(header: str, guess: _Guess, numbers: EntryNumbers, samples: Sequence[str]) -> Suggestion:
    target = IGNORED
    if meaning := guess.meaning:
        is_named = meaning.field in ("custom_fields", "events") and not meaning.label
        labeled = meaning._replace(label=" ".join(header.split())) if is_named else meaning
        is_list = FIELDS[meaning.field].kind is Kind.OBJECTS if meaning.field in FIELDS else False
        target = labeled.target(numbers.next_for(labeled, guess.number) if is_list else 0)
    return Suggestion(header, target, round(guess.confidence, 2), guess.reason, guess.detail, samples)


# ── what holds for whole columns


def _with_date_orders(
    suggestions: Sequence[Suggestion], survey: Survey, preset: Preset
) -> tuple[list[MappedColumn], list[Suggestion]]:
    """The columns with the order of their dates, and the suggestions that ask for it."""
    columns, asking = [], []
    for place, suggestion in enumerate(suggestions):
        has_dates = suggestion.target.kind in _DATES
        order = _order(place, survey, preset) if has_dates else None
        columns.append(MappedColumn(suggestion.header, suggestion.target, order))
        asks = has_dates and order is None and survey.is_order_open(place)
        asking.append(replace(suggestion, asks_date_order=True) if asks else suggestion)
    return columns, asking


def _order(place: int, survey: Survey, preset: Preset) -> DateOrder | None:
    """The order that the column shows; else that of its program or of the file's other columns."""
    if survey.is_order_mixed(place):
        return None
    return survey.date_order(place) or preset.date_order or survey.agreed_order()


def _name_order(suggestions: Sequence[Suggestion]) -> NameOrder:
    names = (plain_header(each.header) for each in suggestions if each.target.field == NAME)
    return NameOrder.FAMILY_FIRST if any(map(is_family_first, names)) else NameOrder.GIVEN_FIRST
