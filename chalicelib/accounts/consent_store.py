"""The store of consents. Each can be used once, which the condition of the write ensures."""

import contextlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pynamodb.expressions.condition import Condition

from chalicelib.accounts.consent import Consent, ConsentUsed, ConsentVoid, HeldConsent
from chalicelib.accounts.consent_rows import ConsentRow, HeldConsentRow, to_consent, to_held_consent
from chalicelib.foundation.clock import Clock, milliseconds
from chalicelib.foundation.dynamo import ConditionFailed, Dynamo, Item
from chalicelib.foundation.ids import fresh_id
from chalicelib.foundation.lost_responses import retry_lost
from chalicelib.tables.keys import CONSENT, HELD_CONSENT

Row = ConsentRow | HeldConsentRow


@dataclass(frozen=True)
class ConsentStore:
    """Reads and writes consents in the people table."""

    dynamo: Dynamo
    table: str
    clock: Clock
    nonce: Callable[[], str] = fresh_id

    def add(self, consent: Consent) -> None:
        row = ConsentRow(
            *CONSENT.key(consent_id=consent.consent_id),
            owner=consent.owner,
            person=consent.person,
            provider=consent.provider,
            return_to=consent.return_to,
            binding=consent.binding,
            verifier=consent.verifier,
            job_id=consent.job_id,
            choosing=consent.choosing.value,
        )
        self._put(row, consent.expires_at)

    def use(self, consent_id: str, provider: str) -> Consent:
        """Use a consent. It cannot be used again.

        Raises:
            ConsentUsed: it was already used.
            ConsentVoid: it is unknown, expired, or belongs to another provider; then it stays unused.
        """
        row = ConsentRow(*CONSENT.key(consent_id=consent_id))
        return to_consent(self._use(row, ConsentRow.provider == provider))

    def hold(self, held: HeldConsent) -> None:
        row = HeldConsentRow(
            *HELD_CONSENT.key(held_id=held.held_id),
            owner=held.owner,
            person=held.person,
            provider=held.provider,
            return_to=held.return_to,
            job_id=held.job_id,
            account_id=held.account.account_id,
            address=held.account.address,
            scopes=list(held.scopes),
            sealed=held.sealed,
            choosing=held.choosing.value,
        )
        self._put(row, held.expires_at)

    def use_held(self, held_id: str) -> HeldConsent:
        """Use a held consent. Raises the same errors as `use`."""
        return to_held_consent(self._use(HeldConsentRow(*HELD_CONSENT.key(held_id=held_id)), None))

    def forget_held(self, held_id: str) -> None:
        """Delete the tokens of a held consent. It stays marked as used."""
        row = HeldConsentRow(*HELD_CONSENT.key(held_id=held_id))
        request = row.get_update_kwargs_from_instance([HeldConsentRow.sealed.remove()], HeldConsentRow.pk.exists())
        with contextlib.suppress(ConditionFailed):
            retry_lost(lambda: self.dynamo.update(**{**request, "TableName": self.table}))

    def _put(self, row: Row, expires_at: datetime) -> None:
        row.expires_at = milliseconds(expires_at)
        row.ttl = expires_at
        item = row.serialize()
        retry_lost(lambda: self.dynamo.put(TableName=self.table, Item=item))

    def _use(self, row: Row, extra_condition: Condition | None) -> Any:
        """Mark the row as used and return it. If the response is lost, the nonce shows that the write was ours."""
        model, nonce = type(row), self.nonce()
        condition = model.used.does_not_exist() & (model.expires_at > milliseconds(self.clock.now()))
        condition = condition if extra_condition is None else condition & extra_condition
        request = row.get_update_kwargs_from_instance([model.used.set(nonce)], condition)
        try:
            item = retry_lost(lambda: self.dynamo.update(**{**request, "TableName": self.table}))
        except ConditionFailed as refused:
            item = self._use_after_refusal(model, refused.old, nonce)
        return model.from_raw_data(item)

    def _use_after_refusal(self, model: type[ConsentRow] | type[HeldConsentRow], old: Item | None, nonce: str) -> Item:
        known: Any = None if old is None else model.from_raw_data(old)
        if known is None:
            raise ConsentVoid("This consent is unknown or expired. Start again.")
        if known.used == nonce and old is not None:
            return old
        if known.used is not None:
            raise ConsentUsed(to_consent(known) if model is ConsentRow else to_held_consent(known))
        if known.expires_at <= milliseconds(self.clock.now()):
            raise ConsentVoid("This took longer than ten minutes. Start again.")
        raise ConsentVoid("This consent belongs to another provider. Start again.")
