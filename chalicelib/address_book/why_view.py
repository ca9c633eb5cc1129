"""Why a contact says what it says, in words: the rule of each value, and the values that lost. Pure functions."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from chalicelib.contacts.contact_fields import TABLE
from chalicelib.contacts.explain_fold import Rule
from chalicelib.contacts.value_source import ValueSource, source_name, value_source
from chalicelib.contacts.value_text import text_of

#: Of each rule; begins in lower case, for the middle of a sentence.
WORDS: Mapping[Rule, str] = {
    Rule.OWN_EDIT: "your own edit",
    Rule.ONLY_SOURCE: "only source",
    Rule.SOURCES_AGREE: "all sources agree",
    Rule.FIRST_TO_ARRIVE: "first to arrive",
    Rule.LEADS: "you chose that this source goes first",
    Rule.ALL_SHOWN: "the values of all sources are shown",
    Rule.FILLS_GAP: "enrichment fills gaps only, and no other source has it",
    Rule.COMPLETES: "it has the year of a day that arrived without it",
    Rule.KEPT_NAME: "the name it had when its last source was removed",
    Rule.COMPUTED: "computed from other fields",
    Rule.LOST_TO_OWN_EDIT: "your edit takes precedence",
    Rule.LOST_TO_FIRST: "another source arrived first",
    Rule.LOST_TO_LEADING: "you chose that another source goes first",
    Rule.WHOLE_NAME: "a name comes whole from one source",
    Rule.FILLS_GAPS_ONLY: "enrichment fills gaps only",
    Rule.COMPLETED: "another source has the year too",
    Rule.CLEARED: "you cleared this field",
    Rule.HIDDEN: "hidden by you",
}


@dataclass(frozen=True, slots=True)
class WhyRow:
    """One value of a contact, and why it is shown or not."""

    title: str  #: of the field
    text: str
    is_shown: bool
    #: "first to arrive: Google ada@example.org".
    why: str
    #: When the source that was first arrived, RFC 3339; None for other rules.
    arrived_at: str | None
    #: Empty for a computed value.
    sources: Sequence[ValueSource]


def why_rows(contact: Mapping[str, Any], source_names: Mapping[str, str]) -> list[WhyRow]:
    """The values of a contact, in the order of its fields.

    Args:
        contact: as `contact_details_json` returns it.
        source_names: what people call the sources, by key.
    """
    return [row for field in TABLE for row in _rows(field.name, field.title, contact, source_names)]


def lost_because(rule: str) -> str:
    """Why a value is not shown."""
    return WORDS[Rule(rule)]


def _rows(name: str, title: str, contact: Mapping[str, Any], source_names: Mapping[str, str]) -> Iterator[WhyRow]:
    for each in contact["provenance"].get(name, ()):
        rule = Rule(each["rule"])
        is_first = rule is Rule.FIRST_TO_ARRIVE
        first = each["sources"][0] if is_first else None
        why = WORDS[rule]
        yield WhyRow(
            title,
            text_of(name, each["value"]),
            each["shown"],
            why if first is None else f"{why}: {source_name(first['source'], source_names)}",
            None if first is None else _arrived_at(contact, first),
            tuple(value_source(source, source_names) for source in each["sources"]),
        )


def _arrived_at(contact: Mapping[str, Any], source: Mapping[str, Any]) -> str:
    """When the record of a source arrived."""
    key = (source["source"], source["source_id"])
    return str(next(each["first_seen_at"] for each in contact["sources"] if (each["source"], each["source_id"]) == key))
