"""Every error that a caller sees, each with its HTTP status.

ServiceError
├── CallerError          400   the caller can fix it
│   ├── InvalidInput     422   (all invalid contacts of a list: `bulk/check_contacts.py`)
│   ├── NotSignedIn      401
│   ├── NotAllowed       403
│   │   └── InsufficientScope  the token is limited to scopes that do not permit it
│   ├── NotFound         404
│   ├── Conflict         409
│   │   └── ConsentNeeded      the person must connect the account again
│   ├── TooLarge         413
│   └── TooMany          429   try again after `retry_after`
├── OutOfTime            503   the request needs more time than it has; try again after `retry_after`
└── UpstreamError        502   another service must recover
    ├── Unavailable      503   AWS or the issuer is not responding; try again after `retry_after`
    ├── ProviderBusy     503   the engine tries again after `retry_after`
    ├── ProviderBroken   502   the engine tries again, a bounded number of times
    │   ├── ProviderSilent 503 the provider is not responding; try again after `retry_after`
    │   └── ProviderEndless    the provider's list never ends; trying again does not help
    └── Misconfigured    500   our operator must fix it (a client secret, an API that is not enabled)
"""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import ClassVar

SHORT_WAIT = timedelta(seconds=10)  # before trying a service again that is not responding


class ServiceError(Exception):
    """An error with a meaning for the caller.

    Args:
        detail: one sentence, shown to people: what is wrong and how to fix it.
        members: further members of the problem document, plain JSON; never a token, a name or an address.
    """

    status: ClassVar[int] = 500
    #: the last part of the problem's type
    slug: ClassVar[str] = "internal"
    #: a short noun phrase, the same for all errors of a type
    title: ClassVar[str] = "Internal error"
    #: whether the job engine may try again
    retryable: ClassVar[bool] = False
    #: whether an error page offers to sign in
    fixed_by_sign_in: ClassVar[bool] = False
    #: the name of a cookie that is of no use after this error, or ""
    clears_cookie: ClassVar[str] = ""
    #: further fields for the log alone, which writes only those on its list
    log_fields: Mapping[str, str]
    #: further headers of the response
    headers: Mapping[str, str]

    def __init__(self, detail: str, **members: object) -> None:
        super().__init__(detail)
        self.detail, self.members = detail, members
        self.log_fields, self.headers = {}, {}


class CallerError(ServiceError):
    """The request is wrong in a way that the caller can fix."""

    status, slug, title = 400, "bad-request", "Malformed request"


class InvalidInput(CallerError):
    """The request is well-formed, but a value in it is not allowed; the member `field` names it."""

    status, slug, title = 422, "invalid-input", "Invalid request"


class NotSignedIn(CallerError):
    """The request has no valid credentials."""

    status, slug, title = 401, "not-signed-in", "Sign-in required"
    fixed_by_sign_in = True


class NotAllowed(CallerError):
    """The caller lacks the permission, or the CSRF token of a form is wrong."""

    status, slug, title = 403, "not-allowed", "Permission denied"


class InsufficientScope(NotAllowed):
    """The caller's token is limited to scopes, none of which permits this.

    Args:
        sufficient: the scopes that would, each of them; none if only a token without scopes does.
    """

    slug, title = "insufficient-scope", "Insufficient scope"

    def __init__(self, sufficient: Sequence[str]) -> None:
        needed = f"one with {' or '.join(sufficient)}" if sufficient else "one without scopes"
        super().__init__(f"The token does not permit this. Use {needed}.", scopes=list(sufficient))
        scope = f', scope="{sufficient[0]}"' if sufficient else ""
        self.headers = {"WWW-Authenticate": f'Bearer error="insufficient_scope"{scope}'}  # RFC 6750, 3.1


class NotFound(CallerError):
    """The resource does not exist, or the caller may not know that it does."""

    status, slug, title = 404, "not-found", "Not found"


class Conflict(CallerError):
    """The request is valid, but not in the current state of the resource."""

    status, slug, title = 409, "conflict", "Conflict with the current state"


class ConsentNeeded(Conflict):
    """The provider no longer accepts our tokens for the account."""

    slug, title = "consent-needed", "New consent required"


class TooLarge(CallerError):
    """The request body, a list in it, or the contact to store exceeds a limit."""

    status, slug, title = 413, "too-large", "Request too large"


class TooMany(CallerError):
    """More requests, jobs or changes at once than allowed."""

    status, slug, title = 429, "too-many", "Too many requests"

    def __init__(self, detail: str, *, retry_after: timedelta, **members: object) -> None:
        super().__init__(detail, **members)
        self.retry_after = retry_after


class OutOfTime(ServiceError):
    """The work does not fit into the time of one request."""

    status, slug, title = 503, "out-of-time", "Time limit exceeded"

    def __init__(self, detail: str, *, retry_after: timedelta, **members: str | int) -> None:
        super().__init__(detail, **members)
        self.retry_after = retry_after


class UpstreamError(ServiceError):
    """A service that we depend on failed; it must recover before the request can succeed."""

    status, slug, title = 502, "upstream", "Upstream service not responding"
    retryable = True


class Unavailable(UpstreamError):
    """AWS or the issuer is not responding at the moment."""

    status, slug = 503, "unavailable"

    def __init__(self, detail: str, *, retry_after: timedelta = SHORT_WAIT, **members: object) -> None:
        super().__init__(detail, **members)
        self.retry_after = retry_after


class ProviderBusy(UpstreamError):
    """The provider asks us to wait, which is not a failure.

    Args:
        retry_after: the wait it asks for; None if it names none.
    """

    status, slug, title = 503, "provider-busy", "Provider busy"

    def __init__(self, detail: str, *, retry_after: timedelta | None = None, **members: object) -> None:
        super().__init__(detail, **members)
        self.retry_after = retry_after


class ProviderBroken(UpstreamError):
    """The provider sent an error or a response that we cannot read."""

    slug, title = "provider-broken", "Unreadable provider response"


class ProviderSilent(ProviderBroken):
    """The provider refused or dropped the connection, or exceeded its time limit.

    The engine treats it as any other failure of the provider.
    """

    status, title = 503, "Provider not responding"

    def __init__(self, detail: str, *, retry_after: timedelta = SHORT_WAIT, **members: object) -> None:
        super().__init__(detail, **members)
        self.retry_after = retry_after


class ProviderEndless(ProviderBroken):
    """The provider's list of contacts does not end; trying again does not help."""

    slug, title, retryable = "provider-endless", "Endless provider list", False


class Misconfigured(UpstreamError):
    """An operator must act: a wrong client secret, an API that is not enabled. Trying again does not help."""

    status, slug, title = 500, "misconfigured", "Service configuration error"
    retryable = False
