"""What an organization knows about a lead, and what a row may change of it."""

from collections.abc import Mapping
from enum import StrEnum

from chalicelib.leads.lead import Profile

POLICY_FIELDS = ("name", "email", "phone", "tags", "custom")


class OnExisting(StrEnum):
    """What a row does to a value of a lead that there was before the import. Empty cells never change anything."""

    KEEP = "keep"  # nothing
    FILL = "fill"  # it gives the lead what it lacks
    OVERWRITE = "overwrite"  # it replaces the lead's value


class Policies:
    """What rows do to existing leads, by field. Tags are only ever added; custom fields are looked at one by one."""

    def __init__(self, default: OnExisting, by_field: Mapping[str, OnExisting] | None = None) -> None:
        policies = {field: (by_field or {}).get(field, default) for field in POLICY_FIELDS}
        self._name, self._email, self._phone, self._tags, self._custom = (policies[field] for field in POLICY_FIELDS)
        self._changes_nothing = set(policies.values()) == {OnExisting.KEEP}

    def changed(self, before: Profile, given: Profile) -> Profile | None:
        """The profile after a row; None if the row changes nothing."""
        if self._changes_nothing or before == given:
            return None
        after = Profile(
            _value(self._name, before.name, given.name),
            _value(self._email, before.email, given.email),
            _value(self._phone, before.phone, given.phone),
            _custom(self._custom, before.custom, given.custom),
            _tags(self._tags, before.tags, given.tags),
        )
        return None if after == before else after


def _value(policy: OnExisting, before: str, given: str) -> str:
    if not given or policy is OnExisting.KEEP or (before and policy is OnExisting.FILL):
        return before
    return given


def _tags(policy: OnExisting, before: tuple[str, ...], given: tuple[str, ...]) -> tuple[str, ...]:
    return before if policy is OnExisting.KEEP else tuple(dict.fromkeys((*before, *given)))


def _custom(policy: OnExisting, before: Mapping[str, str], given: Mapping[str, str]) -> Mapping[str, str]:
    return {**before, **{name: _value(policy, before.get(name, ""), value) for name, value in given.items() if value}}
