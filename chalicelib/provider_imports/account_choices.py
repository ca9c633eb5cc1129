"""What a person can choose of a connected account, with counts, and what a choice would bring and take away."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeVar

from chalicelib.accounts.access_tokens import AccessTokens
from chalicelib.accounts.connection import Connection
from chalicelib.accounts.connection_store import ConnectionStore
from chalicelib.books.contact_store import ContactStore
from chalicelib.foundation.errors import ConsentNeeded, InvalidInput
from chalicelib.foundation.json import Json
from chalicelib.provider_imports.held_removals import must_hold
from chalicelib.providers.choices import EVERYTHING, AccountChoices, Choice, Chosen, normalized
from chalicelib.providers.provider import TokenRefused
from chalicelib.providers.registry import ProviderEntry

LISTED_WITHIN = timedelta(seconds=10)
COUNTED_WITHIN = timedelta(seconds=15)  # of the 25 seconds that a request has
MOST_CHOSEN = 500
Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class OfferedChoices:
    """What can be chosen of an account, and what is."""

    connection: Connection
    choices: Sequence[Choice]
    #: The ids of the choices that need a permission that is missing.
    without_permission: frozenset[str]

    @property
    def gone(self) -> dict[str, str]:
        """The names of what was chosen and is no longer there, by id."""
        there = {each.id for each in self.choices}
        return {key: name for key, name in self.connection.names_by_choice.items() if key not in there}

    @property
    def names(self) -> dict[str, str]:
        """The names of all choices, by id."""
        return {**self.gone, **{each.id: each.name for each in self.choices}}

    def is_chosen(self, key: str) -> bool:
        chosen = self.connection.chosen
        return key == EVERYTHING if chosen is None else key in chosen

    def check(self, wanted: Sequence[str]) -> Chosen:
        """What is chosen by these ids.

        Raises:
            InvalidInput: nothing is, or something that is not offered.
            ConsentNeeded: a permission is missing.
        """
        if not wanted:
            raise InvalidInput("Choose something. To import nothing more, disconnect the account.", field="chosen")
        if len(wanted) > MOST_CHOSEN:
            raise InvalidInput(f"Choose up to {MOST_CHOSEN}, or everything.", field="chosen")
        if any(key not in self.names for key in wanted):
            raise InvalidInput("The account has no such choice. List them again.", field="chosen")
        if self.without_permission.intersection(wanted):
            raise ConsentNeeded(
                "This needs one more permission. Connect the account again with this permission, then choose.",
                provider=self.connection.provider,
            )
        return normalized(wanted)


@dataclass(frozen=True, slots=True)
class ChoicePreview:
    """How many contacts a choice concerns."""

    #: How many come in all.
    contacts: int
    #: How many of them are not yet in the address book from this account.
    coming: int
    #: How many of the address book are left out, so that their values of this account go.
    leaving: int
    #: Whether these are so many that the import waits for a decision before it removes them.
    asks_first: bool

    def as_json(self) -> dict[str, Json]:
        """The published form."""
        return {
            "contacts": self.contacts,
            "coming": self.coming,
            "leaving": self.leaving,
            "asks_first": self.asks_first,
        }


@dataclass(frozen=True)
class OfferChoices:
    """Asks the provider what can be chosen of an account."""

    connections: ConnectionStore
    access: AccessTokens
    #: The entry of a provider, and what lists its choices; None if there are none.
    entry: Callable[[str], ProviderEntry]
    choices: Callable[[str], AccountChoices | None]

    def __call__(self, owner: str, connection_id: str) -> OfferedChoices:
        """What is offered now; nothing, if the provider has no choices.

        Raises:
            NotFound: this owner has no such connection.
            ConsentNeeded: the account must be connected again.
            Conflict: the account is disconnected, or being disconnected.
            ProviderBusy, ProviderBroken, Misconfigured: from the provider.
        """
        connection = self.connections.get(owner, connection_id)
        connection.check_usable()
        of_provider, scopes = self.choices(connection.provider), self.entry(connection.provider).scopes_of_choices
        if of_provider is None:
            return OfferedChoices(connection, [], frozenset())
        permitted = {key for key, scope in scopes.items() if scope in connection.scopes}
        listed = self._ask(
            connection, lambda token: of_provider.listed(token, permitted=permitted, timeout=LISTED_WITHIN)
        )
        return OfferedChoices(connection, listed, frozenset(scopes.keys() - permitted))

    def ids(self, connection: Connection, chosen: Chosen) -> frozenset[str]:
        """The ids of the contacts that would come. Raises the same errors as a call."""
        of_provider = self.choices(connection.provider)
        if of_provider is None:
            return frozenset()
        return self._ask(connection, lambda token: of_provider.ids(token, chosen, timeout=COUNTED_WITHIN))

    def _ask(self, connection: Connection, ask: Callable[[str], Answer]) -> Answer:
        tokens = self.access.of(connection)
        try:
            return ask(tokens.token())
        except TokenRefused:
            pass
        try:
            return ask(tokens.refresh())
        except TokenRefused as refused:
            title = self.entry(connection.provider).title
            detail = f"{title} no longer lets us read your contacts. Connect the account again."
            raise ConsentNeeded(detail, provider=connection.provider) from refused


@dataclass(frozen=True)
class PreviewChoice:
    """Counts what a choice would bring and take away, before it is made."""

    offer: OfferChoices
    contacts: ContactStore
    removal_limit: float

    def __call__(self, owner: str, offered: OfferedChoices, wanted: Sequence[str]) -> ChoicePreview:
        """The numbers, as the account and the book are now.

        Raises:
            InvalidInput, ConsentNeeded: as `OfferedChoices.check`.
            ProviderBusy, ProviderBroken, Misconfigured: from the provider, or the account is too large to be counted.
        """
        chosen = offered.check(wanted)
        ids = self.offer.ids(offered.connection, chosen)
        book, source = self.contacts.read_book(owner), offered.connection.source
        known = frozenset(book.source_ids(source))
        coming = sum(not book.is_deleted(source, (each,)) for each in ids - known)  # what the person deleted stays so
        leaving = len(known - ids)
        asks_first = must_hold(leaving, len(known), self.removal_limit)
        return ChoicePreview(len(ids & known) + coming, coming, leaving, asks_first)
