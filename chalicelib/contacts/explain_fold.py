"""Explains what the fold of a contact's records shows: for each value, the rule by which it is shown or not.

A pure function that asks the fold itself what is shown, and only names the rule, so the two cannot disagree.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import Any

from chalicelib.contacts.contact_fields import LISTS, NAME, SINGLE, with_defaults
from chalicelib.contacts.fold_records import (
    by_rank,
    contributing,
    first_with,
    hidden_values,
    holds_note,
    name_of_records,
    ordered_for,
    same_value,
    value_of,
    without,
    without_enrichment,
)
from chalicelib.contacts.source import PERSON, is_enrichment
from chalicelib.contacts.source_record import WHOLE_NAME, ContactFields, SourceRecord


class Rule(StrEnum):
    """Why a value is shown, or why it is not."""

    # shown
    OWN_EDIT = "own_edit"  # the person wrote it
    ONLY_SOURCE = "only_source"
    SOURCES_AGREE = "sources_agree"  # all sources that have the field have this value
    FIRST_TO_ARRIVE = "first_to_arrive"  # of several values, the one of the source that arrived first
    LEADS = "leads"  # the person chose that this source goes before others
    ALL_SHOWN = "all_shown"  # lists and notes have the values of all sources
    FILLS_GAP = "fills_gap"  # enrichment, and no other source has the field
    COMPLETES = "completes"  # the year of a day that an earlier source has without it
    KEPT_NAME = "kept_name"  # the name that the contact had when its last source was removed
    COMPUTED = "computed"  # from other fields
    # not shown
    LOST_TO_OWN_EDIT = "lost_to_own_edit"
    LOST_TO_FIRST = "lost_to_first"  # a source that arrived earlier has another value
    LOST_TO_LEADING = "lost_to_leading"  # the person chose that a source with another value goes first
    WHOLE_NAME = "whole_name"  # a name comes whole from one source, which has no such part
    FILLS_GAPS_ONLY = "fills_gaps_only"  # enrichment, and another source has the field
    COMPLETED = "completed"  # a day without a year, which another source has
    # hidden by the person
    CLEARED = "cleared"  # the whole field
    HIDDEN = "hidden"  # the single value


#: Of values that the person chose not to see. All others that are not shown have lost to another value.
HIDING = (Rule.CLEARED, Rule.HIDDEN)


@dataclass(slots=True)
class ExplainedValue:
    """One value of a field, and the records that have it."""

    value: Any
    is_shown: bool
    #: In the order of the fold; empty for a value of no record, such as a computed display name.
    records: list[SourceRecord] = field(default_factory=list)


def fields_in(records: Sequence[SourceRecord], shown: ContactFields) -> list[str]:
    """The fields that a record has or the contact shows, in their usual order; a few of them may be empty."""
    names = set(shown).union(*[record.fields for record in records])
    if "groups_by_id" in names:
        names.add("groups")
    return [name for name in (*SINGLE, *LISTS) if name in names]


def values_of(records: Sequence[SourceRecord], shown: Any, name: str) -> list[ExplainedValue]:
    """Each value of a field once, in the order of the records, shown ones of no record at the end.

    Args:
        records: by rank.
        shown: what the fold shows of the field; None for nothing.
    """
    visible = [with_defaults(name, each) for each in _several(shown)]
    found: list[ExplainedValue] = []
    for record in ordered_for(records, name):
        for each in _several(value_of(record, name)):
            value = with_defaults(name, each)
            known = next((other for other in found if same_value(name, other.value, value)), None) if found else None
            if known is None:
                known = ExplainedValue(value, _is_among(name, value, visible))
                found.append(known)
            known.records.append(record)
    if name in LISTS or name == "notes" or any(each.is_shown for each in found):
        return found
    return [*found, *(ExplainedValue(value, is_shown=True) for value in visible)]


class Explanation:
    """The rules of one contact."""

    def __init__(self, records: Sequence[SourceRecord], shown: ContactFields) -> None:
        """Take the records by rank, and what the fold shows of them."""
        self._records, self._shown = records, shown
        only = records[0].source if len(records) == 1 else PERSON
        self._has_one_source = only != PERSON and not is_enrichment(only)

    @classmethod
    def of(cls, records: Sequence[SourceRecord], shown: ContactFields) -> "Explanation":
        return cls(by_rank(records), shown)

    def fields(self) -> Iterator[tuple[str, Sequence[tuple[ExplainedValue, Rule]]]]:
        """Each field that a record has or the contact shows, with its values and their rules."""
        for name in fields_in(self._records, self._shown):
            values = values_of(self._records, self._shown.get(name), name)
            if values:
                yield name, [(each, self.rule(name, each)) for each in values]

    def rule(self, name: str, value: ExplainedValue) -> Rule:
        """The rule by which a value of a field is shown or not."""
        if self._has_one_source:  # as most contacts
            return Rule.ONLY_SOURCE if value.records else Rule.COMPUTED
        if name in LISTS:
            return self._rule_of_list(name, value)
        if value.is_shown:
            return self._rule_of_shown(name, value)
        return self._rule_of_lost(name, value)

    def winner(self, name: str) -> SourceRecord | None:
        """The record whose value of a single field counts; None for lists and if no record has one."""
        if name in LISTS:
            return None
        if name in NAME:
            return self._namer
        records = ordered_for(self._records, name)
        return first_with(contributing(records, name) if name in ("birthday", "notes") else records, name)

    # ── lists

    def _rule_of_list(self, name: str, value: ExplainedValue) -> Rule:
        if value.is_shown:
            return self._rule_of_united(name, value)
        hidden = [with_defaults(name, each) for each in self._hidden.get(name, ())]
        is_hidden = not without(name, [value.value], hidden)
        return Rule.HIDDEN if is_hidden else Rule.CLEARED

    def _rule_of_united(self, name: str, value: ExplainedValue) -> Rule:
        """Of lists and notes, which have the values of all sources."""
        if _is_persons(value.records):
            return Rule.OWN_EDIT
        if not without_enrichment(value.records):
            return Rule.FILLS_GAP
        having = [record for record in self._records if value_of(record, name)]
        return Rule.ONLY_SOURCE if len(having) == 1 else Rule.ALL_SHOWN

    # ── single values

    def _rule_of_shown(self, name: str, value: ExplainedValue) -> Rule:
        winner = self.winner(name)
        if name == "notes" and (winner is None or winner.source != PERSON):
            return self._rule_of_united(name, value)
        if name == "birthday" and winner not in value.records:
            return Rule.COMPLETES
        if winner is None or (name in NAME and winner not in value.records):
            return Rule.KEPT_NAME if any(name in each for each in self._kept_names) else Rule.COMPUTED
        if winner.source == PERSON:
            return Rule.OWN_EDIT
        if is_enrichment(winner.source) and not _leads(winner, name):
            return Rule.FILLS_GAP
        others = [record for record in without_enrichment(self._records) if value_of(record, name)]
        if len(others) == 1 and others[0] is winner:
            return Rule.ONLY_SOURCE
        if all(each in value.records for each in others):
            return Rule.SOURCES_AGREE
        return Rule.LEADS if _leads(winner, name) else Rule.FIRST_TO_ARRIVE

    def _rule_of_lost(self, name: str, value: ExplainedValue) -> Rule:
        winner = self.winner(name)
        if winner is not None and winner.source == PERSON:
            return Rule.LOST_TO_OWN_EDIT if self._shown.get(name) else Rule.CLEARED
        if not without_enrichment(value.records):
            return Rule.FILLS_GAPS_ONLY
        if name in NAME and not self._shown.get(name):
            return Rule.WHOLE_NAME
        if name == "birthday" and winner in value.records:
            return Rule.COMPLETED
        return Rule.LOST_TO_LEADING if winner is not None and _leads(winner, name) else Rule.LOST_TO_FIRST

    @cached_property
    def _namer(self) -> SourceRecord | None:
        """The record that the name comes from; None if there is none."""
        ordered = ordered_for(self._records, WHOLE_NAME)
        records = without_enrichment(ordered) if self._kept_names else ordered
        name = name_of_records(records)
        return next((record for record in records if name and name_of_records([record]) == name), None)

    @cached_property
    def _kept_names(self) -> Sequence[Mapping[str, Any]]:
        return [kept for record in self._records if (kept := record.fields.get("kept_name"))]

    @cached_property
    def _hidden(self) -> Mapping[str, Sequence[Any]]:
        return hidden_values(self._records)


def _leads(record: SourceRecord, name: str) -> bool:
    return (WHOLE_NAME if name in NAME else name) in record.leads


def _is_persons(records: Sequence[SourceRecord]) -> bool:
    return any(record.source == PERSON for record in records)


def _is_among(name: str, value: Any, shown: Sequence[Any]) -> bool:
    """Whether the contact shows this value. Notes of several sources are shown as one text."""
    if name == "notes":
        return any(holds_note(text, value) for text in shown)
    return any(same_value(name, value, each) for each in shown)


def _several(value: Any) -> list[Any]:
    if isinstance(value, list):
        return value
    return [value] if value else []
