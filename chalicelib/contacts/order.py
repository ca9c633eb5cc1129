"""The orders that a list of contacts can have."""

from enum import StrEnum


class Order(StrEnum):
    NAME = "name"  # as each contact is called
    GIVEN = "given"
    FAMILY = "family"
