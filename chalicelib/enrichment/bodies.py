"""Request bodies. Loaded only when one is read or described."""

from typing import Literal, cast

from pydantic import BaseModel, ConfigDict, Field

from chalicelib.enrichment.control_edit import ControlEdit
from chalicelib.enrichment.vendor_control import Scope, ScopeKind

_MONEY = "In millionths of the vendor's `unit`; null for no limit."
_CALLS = "Null for no limit."


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class ScopeBody(_Body):
    """Whose contacts a vendor is asked about."""

    kind: Literal["all", "owners", "tag"]
    owners: list[str] = Field(default=[], description="The `sub` of each person, for the kind `owners`.")
    tag: str = Field(default="", description="A tag of sources, for the kind `tag`.")


class LimitsBody(_Body):
    """Limits; those that are left out stay as they are."""

    calls_per_run: int | None = Field(default=None, description=_CALLS)
    calls_per_day: int | None = Field(default=None, description=f"By the time zone of the schedule. {_CALLS}")
    money_per_run: int | None = Field(default=None, description=_MONEY)
    money_per_day: int | None = Field(default=None, description=f"By the time zone of the schedule. {_MONEY}")


class ControlBody(_Body):
    """Change the control of a vendor; fields that are left out stay as they are."""

    enabled: bool | None = Field(default=None, description="Turning a vendor on also ends its waiting for an operator.")
    schedule: str | None = Field(
        default=None,
        max_length=200,
        description="Five cron fields, such as `0 3 * * 1-5`; null for runs by hand alone.",
    )
    time_zone: str | None = Field(
        default=None, max_length=100, description="Of the schedule, such as `Europe/Berlin`; at first, it is UTC."
    )
    scope: ScopeBody | None = None
    limits: LimitsBody | None = None
    credentials: dict[str, str | None] | None = Field(
        default=None,
        description="Secrets by name. They are encrypted and never shown; null takes one away.",
    )
    rev: int | None = Field(
        default=None, description="The `rev` that was read; the change is refused if it is another by now."
    )

    def edit(self) -> ControlEdit:
        """The fields that were sent. Null is a value of the schedule alone."""
        sent = {name: getattr(self, name) for name in ("enabled", "time_zone", "credentials")}
        edit = {name: value for name, value in sent.items() if value is not None}
        if "schedule" in self.model_fields_set:
            edit["schedule"] = self.schedule
        if self.scope is not None:
            edit["scope"] = Scope(ScopeKind(self.scope.kind), tuple(self.scope.owners), self.scope.tag)
        if self.limits is not None:
            edit["limits"] = self.limits.model_dump(exclude_unset=True)
        return cast(ControlEdit, edit)


class EnrichmentChoiceBody(_Body):
    """What I decide about enrichment; fields that are left out stay as they are."""

    consents: bool | None = Field(
        default=None, description="Whether vendors may be sent details of my contacts to find out more about them."
    )
    has_opted_out: bool | None = Field(
        default=None, description="Whether none of my contacts is enriched, not even without asking a vendor."
    )
