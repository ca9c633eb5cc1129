"""Who sends a request: the person of a bearer token, or of a session, or a browser that may view one job.

Each request of a person is counted, and refused if it is too many: by its token or cookie alone if that is known, so
that nothing is read or verified for it.
"""

from dataclasses import replace
from typing import Protocol

from chalicelib.foundation.csrf import UNSAFE_METHODS, check_csrf
from chalicelib.foundation.http import Person, Request
from chalicelib.foundation.request_limit import RequestLimit
from chalicelib.foundation.response_policy import ResponsePolicy
from chalicelib.foundation.service_clients import ON_BEHALF_OF
from chalicelib.foundation.session import COOKIE, Sessions


class Authentication(Protocol):
    """The port that identifies the callers of routes."""

    def person(self, authorization: str | None, on_behalf_of: str | None = None) -> Person | None:
        """The person that a bearer token identifies, with what it permits; None without a token.

        Raises:
            NotSignedIn: the token is invalid.
        """

    def check_cron(self, request: Request) -> None:
        """Check the cron secret.

        Raises:
            NotSignedIn: it is missing or wrong.
        """


class CallerParts(Protocol):
    """What identifies callers; read only when a request comes."""

    @property
    def response_policy(self) -> ResponsePolicy: ...
    @property
    def authenticator(self) -> Authentication: ...
    @property
    def sessions(self) -> Sessions: ...
    @property
    def request_limit(self) -> RequestLimit: ...


class Callers:
    """Identifies callers."""

    def __init__(self, parts: CallerParts) -> None:
        self._parts = parts

    def identify(self, request: Request, *, allows_viewers: bool) -> Request:
        """The request with the person of the bearer token, or else of the session. An invalid token is an error.

        Args:
            allows_viewers: whether the key in the cookie of a job will do.

        Raises:
            NotSignedIn: the token is invalid.
            RequestLimitReached: the person has sent too many requests.
            NotAllowed: the CSRF token is missing or wrong.
        """
        authorization = request.headers.get("authorization")
        if authorization is not None:
            return self._by_token(request, authorization)
        cookie = self._session_cookie(request)
        self._parts.request_limit.check(cookie)
        session = self._parts.sessions.find(cookie) if cookie else None
        key = self._viewer_key(request) if allows_viewers else None
        if session is None:
            return request.with_identity(viewer_key=key)
        identified = request.with_identity(person=session.person, csrf=session.csrf, viewer_key=key)
        counted = self._counted(identified, cookie)
        check_csrf(request, session)
        return counted

    def identify_visitor(self, request: Request) -> Request:
        """A public page may name the person who is signed in; a change is never made in their name there."""
        cookie = self._session_cookie(request)
        session = self._parts.sessions.find(cookie) if cookie and request.method not in UNSAFE_METHODS else None
        return request if session is None else request.with_identity(person=session.person, csrf=session.csrf)

    def _by_token(self, request: Request, authorization: str) -> Request:
        on_behalf_of = request.headers.get(ON_BEHALF_OF.lower())
        credential = f"{authorization}\n{on_behalf_of}"
        self._parts.request_limit.check(credential)
        person = self._parts.authenticator.person(authorization, on_behalf_of)
        return self._counted(request.with_identity(person=person), credential)

    def _counted(self, request: Request, credential: str) -> Request:
        """The request with the RateLimit fields of its response, after counting it."""
        fields = self._parts.request_limit.spend(request.signed_in, credential)
        return replace(request, limit_fields=fields)

    def _session_cookie(self, request: Request) -> str:
        return request.cookies.get(self._parts.response_policy.cookie_name(COOKIE), "")

    def _viewer_key(self, request: Request) -> str | None:
        """The key in the cookie of the job that the path names."""
        job_id = request.params.get("job_id", "")
        value = request.cookies.get(self._parts.response_policy.cookie_name(viewer_cookie(job_id)), "")
        named, _, key = value.partition(".")
        return key if key and named == job_id else None


def viewer_cookie(job_id: str) -> str:
    """Each job has its own cookie, so that connecting a second account does not hide the first account's import."""
    return f"import-{job_id}"
