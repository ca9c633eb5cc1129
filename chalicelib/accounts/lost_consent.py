"""Notes that consent to read an account is lost. Everything that follows from that hooks in here."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from chalicelib.accounts.connection import Connection
from chalicelib.accounts.connection_store import ConnectionStore
from chalicelib.foundation.dynamo import Write

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class NoteLostConsent:
    """Marks a connection whose tokens were rejected, so that nothing starts until the person connects it again."""

    connections: ConnectionStore
    #: Returns the writes that tell of it. They are written with the mark, so once for each time that consent is lost.
    told: Callable[[Connection], Sequence[Write]]

    def __call__(self, seen: Connection) -> None:
        """Note it, unless the person has connected the account again since `seen` was read."""
        if self.connections.mark_needs_reconnect(seen, self.told(seen)):
            log.warning("consent_lost", extra={"provider": seen.provider})
