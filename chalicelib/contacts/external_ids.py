"""External ids: what a client calls its contacts. Each is an alias of the source record that the client's run wrote.

The aliases of one client begin with a prefix of its own, so that clients never find each other's ids.
"""

from collections.abc import Iterable

from chalicelib.foundation.ids import ID_LETTERS, id_of

LONGEST_EXTERNAL_ID = 200  # characters
_EXTERNAL = "external:"


def alias_prefix(client: str, client_source: str | None) -> str:
    """What the aliases of one client begin with.

    Args:
        client: the service client that acts for the person; "" for the person.
        client_source: what it calls itself; the person's own apps tell themselves apart by it.
    """
    return f"{_EXTERNAL}{id_of('external ids', client, client_source or '')}:"


def external_id_in(aliases: Iterable[str]) -> str | None:
    """The external id among the aliases of a record of a bulk run; None if it has none."""
    length = len(_EXTERNAL) + ID_LETTERS + 1
    return next((alias[length:] for alias in aliases if alias.startswith(_EXTERNAL)), None)
