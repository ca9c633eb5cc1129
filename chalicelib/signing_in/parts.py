"""The parts of the sign-in room."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from chalicelib.shared_parts import SharedParts
    from chalicelib.signing_in.begin_sign_in import BeginSignIn
    from chalicelib.signing_in.finish_sign_in import FinishSignIn
    from chalicelib.signing_in.issuer import Issuer
    from chalicelib.signing_in.session_store import SessionStore


class SigningInParts:
    """The parts that sign people in and out, each built on first use."""

    def __init__(self, shared: SharedParts, *, remember_email: Callable[[str, str | None], object]) -> None:
        """Args:
        remember_email: keeps the email address of a person that a sign-in says; None for none that is verified.
        """
        self.shared, self._remember_email = shared, remember_email

    @cached_property
    def sessions(self) -> SessionStore:
        from chalicelib.signing_in.session_store import SessionStore

        shared = self.shared
        return SessionStore(shared.dynamo, shared.settings.people_table, shared.clock)

    def sign_out(self, person: str) -> None:
        """End all sessions of a person."""
        self.sessions.erase(person)

    @cached_property
    def begin(self) -> BeginSignIn:
        from chalicelib.signing_in.begin_sign_in import BeginSignIn

        settings = self.shared.settings
        return BeginSignIn(self._issuer, settings.signin_client_id, settings.public_url, self.shared.clock)

    @cached_property
    def finish(self) -> FinishSignIn:
        from chalicelib.foundation.signed_tokens import SignedTokens
        from chalicelib.signing_in.finish_sign_in import FinishSignIn
        from chalicelib.signing_in.token_endpoint import TokenEndpoint

        shared, settings, issuer = self.shared, self.shared.settings, self._issuer
        client_id, secret = settings.signin_client_id, settings.signin_client_secret
        codes = TokenEndpoint(issuer, shared.http, client_id, secret, settings.public_url)
        tokens = SignedTokens(settings.auth_issuer, client_id, shared.keys, "SIGNIN_CLIENT_ID")
        return FinishSignIn(
            issuer, codes, tokens, self.sessions, shared.clock, self._remember_email, shared.organization_claims
        )

    @cached_property
    def _issuer(self) -> Issuer:
        from chalicelib.signing_in.issuer import Issuer

        return Issuer(self.shared.settings.auth_issuer, self.shared.http, self.shared.clock)
