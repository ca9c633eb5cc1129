"""Confirms or declines a consent that returned to a different browser than the one that began it."""

from dataclasses import dataclass

from chalicelib.accounts.connect_account import ChoiceNeeded, ConnectAccount, ImportStarted, NewAccount, revoke_grant
from chalicelib.accounts.consent import ConsentUsed, HeldConsent, OAuthClients, viewer_key_of
from chalicelib.accounts.consent_store import ConsentStore
from chalicelib.accounts.token_encryption import TokenSeal, held_consent_context
from chalicelib.foundation.secret import sha256_hex


@dataclass(frozen=True, slots=True)
class ConsentDeclined:
    """The person declined. Nothing was added, the grant was revoked, and its tokens were deleted."""

    provider: str
    title: str
    return_to: str | None


@dataclass(frozen=True)
class ConfirmConsent:
    """Takes the response to the confirmation. Only the first response counts; a second yes returns the same import."""

    consents: ConsentStore
    connect: ConnectAccount
    tokens: TokenSeal
    oauth_clients: OAuthClients

    def __call__(self, confirmation_key: str, *, yes: bool) -> ImportStarted | ChoiceNeeded | ConsentDeclined:
        """Connect the account, or decline it.

        Raises:
            ConsentVoid: the key is unknown, used or expired.
            Conflict, TooMany: as `ConnectAccount`.
        """
        viewer_key = viewer_key_of(confirmation_key)
        try:
            held = self.consents.use_held(sha256_hex(confirmation_key))
        except ConsentUsed as used:
            started = self.connect.find_import(used.consent, viewer_key) if yes else None
            if started is None:
                raise
            return started
        new = self._new_account(held, viewer_key)
        self.consents.forget_held(held.held_id)
        if yes:
            return self.connect.or_choose(new)
        oauth_client = self.oauth_clients(held.provider)
        revoke_grant(oauth_client, new.tokens)
        return ConsentDeclined(held.provider, oauth_client.title, held.return_to)

    def _new_account(self, held: HeldConsent, viewer_key: str) -> NewAccount:
        if held.sealed is None:
            raise ConsentUsed(held)
        return NewAccount(
            owner=held.owner,
            person=held.person,
            provider=held.provider,
            account=held.account,
            scopes=held.scopes,
            tokens=self.tokens.decrypt(held.sealed, held_consent_context(held.owner, held.held_id)),
            job_id=held.job_id,
            return_to=held.return_to,
            started_at=held.started_at,
            viewer_key=viewer_key,
            choosing=held.choosing,
        )
