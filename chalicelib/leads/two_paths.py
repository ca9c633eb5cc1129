"""The two paths of routes that the API has both at its root and under its version."""

from collections.abc import Callable

from chalicelib.foundation.http import Response

PREFIXES = (("", ""), ("/api/v1", "_v1"))  # with what the names of views end with


def named(view: Callable[..., Response], version: str) -> Callable[..., Response]:
    """The view under a name of its own, since the API has it at two paths."""
    view.__name__ += version
    return view
