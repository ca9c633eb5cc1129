"""Request bodies. Loaded only when one is read or described."""

import re
from datetime import datetime
from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError

from chalicelib.events.manage_endpoints import EndpointEdit
from chalicelib.foundation.callbacks import LONGEST_URL

_URL = "Where events are sent: `https` at port 443, on the public internet."
_EVENTS = "The types of events; contact.* are sent only to endpoints that name them."
_PAYLOAD = "`thin`: ids and counts. `full`: with the job or the contacts, as they are when the event is sent."

_DAY_AND_TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9]")


def _written(value: object) -> object:
    """Refuse what pydantic reads as an instant, too: numbers, numbers in a text, and a day alone."""
    if not isinstance(value, str) or not _DAY_AND_TIME.match(value):
        raise PydanticCustomError("datetime_parsing", "no instant")
    return value


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class NewEndpointBody(_Body):
    """Register an endpoint."""

    url: str = Field(max_length=LONGEST_URL, description=_URL)
    events: list[str] | None = Field(default=None, description=f"{_EVENTS} Null for all others.", max_length=50)
    payload: Literal["thin", "full"] = Field(default="thin", description=_PAYLOAD)
    description: str = Field(default="", max_length=200)

    def edit(self) -> EndpointEdit:
        return EndpointEdit(
            url=self.url, events=self.events, is_full=self.payload == "full", description=self.description
        )


class EndpointBody(_Body):
    """Change an endpoint; fields that are left out stay as they are."""

    url: str | None = Field(default=None, max_length=LONGEST_URL, description=_URL)
    events: list[str] | None = Field(default=None, description=_EVENTS, max_length=50)
    payload: Literal["thin", "full"] | None = Field(default=None, description=_PAYLOAD)
    description: str | None = Field(default=None, max_length=200)

    def edit(self) -> EndpointEdit:
        return EndpointEdit(
            url=self.url,
            events=self.events,
            is_full=None if self.payload is None else self.payload == "full",
            description=self.description,
        )


class ReplayBody(_Body):
    """Send again what happened since an instant."""

    since: Annotated[AwareDatetime, BeforeValidator(_written)] = Field(
        strict=False, description="At most 30 days ago; what is older is not kept."
    )

    @property
    def instant(self) -> datetime:
        return self.since
