"""The query parameter `tag`, which filters lists of contacts by the tag of a source."""

from chalicelib.contacts.source import validate_tag
from chalicelib.foundation.http import Request


def tag_of(request: Request) -> str | None:
    """The tag in the query; None if it is absent or empty. Raises InvalidInput."""
    tag = request.query.get("tag")
    return validate_tag(tag) if tag else None
