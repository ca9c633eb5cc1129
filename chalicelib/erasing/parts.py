"""The parts of erasing a person."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from datetime import datetime

    from chalicelib.erasing.erase_person import ErasePerson, Erasing
    from chalicelib.foundation.json import JsonObject
    from chalicelib.shared_parts import SharedParts


class BookCounts(Protocol):
    """How many contacts a person has."""

    @property
    def total(self) -> int: ...
    @property
    def as_of(self) -> datetime | None: ...


class ErasingParts:
    """The parts, each built on first use."""

    def __init__(
        self,
        shared: SharedParts,
        *,
        forgets: Callable[[], Mapping[str, Callable[[str], object]]],
        sign_out: Callable[[str], object],
        count_contacts: Callable[[str], BookCounts],
        count_accounts: Callable[[str], int],
        enrichment_choice: Callable[[str], JsonObject],
        email_choices: Callable[[str], JsonObject],
        service_clients: Callable[[str], Sequence[JsonObject]],
    ) -> None:
        """Connect the room to the others.

        Args:
            forgets: returns the functions that delete what the rooms store about an owner.
            sign_out: ends all sessions of a person.
            enrichment_choice: what a person decided about enrichment, for their page.
            email_choices: their e-mail address, and which e-mails they want.
            service_clients: what they allow other programs to do for them.
        """
        self.shared, self._forgets = shared, forgets
        self.enrichment_choice, self.email_choices = enrichment_choice, email_choices
        self.service_clients = service_clients
        self.sign_out, self.count_contacts, self.count_accounts = sign_out, count_contacts, count_accounts

    @cached_property
    def erase_person(self) -> ErasePerson:
        from chalicelib.erasing.erase_person import ErasePerson

        return ErasePerson(self.shared.jobs, self.shared.books)

    @cached_property
    def erase_step(self) -> Erasing:
        from chalicelib.erasing.erase_person import Erasing

        return Erasing(self.shared.jobs, self.shared.books, self._forgets())
