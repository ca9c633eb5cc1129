"""The secrets of endpoints, sealed with their owner and endpoint, so that they sign no other's."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from chalicelib.events.endpoint import Endpoint
from chalicelib.foundation.seal import Seal


@dataclass(frozen=True)
class EndpointSecrets:
    """Seals secrets, and opens them for an attempt. Raises as `Seal`."""

    seal: Seal

    def sealed(self, owner: str, endpoint_id: str, secret: str) -> bytes:
        return self.seal.seal(secret.encode(), _context(owner, endpoint_id))

    def valid(self, endpoint: Endpoint, now: int) -> Sequence[str]:
        """The secrets that signatures are made with now, the current one first."""
        context = _context(endpoint.owner, endpoint.endpoint_id)
        return [self.seal.open(each.sealed, context).decode() for each in endpoint.valid_secrets(now)]


def _context(owner: str, endpoint_id: str) -> Mapping[str, str]:
    return {"owner": owner, "endpoint": endpoint_id, "purpose": "event-signature"}
