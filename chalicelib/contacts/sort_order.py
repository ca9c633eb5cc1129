"""The orders that a list of contacts can have."""

from enum import StrEnum


class Order(StrEnum):
    """The orders in which contacts are listed."""

    NAME = "name"  # the name that is shown
    GIVEN = "given"
    FAMILY = "family"
    CHANGED = "changed"  # the contact that changed last comes first
