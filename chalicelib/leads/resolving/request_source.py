"""Names a request in the stamps of the leads that it creates, the same when it is repeated with its idempotency key."""

import hashlib
from dataclasses import dataclass
from functools import partial

from chalicelib.foundation.dynamo import ConditionFailed
from chalicelib.foundation.ids import fresh_id
from chalicelib.foundation.lost_responses import retry_lost
from chalicelib.foundation.service_owners import organization_owner
from chalicelib.jobs.idempotency_keys import IdempotencyKeys
from chalicelib.leads.lead import OF_REQUEST


@dataclass(frozen=True)
class RequestSource:
    """Makes the names of requests."""

    keys: IdempotencyKeys

    def __call__(self, organization: str, person: str, key: str | None, content: bytes) -> str:
        """The name of a request.

        Args:
            key: its idempotency key; None if every repetition is a request of its own.
            content: what it asks for.

        Raises:
            KeyUsed: the key was used for a different request.
        """
        if key is None:
            return OF_REQUEST + fresh_id()
        owner = f"{organization_owner(organization)} {person}"
        asked = hashlib.sha256(content).hexdigest()
        known = self.keys.find(owner, key, asked)
        return OF_REQUEST + (known or self._new(owner, key, asked))

    def _new(self, owner: str, key: str, asked: str) -> str:
        made = fresh_id()
        write = self.keys.write(owner, key, asked, made)["Put"]
        try:
            retry_lost(partial(self.keys.dynamo.put, **write))
        except ConditionFailed:  # another request with this key was faster, or our own whose response was lost
            return self.keys.find(owner, key, asked) or made
        return made
