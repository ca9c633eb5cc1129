"""The body of a GraphQL request. Loaded only when one is read or described."""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field


class GraphQlBody(BaseModel):
    """A GraphQL request. Pass large values, such as the contacts of a bulk create, in `variables`."""

    model_config = ConfigDict(extra="forbid", strict=True)

    query: str
    variables: dict[str, Any] | None = None
    operationName: str | None = None  # noqa: N815 # GraphQL's name for it
    extensions: dict[str, Any] | None = Field(default=None, description="Accepted and ignored.")
