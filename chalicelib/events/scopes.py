"""Who may have endpoints: a person, an organization's admins, operators. Each has the same routes and pages."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from chalicelib.foundation.http import Request
from chalicelib.foundation.organizations import Role
from chalicelib.foundation.router import Access
from chalicelib.foundation.service_owners import SERVICE_OWNER, organization_owner


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose events endpoints get, and where they are managed."""

    #: What the names of its routes end with.
    name: str
    #: In the descriptions of its routes: "an endpoint …".
    of_whom: str
    api: str
    pages: str
    access: Access
    #: The owner of the endpoints of a request.
    owner: Callable[[Request], str]

    @property
    def role(self) -> Role:
        """The role that its routes ask for; only in an organization."""
        return Role.ADMIN if self.access is Access.ORGANIZATION else Role.MEMBER

    def page_url(self, request: Request, *parts: str) -> str:
        """The path of one of its pages, for the organization of the request."""
        return "/".join([self.pages.format_map(request.params), *parts])


def _person(request: Request) -> str:
    return request.owner


def _organization(request: Request) -> str:
    return organization_owner(request.params["org"])


def _service(_request: Request) -> str:
    return SERVICE_OWNER


SCOPES = (
    Scope("", "of mine", "/api/v1/webhooks", "/webhooks", Access.PERSON, _person),
    Scope(
        "_of_organization",
        "of an organization",
        "/api/v1/organizations/{org}/webhooks",
        "/organizations/{org}/webhooks",
        Access.ORGANIZATION,
        _organization,
    ),
    Scope(
        "_of_service",
        "for events of the whole service",
        "/api/v1/operator/webhooks",
        "/operator/webhooks",
        Access.OPERATOR,
        _service,
    ),
)
