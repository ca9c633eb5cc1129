"""Request bodies. Loaded only when one is read or described."""

from collections.abc import Mapping

from pydantic import BaseModel, ConfigDict, Field

from chalicelib.foundation.email_draft import EmailKind


class EmailChoiceBody(BaseModel):
    """Which e-mails I want; fields that are left out stay as they are."""

    model_config = ConfigDict(extra="forbid", strict=True)

    reconnect: bool | None = Field(default=None, description="When an account needs to be connected again.")
    decision: bool | None = Field(default=None, description="When something waits for my decision.")
    endpoint: bool | None = Field(default=None, description="When a webhook of mine is disabled.")
    done: bool | None = Field(default=None, description="When an import has ended.")

    def choices(self) -> Mapping[EmailKind, bool]:
        sent = {kind: getattr(self, kind.value) for kind in EmailKind}
        return {kind: chosen for kind, chosen in sent.items() if chosen is not None}
