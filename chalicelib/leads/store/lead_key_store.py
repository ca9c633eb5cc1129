"""Keeps the secret of the keys of leads: one for the whole deployment, sealed, made by the first who needs it.

It is never replaced: with another one, no lead would be found.
"""

import secrets
from base64 import b64decode, b64encode
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from chalicelib.foundation.dynamo import ConditionFailed, Dynamo, Item
from chalicelib.foundation.lost_responses import retry_lost
from chalicelib.foundation.seal import Seal
from chalicelib.leads.channels.lead_keys import LeadKeys
from chalicelib.tables.keys import LEAD_KEY

SECRET_BYTES = 32
VERSION = 1
_CONTEXT = {"purpose": "lead keys", "version": str(VERSION)}


@dataclass(frozen=True)
class LeadKeyStore:
    """Reads the secret, and makes it if there is none."""

    dynamo: Dynamo
    table: str
    seal: Callable[[], Seal]

    def load(self) -> LeadKeys:
        """The keys with the secret of this deployment.

        Raises:
            SealBroken: the stored secret cannot be decrypted.
            Unavailable, Misconfigured: KMS is not responding, or refuses.
        """
        item = self.dynamo.get(self.table, LEAD_KEY.key().item) or self._make()
        return LeadKeys(self.seal().open(b64decode(item["sealed"]["B"]), _CONTEXT), VERSION)

    def _make(self) -> Item:
        """Store a new secret; returns the stored one, which another process may have made."""
        sealed = b64encode(self.seal().seal(secrets.token_bytes(SECRET_BYTES), _CONTEXT)).decode()
        item = {**LEAD_KEY.key().item, "sealed": {"B": sealed}, "v": {"N": str(VERSION)}}
        put = partial(self.dynamo.put, TableName=self.table, ConditionExpression="attribute_not_exists(pk)")
        try:
            retry_lost(partial(put, Item=item))
        except ConditionFailed as failed:
            return failed.old or item
        return item
