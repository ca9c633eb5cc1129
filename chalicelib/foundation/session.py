"""A session: who is signed in on our pages, known by a cookie, and the token that every form of theirs must carry.

A cookie comes with every request to us, also with one that somebody else's page makes the browser send. So whatever
changes something must also carry what only our own pages know: a token made of the session's secret.
"""

from dataclasses import dataclass, field
from typing import Protocol

from chalicelib.foundation.errors import NotAllowed
from chalicelib.foundation.forms import is_form, read_form
from chalicelib.foundation.http import Person, Request
from chalicelib.foundation.secret import derived, is_same

COOKIE = "session"
CSRF_FIELD, CSRF_HEADER = "csrf_token", "x-csrf-token"
UNSAFE = ("POST", "PUT", "PATCH", "DELETE")


@dataclass(frozen=True, slots=True)
class Session:
    """Args:
    csrf: the token that comes with every change.
    """

    person: Person
    csrf: str = field(repr=False)


class Sessions(Protocol):
    def find(self, carried: str) -> Session | None:
        """The session that a cookie stands for; None when there is none, or it is too old."""


def csrf_of(secret: str) -> str:
    return derived(secret, "csrf")


def check_csrf(request: Request, session: Session) -> None:
    """Whether a change comes from a page of ours.

    Raises:
        NotAllowed: it does not, or its page is older than the session.
    """
    if request.method not in UNSAFE:
        return
    given = request.headers.get(CSRF_HEADER) or (read_form(request).text(CSRF_FIELD) if is_form(request) else "")
    if not is_same(given, session.csrf):
        detail = "This did not come from a page of your session. Go back, load the page again and repeat it there."
        raise NotAllowed(detail, member=CSRF_FIELD)
