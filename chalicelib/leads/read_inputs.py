"""Reads what clients say of leads: identities in any spelling, and profiles."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from chalicelib.foundation.bodies import invalid_input
from chalicelib.foundation.errors import InvalidInput
from chalicelib.leads.bodies import IdentityBody, LeadBody
from chalicelib.leads.channels.channels import Channels
from chalicelib.leads.channels.identity import InvalidIdentity
from chalicelib.leads.channels.lead_keys import LeadKeys
from chalicelib.leads.lead import LeadIdentity
from chalicelib.leads.profile_input import InvalidProfile, checked_profile
from chalicelib.leads.resolving.plan_batch import Input
from chalicelib.leads.resolving.resolve_batch import Outcome, Resolved

IDENTITY_FIELDS = ("channel", "channelIdentifier", "scope")
_FIELDS = {"identifier": "channelIdentifier"}  # what `InvalidIdentity` calls them, and what clients do


@dataclass(frozen=True)
class InputReader:
    """Reads inputs for one deployment."""

    channels: Channels
    keys: LeadKeys

    def inputs(self, organization: str, sent: Sequence[Any], region: str | None) -> tuple[list[Input], list[Resolved]]:
        """The valid inputs, and what is wrong with the others.

        Args:
            region: the country of phone numbers without a country code; None for the default one.
        """
        valid, invalid = [], []
        for index, each in enumerate(sent):
            read = self._input(organization, index, each, region)
            if isinstance(read, Input):
                valid.append(read)
            else:
                invalid.append(read)
        return valid, invalid

    def identity(self, organization: str, body: IdentityBody, region: str | None = None) -> LeadIdentity:
        """The identity with its key.

        Raises:
            InvalidInput: it is none; `code` says why.
        """
        try:
            return self._identity(organization, body, region)
        except InvalidIdentity as invalid:
            raise InvalidInput(invalid.words, field=_field(invalid), code=invalid.code) from None

    def identity_in(self, organization: str, sent: Mapping[str, str], region: str | None = None) -> LeadIdentity:
        """The identity that a query or a form names, by the fields of `IdentityBody`; empty ones are missing.

        Raises:
            InvalidInput: a field is missing or too long, or it is none.
        """
        fields = {name: sent[name].strip() for name in IDENTITY_FIELDS if sent.get(name, "").strip()}
        missing = next((name for name in IDENTITY_FIELDS[:2] if name not in fields), None)
        if missing is not None:
            raise InvalidInput(f"Give `channel` and `channelIdentifier`, both. {missing} is missing.", field=missing)
        try:
            body = IdentityBody.model_validate(fields)
        except ValidationError as error:
            raise invalid_input(error, fields) from None
        return self.identity(organization, body, region)

    def _input(self, organization: str, index: int, sent: Any, region: str | None) -> Input | Resolved:
        if not isinstance(sent, Mapping):
            return _invalid(index, "invalid_input", "The input must be an object.", "")
        try:
            body = LeadBody.model_validate(sent)
        except ValidationError as error:
            refused = invalid_input(error, sent)
            return _invalid(index, "invalid_input", refused.detail, str(refused.members.get("field", "")))
        place = ""
        try:
            identities = [self._identity(organization, body, region)]
            for position, each in enumerate(body.identities):
                place = f"identities.{position}."
                identities.append(self._identity(organization, each, region))
            profile = checked_profile(body.name or "", body.email or "", body.phone or "", body.custom, body.tags or ())
        except InvalidIdentity as invalid:
            return _invalid(index, invalid.code, invalid.words, place + _field(invalid))
        except InvalidProfile as invalid:
            return _invalid(index, invalid.code, invalid.words, invalid.field)
        return Input(index, tuple({each.key: each for each in reversed(identities)}.values())[::-1], profile)

    def _identity(self, organization: str, body: IdentityBody, region: str | None) -> LeadIdentity:
        identity = self.channels.parse(body.channel, str(body.channel_identifier), scope=body.scope, region=region)
        return LeadIdentity.of(identity, self.keys.of(organization, identity))


def _field(invalid: InvalidIdentity) -> str:
    return _FIELDS.get(invalid.field, invalid.field)


def _invalid(index: int, code: str, message: str, field: str) -> Resolved:
    return Resolved(index, Outcome.INVALID, code=code, message=message, field=field)
