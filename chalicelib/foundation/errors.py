"""Every error the service tells somebody about, each with its HTTP answer.

ServiceError
├── CallerError                the caller can put it right
│   ├── InvalidInput     422   (every invalid contact of a list: `bulk/check_contacts.py`)
│   ├── NotSignedIn      401
│   ├── NotAllowed       403
│   ├── NotFound         404
│   ├── Conflict         409
│   │   └── ConsentNeeded      the person must connect the provider again
│   ├── TooLarge         413
│   └── TooMany          429   try again after `retry_after`
├── OutOfTime            503   a request has not the time for it; try again after `retry_after`
└── UpstreamError              somebody else must put it right
    ├── Unavailable      503   AWS or the issuer does not respond; try again after `retry_after`
    ├── ProviderBusy     503   the engine tries again after `retry_after`
    ├── ProviderBroken   502   the engine tries again, a bounded number of times
    │   ├── ProviderSilent 503 it does not respond at all; the caller may try again after `retry_after`
    │   └── ProviderEndless    its list never ends; trying again does not help
    └── Misconfigured    500   our own operator must mend it (client secret, API not enabled)
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import ClassVar

SHORT_WAIT = timedelta(seconds=10)  # before trying again a service that does not respond


class ServiceError(Exception):
    """An error with a meaning for whoever asked.

    Args:
        detail: one sentence that says what is wrong and how to mend it; shown to people.
        members: further members of the problem document, plain JSON; never a token, a name or an address.

    `noted` is for the log alone, which writes only the fields on its list.
    """

    status: ClassVar[int] = 500
    slug: ClassVar[str] = "internal"  # the last part of the problem's type
    title: ClassVar[str] = "Something went wrong on our side"
    retryable: ClassVar[bool] = False  # may the job engine try again?
    mended_by_sign_in: ClassVar[bool] = False  # does a page that tells of it offer to sign in?
    forgets_cookie: ClassVar[str] = ""  # one that is of no use any more

    def __init__(self, detail: str, **members: object) -> None:
        super().__init__(detail)
        self.detail, self.members = detail, members
        self.noted: Mapping[str, str] = {}


class CallerError(ServiceError):
    status, slug, title = 400, "bad-request", "The request cannot be understood"


class InvalidInput(CallerError):
    status, slug, title = 422, "invalid-input", "The request says something that cannot be"


class NotSignedIn(CallerError):
    status, slug, title = 401, "not-signed-in", "Sign in first"
    mended_by_sign_in = True


class NotAllowed(CallerError):
    status, slug, title = 403, "not-allowed", "You may not do this"


class NotFound(CallerError):
    status, slug, title = 404, "not-found", "There is nothing here"


class Conflict(CallerError):
    status, slug, title = 409, "conflict", "This does not fit the present state"


class ConsentNeeded(Conflict):
    slug, title = "consent-needed", "Connect the account again"


class TooLarge(CallerError):
    status, slug, title = 413, "too-large", "The request is too large"


class TooMany(CallerError):
    status, slug, title = 429, "too-many", "Too many at once"

    def __init__(self, detail: str, *, retry_after: timedelta, **members: object) -> None:
        super().__init__(detail, **members)
        self.retry_after = retry_after


class OutOfTime(ServiceError):
    status, slug, title = 503, "out-of-time", "There was not enough time"

    def __init__(self, detail: str, *, retry_after: timedelta, **members: str | int) -> None:
        super().__init__(detail, **members)
        self.retry_after = retry_after


class UpstreamError(ServiceError):
    status, slug, title = 502, "upstream", "An upstream service does not answer"
    retryable = True


class Unavailable(UpstreamError):
    """AWS or the issuer does not respond at the moment."""

    status, slug = 503, "unavailable"

    def __init__(self, detail: str, *, retry_after: timedelta = SHORT_WAIT, **members: object) -> None:
        super().__init__(detail, **members)
        self.retry_after = retry_after


class ProviderBusy(UpstreamError):
    """The provider asks us to wait. Waiting is no failure.

    Args:
        retry_after: how long the provider wants to be left alone; None when it did not say.
    """

    status, slug, title = 503, "provider-busy", "The provider asks us to wait"

    def __init__(self, detail: str, *, retry_after: timedelta | None = None, **members: object) -> None:
        super().__init__(detail, **members)
        self.retry_after = retry_after


class ProviderBroken(UpstreamError):
    slug, title = "provider-broken", "The provider answers with something we cannot read"


class ProviderSilent(ProviderBroken):
    """It refused or dropped the connection, or did not answer in time. The engine treats it as any other failure."""

    status, title = 503, "The provider does not answer"

    def __init__(self, detail: str, *, retry_after: timedelta = SHORT_WAIT, **members: object) -> None:
        super().__init__(detail, **members)
        self.retry_after = retry_after


class ProviderEndless(ProviderBroken):
    slug, title, retryable = "provider-endless", "The provider's list never ends", False


class Misconfigured(UpstreamError):
    """An operator must act: a wrong client secret, an API that is not enabled. Trying again does not help."""

    status, slug, title = 500, "misconfigured", "The service is not set up correctly"
    retryable = False
