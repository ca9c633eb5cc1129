"""Signing in on our own pages."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from chalicelib.shared_parts import SharedParts

if TYPE_CHECKING:
    from chalicelib.signing_in.begin_sign_in import BeginSignIn
    from chalicelib.signing_in.finish_sign_in import FinishSignIn
    from chalicelib.signing_in.issuer import Issuer
    from chalicelib.signing_in.session_store import SessionStore


class SigningIn(SharedParts):
    """Signing in on our own pages."""

    @cached_property
    def sessions(self) -> SessionStore:
        from chalicelib.signing_in.session_store import SessionStore

        return SessionStore(self.dynamo, self.settings.people_table, self.clock)

    @cached_property
    def begin_sign_in(self) -> BeginSignIn:
        from chalicelib.signing_in.begin_sign_in import BeginSignIn

        settings = self.settings
        return BeginSignIn(self._issuer, settings.signin_client_id, settings.public_url, self.clock)

    @cached_property
    def finish_sign_in(self) -> FinishSignIn:
        from chalicelib.foundation.signed_tokens import SignedTokens
        from chalicelib.signing_in.finish_sign_in import FinishSignIn
        from chalicelib.signing_in.token_endpoint import TokenEndpoint

        settings, issuer = self.settings, self._issuer
        client_id, secret = settings.signin_client_id, settings.signin_client_secret
        codes = TokenEndpoint(issuer, self.http, client_id, secret, settings.public_url)
        tokens = SignedTokens(settings.auth_issuer, client_id, self.keys, "SIGNIN_CLIENT_ID")
        return FinishSignIn(issuer, codes, tokens, self.sessions, self.clock)

    @cached_property
    def _issuer(self) -> Issuer:
        from chalicelib.signing_in.issuer import Issuer

        return Issuer(self.settings.auth_issuer, self.http, self.clock)
