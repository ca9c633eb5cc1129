"""What the columns of a file become, as a person confirmed it; stored as JSON and found again for the next file."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from chalicelib.contacts.contact_field import Kind
from chalicelib.contacts.contact_fields import FIELDS, NAME
from chalicelib.files.mapping import headers
from chalicelib.files.mapping.person_names import NameOrder
from chalicelib.files.mapping.target import IGNORED, UID, Target
from chalicelib.files.mapping.target import NAME as WHOLE_NAME
from chalicelib.files.mapping.written_dates import DateOrder
from chalicelib.foundation.json import Json, JsonObject

_NEEDED = {  # a contact has one of these
    "name": frozenset({"nickname", "organization", *NAME}) - {"prefix", "suffix"},
    "email": frozenset({"emails"}),
    "phone": frozenset({"phones"}),
}
#: The fields of which a contact has at least one.
REACHED_BY = frozenset.union(*_NEEDED.values())
BLOCKING = "no_name_email_or_phone"  # the code of a row or a card that has none of them, and is no contact


class Rule(StrEnum):
    """When a file's value of a field is shown, if the contact has one from elsewhere.

    What the person wrote goes before the values of all sources, whatever the rule.
    """

    IN_TURN = "in_turn"  # as that of any source: the value that came first is shown, and the file's is kept beside it
    ALWAYS = "always"  # the file's value goes before those of other sources
    WHERE_EMPTY = "where_empty"
    NEVER = "never"  # the columns of the field are ignored


@dataclass(frozen=True, slots=True)
class MappedColumn:
    """One column."""

    #: As it is written in the file.
    header: str
    target: Target = IGNORED
    #: Of a column of dates; None if no date depends on it, or nobody said it yet.
    date_order: DateOrder | None = None


@dataclass(frozen=True)
class ColumnMapping:
    """What each column becomes, in the order of the columns, and what holds for all rows."""

    columns: Sequence[MappedColumn]
    #: The id of the program's preset; "" for an unknown program.
    preset: str = ""
    #: The country of numbers without a country code, ISO 3166 ("DE"); "" if nobody said it.
    region: str = ""
    name_order: NameOrder = NameOrder.GIVEN_FIRST
    #: By field; `Rule.IN_TURN` for the others.
    rules: Mapping[str, Rule] = field(default_factory=dict)
    #: Values of fields for rows that have none, by field: {"groups": "Trade fair"}. Only of texts and groups. A row
    #: that has nothing else is no contact.
    defaults: Mapping[str, str] = field(default_factory=dict)

    @property
    def fingerprint(self) -> str:
        """Equal for mappings of files with the same headers."""
        return headers.fingerprint(column.header for column in self.columns)

    @property
    def leading(self) -> tuple[str, ...]:
        """The fields with the rule `ALWAYS`, in the form of `SourceRecord.leads`."""
        always = (name for name, rule in self.rules.items() if rule is Rule.ALWAYS)
        return tuple(sorted({WHOLE_NAME if name in NAME else name for name in always}))

    def missing(self) -> tuple[str, ...]:
        """("name", "email", "phone") if no column says who a contact is or how to reach the person; else ()."""
        fields = {column.target.field for column in self.columns}
        used = {name for name in fields if self.rules.get(name) is not Rule.NEVER}
        return () if used & {WHOLE_NAME, *REACHED_BY} else tuple(_NEEDED)

    def lone_labels(self) -> list[MappedColumn]:
        """The columns of labels whose values no column has. Their cells would be lost."""
        lone = lone_labels([column.target for column in self.columns])
        return [self.columns[place] for place in lone if self.rules.get(self.columns[place].target.field) != Rule.NEVER]

    def with_target(self, place: int, target: Target) -> "ColumnMapping":
        """The mapping with another target for one column."""
        columns = list(self.columns)
        columns[place] = replace(columns[place], target=target)
        return replace(self, columns=columns)

    def to_json(self) -> JsonObject:
        """The mapping as plain JSON, which `from_json` reads."""
        return {
            "preset": self.preset,
            "region": self.region,
            "name_order": self.name_order.value,
            "columns": [_column_json(column) for column in self.columns],
            "rules": {name: rule.value for name, rule in self.rules.items()},
            "defaults": dict(self.defaults),
        }

    @classmethod
    def from_json(cls, value: Json) -> "ColumnMapping":
        """The mapping of plain JSON, as it was stored or as a client sent it.

        Raises:
            ValueError: it is no mapping, or names what does not exist.
        """
        try:
            return cls(
                columns=[_column_of(column) for column in value["columns"]],
                preset=_text(value.get("preset", "")),
                region=_text(value.get("region", "")),
                name_order=NameOrder(value.get("name_order", NameOrder.GIVEN_FIRST)),
                rules={_known_field(name): Rule(rule) for name, rule in value.get("rules", {}).items()},
                defaults={_plain_field(name): _text(text) for name, text in value.get("defaults", {}).items()},
            )
        except (AttributeError, KeyError, TypeError) as error:
            raise ValueError("not a mapping") from error


def lone_labels(targets: Sequence[Target]) -> list[int]:
    """The places of labels without a target that is their value."""
    valued = {(each.field, each.entry) for each in targets if each.entry and each.part != FIELDS[each.field].label}
    return [place for place, each in enumerate(targets) if each.entry and (each.field, each.entry) not in valued]


def _column_json(column: MappedColumn) -> JsonObject:
    order = {"date_order": column.date_order.value} if column.date_order else {}
    return {"header": column.header, "target": column.target.text, **order}


def _column_of(value: Json) -> MappedColumn:
    order = value.get("date_order")
    return MappedColumn(
        _text(value["header"]), Target.of(_text(value.get("target", ""))), DateOrder(order) if order else None
    )


def _text(value: Json) -> str:
    if not isinstance(value, str):
        raise TypeError("not a text")
    return value


def _known_field(name: str) -> str:
    if name not in FIELDS and name not in (UID, WHOLE_NAME):
        raise ValueError(f"not a field: {name}")
    return name


def _plain_field(name: str) -> str:
    known = FIELDS.get(name)
    if known is None or known.kind in (Kind.OBJECTS, Kind.DAY):
        raise ValueError(f"no default for: {name}")
    return name
