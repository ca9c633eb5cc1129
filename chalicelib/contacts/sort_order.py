"""The orders that a list of contacts can have."""

from enum import StrEnum


class Order(StrEnum):
    NAME = "name"  # the name that is shown
    GIVEN = "given"
    FAMILY = "family"
