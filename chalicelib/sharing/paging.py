"""The query parameters of paged lists: collection members and received invitations."""

from chalicelib.foundation.cursors import invalid_cursor
from chalicelib.foundation.http import Request, whole_number
from chalicelib.foundation.router import Query

LONGEST_CURSOR = 200  # characters
MOST_ON_A_PAGE = 200
CURSOR = Query("cursor", "The `next_cursor` of the previous page.")


def limit_query(items: str) -> Query:
    """The parameter `limit` of a list of these items ("members")."""
    bounds = {"type": "integer", "minimum": 1, "maximum": MOST_ON_A_PAGE}
    return Query("limit", f"The maximum number of {items}.", bounds)


def limit_of(request: Request) -> int:
    """The limit in the query.

    Raises:
        InvalidInput: it is not a number within the bounds.
    """
    return whole_number(request, "limit", 50, 1, MOST_ON_A_PAGE)


def cursor_of(request: Request) -> str | None:
    """The cursor in the query.

    Raises:
        InvalidInput: it is too long.
    """
    cursor = request.query.get("cursor") or None
    if cursor is not None and len(cursor) > LONGEST_CURSOR:
        raise invalid_cursor()
    return cursor
