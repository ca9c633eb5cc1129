"""Organizations: those that a token names, with the person's roles there, and the role that a route asks for."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from chalicelib.foundation.errors import NotAllowed, NotFound
from chalicelib.foundation.http import Person

ORGANIZATION_ID = re.compile(r"[a-z0-9-]{1,64}")


class Role(StrEnum):
    """What a person may do in an organization. Each role includes those before it."""

    MEMBER = "member"  # read leads
    IMPORTER = "importer"  # create and change leads, one by one or by imports
    ADMIN = "admin"  # delete and erase leads


_RANKS = {role: rank for rank, role in enumerate(Role)}


@dataclass(frozen=True, slots=True)
class OrganizationClaims:
    """The claims of a token that say where its person belongs. Issuers differ in their names and forms."""

    #: of the organizations: {"acme": ["importer"]}, [{"id": "acme", "roles": ["importer"]}], or one id
    organizations: str = "organizations"
    #: of the roles, where the other claim is one id
    roles: str = "organization_roles"

    def read(self, claims: Mapping[str, Any]) -> Mapping[str, frozenset[str]]:
        """The known roles by organization. What is malformed or unknown is left out, so that it permits nothing."""
        found = {
            organization: _known_roles(roles)
            for organization, roles in self._pairs(claims)
            if isinstance(organization, str) and ORGANIZATION_ID.fullmatch(organization)
        }
        return {organization: roles for organization, roles in found.items() if roles}

    def _pairs(self, claims: Mapping[str, Any]) -> Iterator[tuple[Any, Any]]:
        match claims.get(self.organizations):
            case str() as only:
                yield only, claims.get(self.roles)
            case dict() as by_id:
                yield from by_id.items()
            case list() as entries:
                yield from ((each.get("id"), each.get("roles")) for each in entries if isinstance(each, dict))


def has_role(person: Person, organization: str, needed: Role) -> bool:
    """Whether a person has this role in an organization, or a greater one."""
    roles = person.organizations.get(organization)
    return _RANKS[greatest_role(roles)] >= _RANKS[needed] if roles else False


def greatest_role(roles: Iterable[str]) -> Role:
    """The one that includes all others of them."""
    return max(map(Role, roles), key=_RANKS.__getitem__)


def check_role(person: Person, organization: str, needed: Role) -> None:
    """Check that a person has this role in an organization, or a greater one.

    Raises:
        NotFound: they have no role there; they must not learn whether it exists.
        NotAllowed: their role is too small.
    """
    if not person.organizations.get(organization):
        raise NotFound("This does not exist, or you do not have access to it.")
    if not has_role(person, organization, needed):
        raise NotAllowed(f"This needs the role {needed} in the organization.", role=needed)


def _known_roles(roles: Any) -> frozenset[str]:
    listed = [roles] if isinstance(roles, str) else roles if isinstance(roles, list) else []
    return frozenset(role for role in listed if isinstance(role, str) and role in _RANKS)
