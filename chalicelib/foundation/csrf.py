"""Protection against cross-site request forgery (CSRF) for requests that carry the session cookie.

A browser sends the cookie with every request to us, also with one that another site's page makes. So every change must
also carry a token that only our own pages know: it is derived from the session's secret.
"""

from chalicelib.foundation.errors import NotAllowed
from chalicelib.foundation.forms import is_form, read_form
from chalicelib.foundation.http import Request
from chalicelib.foundation.multipart import is_multipart, read_multipart
from chalicelib.foundation.secret import derive_secret, secrets_match
from chalicelib.foundation.session import Session

CSRF_FIELD, CSRF_HEADER = "csrf_token", "x-csrf-token"
UNSAFE_METHODS = ("POST", "PUT", "PATCH", "DELETE")


def csrf_token(session_secret: str) -> str:
    return derive_secret(session_secret, "csrf")


def check_csrf(request: Request, session: Session) -> None:
    """Check that a change comes from one of our pages, by its CSRF token; other methods need none.

    Raises:
        NotAllowed: the token is missing or wrong, or the page is older than the session.
    """
    if request.method not in UNSAFE_METHODS:
        return
    if not secrets_match(request.headers.get(CSRF_HEADER) or _token_in_body(request), session.csrf):
        detail = "The CSRF token is missing or does not match your session. Go back, reload the page and try again."
        raise NotAllowed(detail, field=CSRF_FIELD)


def _token_in_body(request: Request) -> str:
    """The token in a form; "" if there is none, or the body is no form."""
    if is_form(request):
        return read_form(request).text(CSRF_FIELD)
    return read_multipart(request).form.text(CSRF_FIELD) if is_multipart(request) else ""
