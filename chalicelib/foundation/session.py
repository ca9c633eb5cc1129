"""A session: a person signed in on our pages, known by a cookie."""

from dataclasses import dataclass, field
from typing import Protocol

from chalicelib.foundation.http import Person

COOKIE = "session"


@dataclass(frozen=True, slots=True)
class Session:
    """A person who is signed in in one browser."""

    person: Person
    #: the CSRF token that must come with every change (`foundation/csrf.py`)
    csrf: str = field(repr=False)


class Sessions(Protocol):
    """The port for sessions, by cookie."""

    def find(self, cookie: str) -> Session | None:
        """The session of this cookie value; None if there is none or it has expired."""
