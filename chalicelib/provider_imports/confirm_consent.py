"""The answer to "add these contacts to this person's book?", asked of a browser that did not begin the consent."""

from dataclasses import dataclass

from chalicelib.foundation.secret import hashed
from chalicelib.provider_imports.connect_account import ConnectAccount, NewAccount, Started, take_back
from chalicelib.provider_imports.consent import Authorities, HeldConsent
from chalicelib.provider_imports.consent_store import ConsentStore
from chalicelib.provider_imports.tokens import TokenSeal, of_held


@dataclass(frozen=True, slots=True)
class Declined:
    """Nothing was added; the grant was taken back and forgotten."""

    provider: str
    title: str
    return_to: str | None


@dataclass(frozen=True)
class ConfirmConsent:
    """Only the first answer counts."""

    consents: ConsentStore
    connect: ConnectAccount
    tokens: TokenSeal
    authorities: Authorities

    def __call__(self, confirmation_key: str, *, yes: bool) -> Started | Declined:
        """Raises ConsentVoid for a key that is unknown, used or too old; otherwise as `ConnectAccount`."""
        held = self.consents.use_held(hashed(confirmation_key))
        new = self._new_account(held)
        self.consents.forget_held(held.held_id)
        if yes:
            return self.connect(new)
        authority = self.authorities(held.provider)
        take_back(authority, new.tokens)
        return Declined(held.provider, authority.title, held.return_to)

    def _new_account(self, held: HeldConsent) -> NewAccount:
        return NewAccount(
            owner=held.owner,
            person=held.person,
            provider=held.provider,
            account=held.account,
            scopes=held.scopes,
            tokens=self.tokens.opened(held.sealed, of_held(held.owner, held.held_id)),
            job_id=held.job_id,
            return_to=held.return_to,
        )
