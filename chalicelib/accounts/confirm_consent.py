"""The answer to "add these contacts to this person's book?", asked of a browser that did not begin the consent."""

from dataclasses import dataclass

from chalicelib.accounts.connect_account import ConnectAccount, NewAccount, Started, take_back
from chalicelib.accounts.consent import Authorities, ConsentUsed, HeldConsent, viewer_key_of
from chalicelib.accounts.consent_store import ConsentStore
from chalicelib.accounts.tokens import TokenSeal, of_held
from chalicelib.foundation.secret import sha256_hex


@dataclass(frozen=True, slots=True)
class Declined:
    """Nothing was added; the grant was taken back and forgotten."""

    provider: str
    title: str
    return_to: str | None


@dataclass(frozen=True)
class ConfirmConsent:
    """Only the first answer counts; a second yes leads to the import that the first one began."""

    consents: ConsentStore
    connect: ConnectAccount
    tokens: TokenSeal
    authorities: Authorities

    def __call__(self, confirmation_key: str, *, yes: bool) -> Started | Declined:
        """Raises ConsentVoid for a key that is unknown, used or too old; otherwise as `ConnectAccount`."""
        viewer_key = viewer_key_of(confirmation_key)
        try:
            held = self.consents.use_held(sha256_hex(confirmation_key))
        except ConsentUsed as used:
            started = self.connect.again(used.consent, viewer_key) if yes else None
            if started is None:
                raise
            return started
        new = self._new_account(held, viewer_key)
        self.consents.forget_held(held.held_id)
        if yes:
            return self.connect(new)
        authority = self.authorities(held.provider)
        take_back(authority, new.tokens)
        return Declined(held.provider, authority.title, held.return_to)

    def _new_account(self, held: HeldConsent, viewer_key: str) -> NewAccount:
        if held.sealed is None:
            raise ConsentUsed(held)
        return NewAccount(
            owner=held.owner,
            person=held.person,
            provider=held.provider,
            account=held.account,
            scopes=held.scopes,
            tokens=self.tokens.opened(held.sealed, of_held(held.owner, held.held_id)),
            job_id=held.job_id,
            return_to=held.return_to,
            begun_at=held.begun_at,
            viewer_key=viewer_key,
        )
