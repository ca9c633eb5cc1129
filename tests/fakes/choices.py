"""What can be chosen of an account whose contacts a test names."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import timedelta

from chalicelib.providers.choices import EVERYTHING, OTHER, Choice, ChoiceKind, Chosen


@dataclass
class NamedChoices:
    """Labels with the ids of their contacts."""

    #: By id; the name of a label is its id in capitals.
    labels: dict[str, set[str]] = field(default_factory=lambda: {"family": {"a", "b"}, "work": {"c"}})
    #: The ids of contacts without a label.
    others: set[str] = field(default_factory=lambda: {"d"})
    #: The ids of "Other contacts".
    unsaved: set[str] = field(default_factory=lambda: {"x", "y", "z"})
    #: Raised by the next requests, in order.
    errors: list[Exception] = field(default_factory=list)
    tokens: list[str] = field(default_factory=list)

    def listed(self, access_token: str, *, permitted: Collection[str] = (), timeout: timedelta) -> list[Choice]:
        self._answer(access_token)
        return [
            Choice(EVERYTHING, ChoiceKind.ALL, "All contacts", len(self._every())),
            *(Choice(key, ChoiceKind.LABEL, key.upper(), len(ids)) for key, ids in self.labels.items()),
            Choice(OTHER, ChoiceKind.OTHER, "Other contacts", len(self.unsaved) if OTHER in permitted else None),
        ]

    def ids(self, access_token: str, chosen: Chosen, *, timeout: timedelta) -> frozenset[str]:
        self._answer(access_token)
        found = self._every() if chosen is None or EVERYTHING in chosen else set()
        found = found.union(*(self.labels.get(key, ()) for key in chosen or ()))
        return frozenset(found | self.unsaved if chosen and OTHER in chosen else found)

    def _every(self) -> set[str]:
        return self.others.union(*self.labels.values())

    def _answer(self, access_token: str) -> None:
        self.tokens.append(access_token)
        if self.errors:
            raise self.errors.pop(0)
